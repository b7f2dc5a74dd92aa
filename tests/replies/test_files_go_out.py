"""Files go with the words that were cleared with them: nothing else can take their place, nothing goes unseen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from putthrough.channels.contract import FilesOut
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.delivery.by_hand import note_by_hand
from putthrough.replies.actions import Waiting, save_draft, send, take_back
from putthrough.replies.approving import approve, approve_many, version
from putthrough.replies.clearing import may_leave
from putthrough.replies.enclosing import enclose
from putthrough.replies.models import Enclosure, Reply, Review, Trust
from putthrough.replies.queries import own_words
from tests.body import POTHOLE, World, build
from tests.doubles.scripted import Deaf
from tests.story import written

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
ANSWER = "Thank you. The way round is on the map."


@pytest.fixture(autouse=True)
def takes_files() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        allowed = FilesOut(4, ("image/png",), 1_000, together=1_200)
        patch.setattr(Deaf, "files_out", lambda *_, **__: allowed, raising=False)
        yield


@pytest.fixture
def town() -> World:
    world = build()
    Trust.objects.filter(user=world.people["harriet"]).update(step=Trust.Step.CHECKED)
    return world


@pytest.fixture
def row(town: World) -> Conversation:
    return written(f"a {POTHOLE}", private=False)


def begun(row: Conversation, town: World, content: bytes = PNG) -> Reply:
    harriet = town.user("harriet")
    draft = save_draft(row, ANSWER, by=harriet)
    enclose(draft, "map.png", content, "The way round by Mill Rise", by=harriet)
    return draft


def test_they_go_only_where_their_writer_saw_them(town: World, row: Conversation) -> None:
    begun(row, town)
    with pytest.raises(CannotBeDone, match="Files go with the answer"):
        send(row, ANSWER, by=town.user("harriet"))
    waits = send(row, ANSWER, by=town.user("harriet"), with_files=True)
    assert waits.state == Reply.State.SUBMITTED
    assert waits.enclosures.count() == 1


def test_another_file_under_the_same_words_has_to_be_looked_at_anew(town: World, row: Conversation) -> None:
    begun(row, town)
    waits, hugh = send(row, ANSWER, by=town.user("harriet"), with_files=True), town.user("hugh")
    seen = version(waits)
    Enclosure.objects.update(content=PNG + b"another", size=len(PNG) + 7)
    with pytest.raises(CannotBeDone, match="changed since you looked"):
        approve(waits, by=hugh, seen=seen)
    waits.refresh_from_db()
    gone = approve(waits, by=hugh, seen=version(waits))
    assert may_leave(gone)
    Enclosure.objects.update(alt="Something else altogether")
    assert not may_leave(Reply.objects.get(pk=gone.pk)), "its seal is of the files too"


def test_many_at_once_are_approved_without_files_only(town: World, row: Conversation) -> None:
    begun(row, town)
    waits = send(row, ANSWER, by=town.user("harriet"), with_files=True)
    done, [said] = approve_many({waits.pk: version(waits)}, by=town.user("hugh"))
    assert not done
    assert "Files go with it" in said


def test_ones_own_answer_that_waits_with_files_is_not_pushed_aside(town: World, row: Conversation) -> None:
    harriet = town.user("harriet")
    begun(row, town)
    waits = send(row, ANSWER, by=harriet, with_files=True)
    with pytest.raises(Waiting):
        send(row, "Only words.", by=harriet)
    with pytest.raises(CannotBeDone, match="Take that one back first"):
        send(row, "Only words.", by=harriet, instead=True)
    assert take_back(waits, by=harriet).enclosures.count() == 1


def test_who_answered_on_the_network_itself_settles_what_waits(town: World, row: Conversation) -> None:
    harriet = town.user("harriet")
    waits = send(row, ANSWER, by=harriet)
    note_by_hand(
        row,
        "I wrote it there.",
        f"{row.account.settings.get('site', 'https://network.example')}/1",
        by=town.user("hugh"),
    )
    waits.refresh_from_db()
    assert waits.state == Reply.State.RETURNED
    assert waits.reviews.get().verdict == Review.Verdict.SUPERSEDED
    words = own_words(harriet, row)
    assert words is not None
    assert words.text == ANSWER


def test_a_draft_s_files_do_not_seem_to_have_gone_by_hand(town: World, row: Conversation) -> None:
    begun(row, town)
    Trust.objects.update(step=Trust.Step.TRUSTED)
    note_by_hand(row, "I wrote it there.", "https://network.example/1", by=town.user("harriet"))
    assert not Enclosure.objects.exists()


def test_all_of_them_together_have_a_limit(town: World, row: Conversation) -> None:
    draft = begun(row, town, PNG + b"0" * 700)
    with pytest.raises(CannotBeDone, match=r"too much beside the others.*together at most"):
        enclose(draft, "more.png", PNG + b"0" * 700, "More of it", by=town.user("harriet"))
    enclose(draft, "small.png", PNG, "A little", by=town.user("harriet"))
