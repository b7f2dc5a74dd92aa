"""The program dies at every single moment of a message's journey, and goes on afterwards as if it had not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation, Message
from putthrough.delivery.models import Delivery
from putthrough.directory.models import User
from putthrough.handover.actions import claim, pass_on
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import run_step, sweep
from putthrough.replies.actions import save_draft, send
from putthrough.replies.models import Reply
from tests import laws
from tests.body import BIN, DIRECT, PUBLIC, World, build
from tests.invariants.crash import Fate, Killed, commits, statements
from tests.laws import COMMON
from tests.story import due_now, settle

BEGINS = "2026-03-03T10:00:00+00:00"
pytestmark = pytest.mark.django_db(transaction=True)
# PUTTHROUGH_STRIDE=1 scripts/test tests/invariants/test_crashes.py    dies at every statement, not at some
STRIDE = int(os.environ.get("PUTTHROUGH_STRIDE", "0")) or (2 if connection.vendor == "sqlite" else 5)

THANKS = "thank you for telling us"


class Journey:
    """One resident's message from arrival to answer. Whoever is interrupted looks again and goes on: every stage is
    done only if it is not done yet."""

    def __init__(self, world: World, time: time_machine.Traveller, at: str) -> None:
        self.world, self.time, self.at = world, time, at
        self.text = f"{COMMON} the {BIN} was missed"
        self.public_id = world.network.post(at, "@pat", self.text, private=True)

    def __call__(self) -> None:
        self.run("poll")
        self.run("file")
        self.pass_to_highways()
        self.answer()
        self.time.shift(timedelta(seconds=11))
        for step in ("prepare", "deliver", "poll", "file", "reconcile"):
            self.run(step)

    @property
    def conversation(self) -> Conversation:
        return Message.objects.get(message_id=self.public_id).conversation

    def run(self, step: str) -> None:
        due_now()
        run_step.call(step)

    def pass_to_highways(self) -> None:
        wilf, harriet = self.world.user("wilf"), self.world.user("harriet")
        if self.conversation.owner == self.world.teams["waste"]:
            claim(self.conversation, by=wilf)
            pass_on(self.conversation, self.world.teams["highways"], by=wilf, note="yours?")
        claim(self.conversation, by=harriet)

    def answer(self) -> None:
        harriet: User = self.world.user("harriet")
        if not Reply.objects.filter(conversation=self.conversation).exclude(state=Reply.State.DRAFT).exists():
            save_draft(self.conversation, "thank you", by=harriet)
            self.world.cleared[THANKS] = harriet.pk
            send(self.conversation, THANKS, by=harriet)

    def arrives(self) -> None:
        """All of it is done, each thing once."""
        delivery = Delivery.objects.get(reply__conversation=self.conversation)
        taken = self.world.network.taken[delivery.recipient, delivery.external_id]
        assert Arrival.objects.filter(external_id=self.public_id).count() == 1
        assert Message.objects.filter(message_id=self.public_id).count() == 1
        assert Message.objects.filter(conversation=self.conversation, direction="out").count() == 1
        if self.at == DIRECT and delivery.state == Delivery.State.UNCERTAIN:
            return  # this network cannot be read back: a person decides
        assert (delivery.state, taken) == (Delivery.State.SENT, 1)


@pytest.fixture
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(BEGINS, tick=False) as traveller:
        yield traveller


@pytest.fixture
def body(transactional_db: None, time: time_machine.Traveller) -> World:
    return build()


def _die_everywhere(
    body: World,
    time: time_machine.Traveller,
    at: str,
    moments: Callable[[Fate], AbstractContextManager[None]],
    *,
    stride: int = 1,
) -> int:
    """Die at moment 0, 1, 2 ... (in strides) of a journey of its own each, until one lives to its end. Returns at which
    moment that was."""
    died = 0
    while True:
        journey, fate = Journey(body, time, at), Fate(died)
        try:
            with moments(fate):
                journey()
        except Killed:
            connection.close()
        _go_on(journey, time)
        if not fate.struck:
            laws.hold(body)
            return died
        died += stride
        if died // stride % 25 == 0:
            laws.hold(body)
        time.shift(timedelta(days=20))  # so that the next message opens a conversation of its own


def _go_on(journey: Journey, time: time_machine.Traveller) -> None:
    """A fresh process sweeps; people look again; what was left half-way is found after three minutes."""
    due_now()
    sweep()
    journey()
    time.shift(timedelta(minutes=4))
    due_now()
    settle()
    journey.arrives()


def test_a_death_before_any_statement_changes_nothing_but_when(body: World, time: time_machine.Traveller) -> None:
    assert _die_everywhere(body, time, PUBLIC, statements, stride=STRIDE) > 60


def test_a_death_just_before_or_after_any_commit_changes_nothing_but_when(
    body: World, time: time_machine.Traveller
) -> None:
    assert _die_everywhere(body, time, DIRECT, commits) > 12


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("at", [PUBLIC, DIRECT])
def test_a_death_in_the_middle_of_sending_is_no_second_sending(
    body: World, time: time_machine.Traveller, at: str, moment: str
) -> None:
    def die(now: str) -> None:
        if now == moment:
            body.network.around_send = None
            raise Killed(f"{moment} the network had it")

    journey = Journey(body, time, at)
    body.network.around_send = die
    with pytest.raises(Killed):
        journey()
    connection.close()
    sent = Delivery.objects.get()
    assert sent.state == Delivery.State.SENDING
    sweep()
    assert Delivery.objects.get().state == Delivery.State.SENDING, "nobody touches it while it may still be under way"
    _go_on(journey, time)
    sent.refresh_from_db()
    # What cannot be read back stays a person's to decide, unless our own words came back and prove it.
    expected = Delivery.State.UNCERTAIN if (at, moment) == (DIRECT, "before") else Delivery.State.SENT
    assert sent.state == expected
    assert body.network.taken[sent.recipient, sent.external_id] == (0 if (at, moment) == (DIRECT, "before") else 1)
    laws.hold(body)


def test_pressing_send_again_after_a_death_is_one_answer(body: World, time: time_machine.Traveller) -> None:
    journey = Journey(body, time, PUBLIC)
    journey()
    with pytest.raises(CannotBeDone, match="just sent exactly this"):
        send(journey.conversation, "thank you for telling us", by=body.user("harriet"))
