from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from putthrough.kit import http
from putthrough.kit.http import Answer, NoAnswer, NotJson, TooLarge, Web
from tests.doubles.graph import Fault, Graph


@pytest.fixture
def graph() -> Iterator[Graph]:
    """Any server does; this one misbehaves when ordered to."""
    double = Graph()
    yield double
    double.stop()


@pytest.mark.parametrize(("value", "seconds"), [("17", 17.0), ("", None), ("soon", None), ("9" * 30, 24 * 3600.0)])
def test_how_long_to_wait(value: str, seconds: float | None) -> None:
    assert Answer(429, {"retry-after": value}, b"").retry_after == seconds


def test_how_long_to_wait_as_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 24, 9, tzinfo=UTC)
    monkeypatch.setattr(http, "now", lambda: moment)
    later = format_datetime(moment + timedelta(seconds=90), usegmt=True)
    assert Answer(503, {"retry-after": later}, b"").retry_after == 90.0
    assert Answer(503, {"retry-after": format_datetime(moment - timedelta(days=1))}, b"").retry_after == 0.0


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"\xff"])
def test_what_is_not_the_json_that_was_asked_for(body: bytes) -> None:
    with pytest.raises(NotJson, match=r"api\.example"):
        Answer(200, {}, body, "api.example").json()


def test_an_answer_is_bounded(graph: Graph) -> None:
    with Web() as web, pytest.raises(TooLarge):
        web.ask("GET", f"{graph.base}/anything", largest=5)


def test_a_broken_connection_may_have_reached_them(graph: Graph) -> None:
    graph.order("send", Fault(0))
    with Web() as web, pytest.raises(NoAnswer) as caught:
        web.ask("POST", f"{graph.base}/sendMail?token=very-secret", content=b"x")
    assert not caught.value.unsent
    assert "very-secret" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_nobody_there_was_surely_not_reached(graph: Graph) -> None:
    graph.stop()
    with Web() as web, pytest.raises(NoAnswer, match="cannot be reached") as caught:
        web.ask("GET", graph.base)
    assert caught.value.unsent


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://files.example/x", "http://[", "https://a.example:port/"])
def test_an_address_that_is_none(url: str) -> None:
    with Web() as web, pytest.raises(NoAnswer, match="not usable") as caught:
        web.ask("GET", url)
    assert caught.value.unsent
