"""The one contract, asked of every channel: what arrives is understood and told once, what is sent is sent once.

A channel's test folder has a ``rig`` fixture (see ``Rig``) and a class that inherits ``Contract`` and whatever else its
network has: ``TellsEdits``, ``Points``, ``ReadByAsking`` ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from putthrough.channels.abilities import ChoosesIds, ReadsBack
from putthrough.channels.actions import save_account
from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Change,
    Channel,
    ChannelError,
    Incoming,
    Outgoing,
    Receipt,
    Unreadable,
    What,
)
from putthrough.channels.models import Account
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.models import Conversation, Message
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from putthrough.replies.preview import outgoing

POTHOLE = "There are potholes on Mill Rise, deep enough to lose a wheel in."
ANSWER = "Thank you. We mend it on Friday."
KEYS = count(1)


class Rig(Protocol):
    """A network with us on one side and a resident on the other."""

    channel: Channel
    account: AccountView

    def resident_writes(self, text: str, *, private: bool = False, to: str | None = None) -> str: ...
    def resident_edits(self, message_id: str, text: str) -> bool: ...
    def resident_withdraws(self, message_id: str) -> bool: ...
    def take(self) -> list[Arrived]: ...
    def sent(self) -> list[str]: ...
    def fault(
        self, kind: str, status: int, *, headers: Mapping[str, str] = {}, after: bool = False, times: int = 1
    ) -> None: ...
    def rate_limited(self, kind: str, seconds: int) -> None: ...
    def revoke(self) -> None: ...


def read(rig: Rig, arrived: Sequence[Arrived]) -> list[Incoming | Change]:
    return [rig.channel.read(rig.account, one.raw) for one in arrived]


def incoming(rig: Rig) -> list[Incoming]:
    """What residents wrote, as far as it is new."""
    return [one for one in read(rig, rig.take()) if isinstance(one, Incoming) and not one.own]


def answer_to(rig: Rig, one: Incoming, text: str = ANSWER, *, attempt: int = 1, key: str = "") -> Outgoing:
    chosen = rig.channel.message_id(rig.account) if isinstance(rig.channel, ChoosesIds) else f"reply-{next(KEYS)}"
    return Outgoing(
        to=one.handle,
        to_name=one.name,
        text=text,
        private=one.private,
        message_id=key or chosen,
        subject=one.subject,
        in_reply_to=one.message_id,
        references=[*reversed(one.refers_to), one.message_id],
        thread=one.thread,
        from_name=rig.account.name,
        attempt=attempt,
    )


def carried(rig: Rig, text: str) -> int:
    """How many of the texts that the network has from us carry these words."""
    return sum(text in one for one in rig.sent())


def deliver(rig: Rig, first: Outgoing, *, attempts: int = 4) -> Receipt:
    """As ``delivery`` does it: tried again, read back where nobody can tell, never sent blindly."""
    unsure = False
    for attempt in range(1, attempts + 1):
        leaving = _attempt(first, attempt)
        try:
            if unsure and isinstance(rig.channel, ReadsBack):
                found = rig.channel.read_back(rig.account, leaving)
                if found is not None:
                    return found
            return rig.channel.send(rig.account, leaving)
        except ChannelError as error:
            said_plainly(error, permanent=False)
            unsure = unsure or error.uncertain
            if unsure and not isinstance(rig.channel, ReadsBack):
                return Receipt("")  # a person looks
    raise AssertionError("It was never sent.")


def _attempt(first: Outgoing, attempt: int) -> Outgoing:
    values: dict[str, Any] = {name: getattr(first, name) for name in Outgoing.__slots__}
    return Outgoing(**{**values, "attempt": attempt})


def said_plainly(error: ChannelError, *, permanent: bool = True) -> None:
    assert error.permanent == permanent, error
    words = str(error)
    assert len(words) > 15, words
    assert words[-1] in ".:", words
    assert "Traceback" not in words
    assert "Error" not in words


class Ways:
    """``privately`` and ``publicly`` say which ways the network has."""

    privately = True
    publicly = True

    def _ways(self) -> list[bool]:
        return [True] * self.privately + [False] * self.publicly


class Arrives(Ways):
    """What residents write is understood and told once."""

    def test_what_a_resident_writes_arrives_whole(self, rig: Rig) -> None:
        for private in self._ways():
            identity = rig.resident_writes(POTHOLE, private=private)
            (one,) = incoming(rig)
            assert POTHOLE in one.text
            assert (one.message_id, one.private) == (identity, private)
            assert one.handle == one.handle.lower() != rig.account.address
            assert one.sent_at.tzinfo is not None

    def test_what_was_taken_is_not_told_again_as_something_else(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        first = {one.external_id for one in rig.take()}
        rig.resident_writes("And the lamp is out.", private=not self.publicly)
        later = rig.take()
        assert first
        new = {one.external_id for one in later} - first
        assert len(new) == 1
        assert all(0 < len(one.external_id) <= 255 for one in later)

    def test_many_arrive_in_the_order_they_were_written(self, rig: Rig) -> None:
        written = [rig.resident_writes(f"Number {at}. {POTHOLE}", private=not self.publicly) for at in range(25)]
        told = [one.message_id for one in incoming(rig)]
        assert list(dict.fromkeys(told)) == written

    def test_reading_is_pure_and_only_says_unreadable(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        (one,) = rig.take()
        assert rig.channel.read(rig.account, one.raw) == rig.channel.read(rig.account, one.raw)
        _never_breaks(rig, one.raw)


class TellsEdits(Ways):
    """Where the network has edits and tells of them."""

    def test_an_edit_is_a_change_to_the_same_message(self, rig: Rig) -> None:
        identity = rig.resident_writes(POTHOLE, private=not self.publicly)
        rig.take()
        assert rig.resident_edits(identity, "It was mended, thank you.")
        changes = [one for one in read(rig, rig.take()) if isinstance(one, Change)]
        assert [(one.message_id, one.what) for one in changes] == [(identity, What.EDITED)]
        assert "mended" in changes[0].text


class TellsDeletions(Ways):
    """Where the network tells of deletions."""

    def test_a_deletion_is_a_change_to_the_same_message(self, rig: Rig) -> None:
        identity = rig.resident_writes(POTHOLE, private=not self.publicly)
        rig.take()
        assert rig.resident_withdraws(identity)
        changes = [one for one in read(rig, rig.take()) if isinstance(one, Change)]
        assert [(one.message_id, one.what) for one in changes] == [(identity, What.WITHDRAWN)]


class Answers(Ways):
    """What we answer appears once and as it was shown."""

    def test_an_answer_arrives_once_and_as_it_was_shown(self, rig: Rig) -> None:
        for private in self._ways():
            rig.resident_writes(POTHOLE, private=private)
            (one,) = incoming(rig)
            leaving = answer_to(rig, one)
            shown = rig.channel.preview(rig.account, leaving)
            assert not shown.problems
            assert shown.audience
            before = len(rig.sent())
            receipt = rig.channel.send(rig.account, leaving)
            assert receipt.external_id
            assert plain(rig.sent()[before:]) == plain(shown.parts)

    def test_our_own_answer_is_not_taken_for_a_residents(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        (one,) = incoming(rig)
        rig.channel.send(rig.account, answer_to(rig, one))
        assert incoming(rig) == []

    @pytest.mark.django_db
    def test_the_whole_way_in_and_out(self, rig: Rig) -> None:
        """Kept, filed, answered: a conversation for each resident's message, whatever is told twice."""
        row = stored(rig)
        rig.resident_writes(POTHOLE, private=not self.publicly)
        arrived = rig.take()
        for _ in range(2):
            keep([(row.pk, one) for one in arrived])
            file_waiting()
        assert not Arrival.objects.filter(state=Arrival.State.ASIDE).exists()
        (conversation,) = Conversation.objects.filter(account=row)
        assert POTHOLE in Message.objects.get(conversation=conversation).text
        chosen = rig.channel.message_id(rig.account) if isinstance(rig.channel, ChoosesIds) else "reply-1"
        rig.channel.send(rig.account, outgoing(conversation, ANSWER, message_id=chosen))
        assert carried(rig, ANSWER) == 1


class Points:
    """Where whoever answers us says so."""

    def test_an_answer_to_our_answer_points_to_it(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE)
        (one,) = incoming(rig)
        receipt = rig.channel.send(rig.account, answer_to(rig, one))
        rig.resident_writes("Thank you!", to=receipt.external_id)
        (thanks,) = incoming(rig)
        assert receipt.external_id in thanks.refers_to


class Limited(Ways):
    """Where a message has a longest length."""

    def test_what_is_too_long_is_cut_or_refused_never_shortened(self, rig: Rig) -> None:
        for private in self._ways():
            rig.resident_writes(POTHOLE, private=private)
            (one,) = incoming(rig)
            limit = rig.channel.preview(rig.account, answer_to(rig, one)).limit
            assert limit is not None
            name = "word" if private else "sign"
            self._try(rig, answer_to(rig, one, " ".join(f"{name}{at}" for at in range(limit // 4))), name)

    def _try(self, rig: Rig, leaving: Outgoing, name: str) -> None:
        shown, before = rig.channel.preview(rig.account, leaving), rig.sent()
        if shown.problems:
            with pytest.raises(ChannelError) as caught:
                rig.channel.send(rig.account, leaving)
            said_plainly(caught.value)
            assert rig.sent() == before
            return
        assert len(shown.parts) > 1
        rig.channel.send(rig.account, leaving)
        assert [word for word in " ".join(rig.sent()).split() if word.startswith(name)] == leaving.text.split()


class Breaks(Ways):
    """Networks refuse, stall and break off: nothing is lost and nothing is sent twice."""

    @pytest.mark.parametrize(("status", "after"), [(0, False), (0, True), (500, False), (500, True), (503, False)])
    def test_a_lost_answer_is_never_sent_twice(self, rig: Rig, status: int, *, after: bool) -> None:
        for private in self._ways():
            rig.resident_writes(POTHOLE, private=private)
            (one,) = incoming(rig)
            text = f"{ANSWER} {'In private.' if private else 'For all.'}"
            rig.fault("send", status, after=after)
            deliver(rig, answer_to(rig, one, text))
            sure = isinstance(rig.channel, ReadsBack) or carried(rig, text)
            assert carried(rig, text) == 1 or not sure

    @pytest.mark.parametrize("status", [400, 403])
    def test_a_refusal_says_what_to_do_and_is_not_tried_for_ever(self, rig: Rig, status: int) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        (one,) = incoming(rig)
        rig.fault("send", status, times=3)
        with pytest.raises(ChannelError) as caught:
            rig.channel.send(rig.account, answer_to(rig, one))
        said_plainly(caught.value)

    def test_a_permission_that_was_taken_back_asks_to_sign_in_again(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        (one,) = incoming(rig)
        rig.revoke()
        with pytest.raises(ChannelError) as caught:
            rig.channel.send(rig.account, answer_to(rig, one))
        said_plainly(caught.value)
        assert "set-up" in str(caught.value).lower() or "sign in" in str(caught.value).lower()


class AsksForPatience(Ways):
    """Where the network limits how much is sent."""

    def test_too_many_at_once_is_tried_again_when_the_network_said(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        (one,) = incoming(rig)
        rig.rate_limited("send", 90)
        with pytest.raises(ChannelError) as caught:
            rig.channel.send(rig.account, answer_to(rig, one))
        assert not caught.value.uncertain
        assert caught.value.retry_after is not None
        assert 30 <= caught.value.retry_after <= 120
        said_plainly(caught.value, permanent=False)
        assert carried(rig, ANSWER) == 0


class ReadByAsking(Ways):
    """Where we ask for what is new."""

    @pytest.mark.parametrize("status", [0, 429, 500])
    def test_reading_that_breaks_off_loses_nothing(self, rig: Rig, status: int) -> None:
        written = [rig.resident_writes(f"Number {at}. {POTHOLE}", private=not self.publicly) for at in range(3)]
        rig.fault("read", status)
        told: list[str] = []
        for _ in range(3):
            try:
                told += [one.message_id for one in incoming(rig)]
            except ChannelError as error:
                said_plainly(error, permanent=False)
        assert set(told) == set(written)


class Tested:
    """ "Test this connection" says line by line what works."""

    def test_the_connection_is_tested_line_by_line(self, rig: Rig) -> None:
        before = rig.sent()
        lines = rig.channel.test(rig.account)
        assert lines
        assert all(line.works for line in lines), lines
        rig.revoke()
        broken = [line for line in rig.channel.test(rig.account) if not line.works]
        assert all(line.words for line in broken)
        assert rig.sent() == before


class SetsConditions(Ways):
    """Where the network does not always take an answer."""

    def test_an_answer_always_knows_how_it_stands(self, rig: Rig) -> None:
        rig.resident_writes(POTHOLE, private=not self.publicly)
        (one,) = rig.take()
        stands = rig.channel.standing(rig.account, one.raw, _when(rig, one))
        assert stands.can or (stands.words and stands.url)


class Contract(Arrives, Answers, Limited, Breaks, AsksForPatience, Tested):
    """What nearly every network owes; the classes above are added to it where they hold."""


def stored(rig: Rig) -> Account:
    about = rig.account
    row = Account(channel=rig.channel.key, address=about.address, name=about.name, settings=dict(about.settings))
    return save_account(row, credentials=dict(about.credentials))


def _when(rig: Rig, one: Arrived) -> Any:
    read = rig.channel.read(rig.account, one.raw)
    assert isinstance(read, Incoming)
    return one.received_at or read.sent_at


def plain(texts: Sequence[str]) -> list[str]:
    return [" ".join(text.split()) for text in texts]


def _never_breaks(rig: Rig, raw: bytes) -> None:
    """Bytes left out, doubled or turned: read, or set aside with words."""

    @tuned(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(raw)), st.integers(0, len(raw)), st.binary(max_size=8))
    def mangled(start: int, end: int, between: bytes) -> None:
        with suppress(Unreadable):
            rig.channel.read(rig.account, raw[:start] + between + raw[end:])

    mangled()
