"""A bundle tells the whole story to a stranger, who finds whatever was changed in it."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from putthrough.audit import bundle_check, chain
from putthrough.audit.actions import record, writing
from putthrough.audit.facts import Fact
from putthrough.audit.models import Entry, Head
from putthrough.audit.queries import end, holds, proof, verify
from putthrough.conversations.actions import add_note
from putthrough.conversations.models import Conversation
from putthrough.directory.models import User
from putthrough.handover.actions import claim, pass_on
from putthrough.oversight.evidence.actions import make
from tests.cast import PASSWORD, POTHOLE, Cast, resident_writes, undo_time_is_over

pytestmark = pytest.mark.django_db
SAID = Fact("test.said", "{by} said {word}")
SECRET = "the neighbour at 9 owes three months of rent"


@pytest.fixture
def row(cast: Cast) -> Conversation:
    row = resident_writes(POTHOLE)
    resident_writes(SECRET, handle="@nora", name="Nora Vane")
    claim(row, by=cast.harriet)
    add_note(row, "He rang twice.", by=cast.harriet)
    pass_on(row, cast.waste, by=cast.harriet, note="Yours?")
    undo_time_is_over()
    return Conversation.objects.get(pk=row.pk)


def unpacked(row: Conversation, into: Path, *, by: User, notes: bool = False) -> Path:
    bundle = BytesIO()
    make(row, bundle, notes=notes, by=by)
    with ZipFile(bundle) as zipped:
        zipped.extractall(into)
    return into


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """What a stranger sees: the program in the bundle, run by itself."""
    asked = [sys.executable, "-I", "check.py"]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)


def test_a_stranger_reads_it_and_finds_it_whole(row: Conversation, cast: Cast, tmp_path: Path):
    folder = unpacked(row, tmp_path, by=cast.wilf)
    said = checked(folder)
    number, hash = end()
    assert (said.returncode, said.stdout) == (0, f"All is whole. Entry {number} has the hash {hash}.\n")
    known = json.loads((folder / "conversation.json").read_text(encoding="utf-8"))
    assert [one["text"] for one in known["messages"]] == [POTHOLE]
    assert known["handed_over"][0]["to"] == "Waste and recycling"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert POTHOLE in page
    assert "Harriet Lowe passed this on from Highways to Waste and recycling" in page


def test_notes_are_in_it_only_where_asked_for(row: Conversation, cast: Cast, tmp_path: Path):
    without, with_them = tmp_path / "without", tmp_path / "with"
    unpacked(row, without, by=cast.wilf)
    unpacked(row, with_them, by=cast.wilf, notes=True)
    for name in ("conversation.json", "index.html"):
        assert "He rang twice." not in (without / name).read_text(encoding="utf-8")
        assert "He rang twice." in (with_them / name).read_text(encoding="utf-8")


def test_nothing_that_anybody_else_wrote_or_did_is_in_it(row: Conversation, cast: Cast, tmp_path: Path):
    for path in unpacked(row, tmp_path, by=cast.wilf, notes=True).rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()
    lines = (tmp_path / "proof.jsonl").read_text(encoding="utf-8").splitlines()
    full = [json.loads(line)["entry"][4] for line in lines if "entry" in json.loads(line)]
    assert set(full) == {f"conversation:{row.pk}"}
    assert len(lines) > len(full) + 2, "others' entries stand between"


@pytest.mark.parametrize("name", ["conversation.json", "index.html", "check.py", "manifest.json", "proof.jsonl"])
def test_any_file_that_is_changed_is_found(row: Conversation, cast: Cast, tmp_path: Path, name: str):
    path = unpacked(row, tmp_path, by=cast.wilf) / name
    text = path.read_text(encoding="utf-8")
    changed = text.replace("Harriet", "Hugh", 1) if "Harriet" in text else text.replace('"made"', '"mode"', 1)
    path.write_text(changed if changed != text else text + "\n#", encoding="utf-8")
    assert bundle_check.problems(tmp_path)


def test_a_file_that_is_missing_is_named(row: Conversation, cast: Cast, tmp_path: Path):
    (unpacked(row, tmp_path, by=cast.wilf) / "index.html").unlink()
    assert "index.html is missing." in bundle_check.problems(tmp_path)


def test_that_it_was_made_is_recorded(row: Conversation, cast: Cast):
    make(row, BytesIO(), notes=True, by=cast.wilf)
    entry = Entry.objects.get(verb=bundle_check.MADE)
    assert entry.sentence == "Wilf Tarn made an evidence bundle of this with the notes"


def test_who_may_make_it(row: Conversation, cast: Cast):
    for user, status in ((cast.wilf, 200), (cast.ivy, 200), (cast.harriet, 403), (cast.ada, 404)):
        client = Client()
        assert client.login(username=user.email, password=PASSWORD)
        assert client.get(f"/conversations/{row.pk}/evidence").status_code == status, user
        assert client.post(f"/conversations/{row.pk}/evidence").status_code == status, user


def test_it_comes_as_a_file(row: Conversation, cast: Cast):
    client = Client()
    client.login(username=cast.wilf.email, password=PASSWORD)
    answer = client.post(f"/conversations/{row.pk}/evidence", {"notes": "yes"})
    assert answer["Content-Disposition"] == f'attachment; filename="conversation-{row.pk}.zip"'
    with ZipFile(BytesIO(answer.content)) as zipped:
        assert {"index.html", "conversation.json", "proof.jsonl", "manifest.json", "check.py"} <= set(zipped.namelist())


def test_what_residents_write_is_no_markup_in_it(cast: Cast, tmp_path: Path):
    row = resident_writes(f"{POTHOLE} <script>alert(1)</script>")
    folder = unpacked(row, tmp_path, by=cast.harriet)
    assert "<script" not in (folder / "index.html").read_text(encoding="utf-8")


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["row:1", "row:2"]), WORDS), min_size=1, max_size=8), st.data())
def test_a_proof_leads_to_the_end_and_only_if_nothing_was_changed(said: list[tuple[str, str]], data: st.DataObject):
    with transaction.atomic():
        lines = proven(said)
        transaction.set_rollback(True)
    assert not list(bundle_check.broken_links(lines, []))
    at = data.draw(st.integers(1, len(lines) - 2))
    one = json.loads(lines[at])
    key = data.draw(st.sampled_from(sorted(one)))
    one[key] = [one[key][0], *reversed(one[key][1:])] if key == "entry" else f"{one[key]}0"
    assert list(bundle_check.broken_links([*lines[:at], json.dumps(one), *lines[at + 1 :]], []))
    assert list(bundle_check.broken_links([*lines[:at], *lines[at + 1 :]], []))


def proven(said: list[tuple[str, str]]) -> list[str]:
    """The proof of the first row, of which and of another these words are said."""
    with writing():
        for thing, word in said:
            record(SAID, thing, by="Tess", word=word)
    return [json.dumps(line) for line in proof([said[0][0]], until=end()[0])]


def test_entries_from_before_digests_came_still_verify_and_stand_in_a_proof():
    words = chain.Words(1, "2026-11-01T09:00:00.000000+00:00", "Tess", "test.said", "row:1", "Tess said it", "{}")
    hash = chain.joined(chain.GENESIS, words)
    Entry.objects.create(
        number=1,
        at=words.at,
        by="Tess",
        verb=words.verb,
        thing=words.thing,
        sentence=words.sentence,
        data="{}",
        hash=hash,
    )
    Head.objects.update_or_create(pk=1, defaults={"count": 1, "hash": hash})
    with writing():
        record(SAID, "row:1", by="Tess", word="more")
    assert verify().broken_at is None
    assert not list(bundle_check.broken_links([json.dumps(line) for line in proof(["row:1"], until=2)], []))


def test_a_chain_made_anew_is_found_by_what_was_written_down():
    with writing():
        record(SAID, "row:1", by="Tess", word="so")
    number, hash = end()
    assert holds(number, hash)
    Entry.objects.all().delete()
    Head.objects.update(count=0, hash=chain.GENESIS)
    with writing():
        record(SAID, "row:1", by="Tess", word="otherwise")
    assert verify().broken_at is None
    assert not holds(number, hash)
