"""What happens to messages after they were written: edited, deleted, liked, whatever the order it is told in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as unhurried
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from putthrough.audit.models import Entry
from putthrough.channels.actions import save_account
from putthrough.channels.contract import Arrived, What
from putthrough.channels.models import Account
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.queries import search
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import sweep
from tests.cast import Cast, raise_the_curtain
from tests.doubles.manysided import NETWORK, SECRET, arrived, change, fresh, message

POTHOLE = "There are potholes on Mill Rise."
MORNING = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    fresh()
    return raise_the_curtain()


def an_account(address: str = "@borough", **settings: object) -> Account:
    row = Account(channel="manysided", address=address, name="Example Borough", settings=settings)
    return save_account(row, credentials={"secret": SECRET})


def bring(account: Account, *raws: bytes) -> None:
    keep([(account.pk, arrived(raw)) for raw in raws])
    file_waiting()


def edit(identity: str, text: str, minute: int) -> bytes:
    return change(identity, What.EDITED, text=text, at=(MORNING + timedelta(minutes=minute)).isoformat())


def told(row: Conversation) -> list[str]:
    return list(Entry.objects.filter(thing=f"conversation:{row.pk}").order_by("number").values_list("verb", flat=True))


def test_an_edit_keeps_what_was_said_before_and_opens_nothing(cast: Cast) -> None:
    account = an_account()
    bring(account, message("p1", POTHOLE))
    bring(account, edit("p1", "There are craters on Mill Rise.", 1), edit("p1", "Mended, thanks.", 2))
    one = Message.objects.get(account=account)
    assert one.text == "Mended, thanks."
    assert [old.text for old in one.versions.all()] == [POTHOLE, "There are craters on Mill Rise."]
    assert one.conversation.preview == "Mended, thanks."
    assert Conversation.objects.count() == 1


def test_an_edited_message_is_found_by_its_new_words_only(cast: Cast) -> None:
    account = an_account()
    bring(account, message("p1", POTHOLE))
    bring(account, edit("p1", "A lamp is out on Mill Rise.", 1))
    assert [one.message_id for one in search(cast.harriet, "lamp")] == ["p1"]
    assert search(cast.harriet, "potholes") == []


def test_a_deleted_message_stays_as_a_tombstone_with_its_words(cast: Cast) -> None:
    account = an_account()
    bring(account, message("p1", POTHOLE))
    bring(account, change("p1", What.WITHDRAWN))
    one = Message.objects.get(account=account)
    assert one.withdrawn_at is not None
    assert one.text == POTHOLE
    assert one.conversation.state == Conversation.State.OPEN
    assert told(one.conversation).count("message.withdrawn") == 1


def test_likes_and_shares_count_and_are_taken_back(cast: Cast) -> None:
    account = an_account()
    bring(account, message("p1", POTHOLE))
    likes = [change("p1", What.LIKED, at=f"2026-03-03T09:0{n}:00+00:00") for n in range(3)]
    bring(account, *likes, *likes)
    bring(account, change("p1", What.SHARED), change("p1", What.LIKED, amount=-1, at="2026-03-03T10:00:00+00:00"))
    one = Message.objects.get(account=account)
    assert (one.likes, one.shares) == (2, 1)
    assert one.conversation.state == Conversation.State.OPEN


def test_a_change_that_overtakes_its_message_waits_for_it(cast: Cast) -> None:
    account = an_account()
    bring(account, change("p1", What.WITHDRAWN), edit("p1", "Never mind.", 1))
    assert Arrival.objects.filter(state=Arrival.State.EARLY).count() == 2
    bring(account, message("p1", POTHOLE))
    one = Message.objects.get(account=account)
    assert (one.text, one.withdrawn_at is not None) == ("Never mind.", True)
    assert not Arrival.objects.exclude(state=Arrival.State.FILED).exists()


def test_an_older_edit_that_comes_late_does_not_undo_a_newer_one(cast: Cast) -> None:
    account = an_account()
    bring(account, message("p1", POTHOLE))
    bring(account, edit("p1", "Second thoughts.", 2))
    bring(account, edit("p1", "First thoughts.", 1))
    one = Message.objects.get(account=account)
    assert one.text == "Second thoughts."
    assert {old.text for old in one.versions.all()} == {POTHOLE, "First thoughts."}


def test_a_change_to_another_accounts_message_does_not_touch_it(cast: Cast) -> None:
    mine, other = an_account(), an_account("@other")
    bring(mine, message("p1", POTHOLE))
    bring(other, change("p1", What.WITHDRAWN))
    assert Message.objects.get(account=mine).withdrawn_at is None


def test_networks_are_asked_what_became_of_what_still_waits(cast: Cast) -> None:
    account = an_account()
    bring(account, message("p1", POTHOLE), message("p2", "You forgot Quarry Lane.", handle="@sam"))
    closed = Message.objects.get(message_id="p2").conversation
    Conversation.objects.filter(pk=closed.pk).update(state=Conversation.State.CLOSED)
    NETWORK.changed = [change("p1", What.WITHDRAWN)]
    Account.objects.update(followed_at=None, health=Account.Health.GOOD)
    sweep()
    assert NETWORK.followed == ["p1"]
    assert Message.objects.get(message_id="p1").withdrawn_at is not None


def test_what_cannot_be_read_is_set_aside_and_holds_up_nothing(cast: Cast) -> None:
    account = an_account()
    keep([(account.pk, Arrived("odd", b'{"what": "melted", "about": "p1", "at": "2026-03-03"}'))])
    bring(account, message("p1", POTHOLE))
    assert Message.objects.filter(account=account).count() == 1
    assert Arrival.objects.get(external_id="odd").state == Arrival.State.ASIDE


class InAnyOrder(TestCase):
    """However a message and its edits arrive, and however often, it ends with the newest words and all versions."""

    account: Account

    @classmethod
    def setUpTestData(cls) -> None:
        raise_the_curtain()
        cls.account = an_account()

    @unhurried(max_examples=40)
    @given(st.permutations(range(4)), st.integers(0, 3))
    def test_the_newest_words_win(self, order: list[int], again: int) -> None:
        raws = [message("p1", "words 0"), *(edit("p1", f"words {n}", n) for n in (1, 2, 3))]
        for at in [*order, again]:
            bring(self.account, raws[at])
        one = Message.objects.get(account=self.account)
        assert one.text == "words 3"
        assert {old.text for old in one.versions.all()} <= {"words 0", "words 1", "words 2"}
        assert Conversation.objects.filter(account=self.account).count() == 1
