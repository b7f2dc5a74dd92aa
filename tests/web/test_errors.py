from __future__ import annotations

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory

from putthrough.web.views import errors, inbox
from tests.cast import Cast, signed_in_as


def test_what_is_not_there(cast: Cast) -> None:
    answer = signed_in_as(cast.harriet).get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_a_page_that_breaks_says_so_without_anything_else_breaking(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "page", lambda *_: 1 / 0)
    client = signed_in_as(cast.harriet)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "went wrong" in answer.content.decode() or "broke" in answer.content.decode()


def test_a_form_from_elsewhere_does_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.harriet)
    answer = client.post("/preferences/keys", {"keys": "on"})
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()


def test_a_request_that_cannot_be_read(cast: Cast) -> None:
    request = RequestFactory().get("/")
    answer = errors.bad_request(request, SuspiciousOperation("odd"))
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()
