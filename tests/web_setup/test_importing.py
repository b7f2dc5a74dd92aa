"""A directory from a file: shown first, then imported, all of it or nothing."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from putthrough.directory.models import Service, Team
from tests.cast import signed_in_as

GOOD = b"key,name,team,synonyms\nlgsl:524,Missed bins,waste,missed bin\nother:grit,Grit bins,winter-roads,salt bin\n"
BAD = GOOD + b"nonsense,,waste,\n"
URL = "web:setup-import"


def upload(client, raw, name="services.csv"):
    return client.post(reverse(URL), {"file": SimpleUploadedFile(name, raw)})


def kept(answer):
    return re.search(r'name="kept" value="([^"]+)"', answer.content.decode())[1]


def test_a_file_is_first_shown_and_changes_nothing(cast):
    answer = upload(signed_in_as(cast.ada), GOOD)
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("1 to be added", "Grit bins", "1 to be changed", "Missed bins", "winter-roads"):
        assert words in page
    assert not Service.objects.filter(key="other:grit").exists()
    assert not Team.objects.filter(key="winter-roads").exists()


def test_what_was_shown_is_then_imported(cast):
    client = signed_in_as(cast.ada)
    done = client.post(reverse(URL), {"kept": kept(upload(client, GOOD))})
    assert done.status_code == 302
    cast.bins.refresh_from_db()
    assert cast.bins.name == "Missed bins"
    assert Service.objects.get(key="other:grit").team.key == "winter-roads"


def test_problems_are_named_by_line_and_nothing_can_be_imported(cast):
    answer = upload(signed_in_as(cast.ada), BAD)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 4:" in page
    assert 'name="kept"' not in page


def test_a_file_of_another_kind_or_none_is_refused_in_words(cast):
    client = signed_in_as(cast.ada)
    for raw, name, words in (
        (b"PK\x03\x04zip", "services.csv", "no text file"),
        (GOOD, "services.xlsx", "neither YAML nor CSV"),
        (b"key,name\n\xff\xfe,caf\xe9\n", "services.csv", "UTF-8"),
    ):
        answer = upload(client, raw, name)
        assert answer.status_code == 422, name
        assert words in answer.content.decode()
    assert client.post(reverse(URL), {}).status_code == 422


def test_what_was_not_shown_cannot_be_imported(cast):
    client = signed_in_as(cast.ada)
    answer = client.post(reverse(URL), {"kept": "made-up"}, follow=True)
    assert "nothing was imported" in answer.content.decode()


def test_names_from_a_file_are_shown_as_text(cast):
    raw = b"key,name\nother:x,<script>alert(1)</script>\n"
    assert "<script>alert" not in upload(signed_in_as(cast.ada), raw, "<b>.csv").content.decode()
