"""What every channel owes that can say something to everybody: the part of the contract that only some have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from putthrough.channels.abilities import ChoosesIds, Posts
from putthrough.channels.contract import Outgoing
from tests.channels.suite import KEYS, Rig, carried, deliver, incoming, plain

NEWS = "The main in Mill Lane is being mended. Water is back by 4pm."


def to_everybody(rig: Rig, text: str = NEWS, *, under: str = "") -> Outgoing:
    chosen = rig.channel.message_id(rig.account) if isinstance(rig.channel, ChoosesIds) else f"post-{next(KEYS)}"
    return Outgoing(to="", text=text, private=False, message_id=chosen, in_reply_to=under, since=datetime.now(UTC))


class Posting:
    """Where something can be said to everybody, in answer to nobody."""

    def test_a_post_is_for_everybody_and_appears_as_it_was_shown(self, rig: Rig) -> None:
        assert isinstance(rig.channel, Posts)
        assert rig.channel.everybody(rig.account)[-1] == "."
        leaving = to_everybody(rig)
        shown = rig.channel.preview(rig.account, leaving)
        assert (list(shown.problems), shown.recipient) == ([], "everybody")
        assert shown.audience == rig.channel.everybody(rig.account)
        receipt = rig.channel.send(rig.account, leaving)
        assert plain(rig.sent()) == plain(shown.parts)
        assert receipt.external_id
        assert incoming(rig) == []

    @pytest.mark.parametrize(("status", "after"), [(0, True), (500, True), (503, False)])
    def test_a_post_of_which_the_answer_was_lost_is_there_once(self, rig: Rig, status: int, *, after: bool) -> None:
        rig.fault("send", status, after=after)
        deliver(rig, to_everybody(rig))
        assert carried(rig, NEWS) == 1

    def test_who_answers_a_post_points_to_it_and_it_goes_on_below(self, rig: Rig) -> None:
        receipt = rig.channel.send(rig.account, to_everybody(rig))
        rig.resident_writes("Thank you for telling us", to=receipt.external_id)
        (thanks,) = incoming(rig)
        assert receipt.external_id in thanks.refers_to
        more = to_everybody(rig, "The water is back.", under=receipt.external_id)
        assert not rig.channel.preview(rig.account, more).problems
        deliver(rig, more)
        assert carried(rig, "The water is back.") == 1
