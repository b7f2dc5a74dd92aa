"""Random histories of a small public body: whatever is done in whatever order, the invariants hold after each step."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from putthrough.audit.models import Entry
from putthrough.channels.actions import save_account
from putthrough.channels.rehearsal import network as practice
from putthrough.conversations import actions as conversation_actions
from putthrough.conversations.actions import NOBODYS, CannotBeDone
from putthrough.conversations.models import Conversation, Message
from putthrough.deadlines import actions as clocks
from putthrough.deadlines.models import Deadline
from putthrough.delivery.actions import settle as settle_delivery
from putthrough.delivery.models import Delivery
from putthrough.directory import access
from putthrough.directory.models import Service, User
from putthrough.handover import actions as handover
from putthrough.handover.models import Handover
from putthrough.intake.actions import try_again
from putthrough.intake.models import Arrival
from putthrough.jobs import steps
from putthrough.jobs.steps import run_step, sweep
from putthrough.replies import actions as replies
from putthrough.routing import known
from putthrough.routing.models import Lesson
from tests import laws
from tests.body import BIN, DAMP, DIRECT, POTHOLE, PRACTICE, PUBLIC, WASTE, build
from tests.doubles.scripted import BREAKS_READING, Order
from tests.invariants.answers import THEIRS, Answers, index, pick, users
from tests.invariants.crash import Fate, Killed, statements
from tests.laws import COMMON
from tests.story import due_now, settle

BEGINS = "2026-03-03T10:00:00+00:00"  # a Tuesday
# Words about a service, about none, and such as break something on their way.
PLAIN = (f"the {BIN} was missed", f"a {POTHOLE}", f"{DAMP} on the walls", "hello")
DESPAIR = f"the {BIN} was missed and I want to kill myself tonight"
TEXTS = (*PLAIN, DESPAIR, BREAKS_READING, "nul \0 sign", "lone \ud800 half")
ADDRESSES = (PUBLIC, DIRECT, WASTE)
PEOPLE = ("@pat", "@sam", "@kim")
TEAMS = ("waste", "highways", "housing", "triage", "comms")
SERVICE_OF = {"waste": "bins", "highways": "potholes", "housing": "damp"}

addresses, people, texts = st.sampled_from(ADDRESSES), st.sampled_from(PEOPLE), st.sampled_from(TEXTS)
teams = st.sampled_from(TEAMS)
# PUTTHROUGH_HISTORIES=200 scripts/test tests/invariants/test_histories.py    is the long run
HISTORIES = int(os.environ.get("PUTTHROUGH_HISTORIES", "10"))
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def state_of(conversation: int) -> dict[str, Any]:
    """All that passing on may change, for comparing before with after."""
    row = Conversation.objects.get(pk=conversation)
    return {
        "row": {
            f: getattr(row, f) for f in ("owner_id", "holder_id", "service_id", "due_at", "passes", "escalated_at")
        },
        "scope": row.scope,
        "watchers": set(row.watchers.values_list("team_id", flat=True)),
        "clocks": set(Deadline.objects.filter(conversation=row).values_list("pk", "due_at", "days", "stopped_at")),
        "lesson": Lesson.objects.filter(conversation=row).values_list("how", "service", "right", "at").first(),
        "decision": row.decisions.order_by("-pk").values_list("pk", flat=True).first(),
    }


class Histories(Answers, RuleBasedStateMachine):
    """Everything happens inside a transaction that is rolled back, so that each history begins with nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(BEGINS, tick=False)
        self.time = self.clock.start()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        known.forget()
        self.world = build()
        self.seen: dict[int, Conversation] = {}
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)
        self.clock.stop()

    @initialize(texts=st.lists(st.tuples(addresses, people, texts, st.booleans()), min_size=2, max_size=6))
    def a_morning_s_post(self, texts: Sequence[tuple[str, str, str, bool]]) -> None:
        for at, who, text, private in texts:
            self.writes(at, who, text, private)
        self.polls_and_files()

    # What arrives

    @rule(at=addresses, who=people, text=texts, private=st.booleans())
    def writes(self, at: str, who: str, text: str, private: bool) -> None:
        self.world.network.post(at, who, self._words(text), private=private)

    @rule(at=addresses, who=people, text=texts, private=st.booleans(), to=index)
    def answers_earlier(self, at: str, who: str, text: str, private: bool, to: int) -> None:
        public = list(Message.objects.exclude(message_id="").order_by("pk").values_list("message_id", flat=True))
        parent = pick(public, to) if public else "p999"
        self.world.network.post(at, who, self._words(text), private=private, parent=parent)

    @rule(at=addresses, which=index)
    def hands_over_again(self, at: str, which: int) -> None:
        self.world.network.hand_over_again(at, which)

    @rule(at=addresses)
    def hands_over_rubbish(self, at: str) -> None:
        self.number += 1
        self.world.network.post_raw(at, f"\xff rubbish {self.number}".encode("latin-1"))

    @rule(who=people, text=st.sampled_from(PLAIN))
    def practises(self, who: str, text: str) -> None:
        practice.post(who, f"{PRACTICE} {self._words(text)}")

    def _words(self, text: str) -> str:
        self.number += 1
        return f"{COMMON} {text} {self.number}"

    # What runs

    @rule()
    def polls_and_files(self) -> None:
        due_now()
        run_step.call("poll")
        run_step.call("file")

    @rule(name=st.sampled_from(steps.names()))
    def runs_a_step(self, name: str) -> None:
        run_step.call(name)

    @rule(names=st.permutations(steps.names()))
    def runs_steps_in_any_order(self, names: Sequence[str]) -> None:
        for name in names:
            steps.sweep(frozenset({name}))

    @rule()
    def sweeps(self) -> None:
        sweep()

    @rule(seconds=st.sampled_from([1, 11, 61, 200, 3600, 86400, 20 * 86400]))
    def time_passes(self, seconds: int) -> None:
        self.time.shift(timedelta(seconds=seconds))

    @rule(order=st.sampled_from(list(Order)))
    def sending_will_go_wrong(self, order: Order) -> None:
        self.world.network.orders.append(order)

    @rule(order=st.sampled_from([Order.TEMPORARY, Order.PERMANENT, Order.BREAKS_AFTER, Order.AGAIN, Order.REVERSED]))
    def receiving_will_go_wrong(self, order: Order) -> None:
        self.world.network.receiving.append(order)

    @rule(at=st.integers(min_value=0, max_value=80))
    def dies_in_a_sweep(self, at: int) -> None:
        due_now()
        with suppress(Killed), statements(Fate(at)):
            sweep()

    @rule()
    def is_mended(self) -> None:
        for account in self.world.accounts.values():
            account.refresh_from_db()
            save_account(account)

    # What people do

    @rule(who=users, which=index, stale=st.booleans())
    def claims(self, who: str, which: int, stale: bool) -> None:
        self._try(who, which, stale, lambda row, by: handover.claim(row, by=by))

    @rule(who=users, which=index, stale=st.booleans())
    def releases(self, who: str, which: int, stale: bool) -> None:
        self._try(who, which, stale, lambda row, by: handover.release(row, by=by))

    @rule(who=users, which=index, stale=st.booleans(), to=teams, named=st.booleans())
    def passes_on(self, who: str, which: int, stale: bool, to: str, named: bool) -> None:
        service = self._service(to) if named else None
        team = None if service else self.world.teams[to]
        self._try(who, which, stale, lambda row, by: handover.pass_on(row, team, by=by, service=service, note="yours?"))

    @rule(who=users, which=index, to=teams, named=st.booleans())
    def passes_on_and_takes_it_back(self, who: str, which: int, to: str, named: bool) -> None:
        service = self._service(to) if named else None

        def there_and_back(row: Conversation, by: Any) -> None:
            before = state_of(row.pk)
            given = handover.pass_on(row, None if service else self.world.teams[to], by=by, service=service)
            laws.hold(self.world)
            self.world.clocks.clear()  # taking back is the one thing that may put a deadline where it was
            handover.undo(given, by=by)
            assert state_of(row.pk) == before, "taking back does not restore"

        self._try(who, which, False, there_and_back)

    @rule(which=index, teams=st.permutations(TEAMS[:3]))
    def is_passed_round(self, which: int, teams: Sequence[str]) -> None:
        for to in (*teams, teams[0]):
            self.passes_on(THEIRS, which, False, to, False)
            laws.hold(self.world)

    @rule(which=index)
    def takes_back_late(self, which: int) -> None:
        given = list(Handover.objects.order_by("pk"))
        if given:
            one = pick(given, which)
            self.world.clocks.clear()
            self._refusable(lambda: handover.undo(one, by=one.by))

    @rule(who=users, which=index, stale=st.booleans())
    def declines(self, who: str, which: int, stale: bool) -> None:
        self._try(who, which, stale, lambda row, by: handover.decline(row, by=by, reason="not ours"))

    @rule(who=users, which=index, stale=st.booleans(), nobodys=st.booleans())
    def closes(self, who: str, which: int, stale: bool, nobodys: bool) -> None:
        outcome = NOBODYS if nobodys else "nothing more to do"
        self._try(who, which, stale, lambda row, by: conversation_actions.close(row, by=by, outcome=outcome))

    @rule(who=users, which=index, stale=st.booleans())
    def reopens(self, who: str, which: int, stale: bool) -> None:
        self._try(who, which, stale, lambda row, by: conversation_actions.reopen(row, by=by))

    @rule(who=users, which=index, stale=st.booleans())
    def waits(self, who: str, which: int, stale: bool) -> None:
        self._try(who, which, stale, lambda row, by: conversation_actions.wait_for_resident(row, by=by))

    @rule(who=users, which=index, stale=st.booleans())
    def notes(self, who: str, which: int, stale: bool) -> None:
        text = self._words("note")
        self._try(who, which, stale, lambda row, by: conversation_actions.add_note(row, text, by=by))

    @rule(who=users, which=index, stale=st.booleans(), regime=st.sampled_from(["foia", "lgsco", "awaab"]))
    def starts_a_clock_of_law(self, who: str, which: int, stale: bool, regime: str) -> None:
        self._try(who, which, stale, lambda row, by: clocks.begin(row, regime, received_at=row.opened_at, by=by))

    @rule(who=users, which=index, regime=st.sampled_from(["foia", "lgsco", "awaab"]))
    def takes_a_clock_of_law_back(self, who: str, which: int, regime: str) -> None:
        self._try(who, which, False, lambda row, by: clocks.drop(row, regime, by=by, reason="it is none"))

    @rule(who=users, which=index, stale=st.booleans())
    def acknowledges(self, who: str, which: int, stale: bool) -> None:
        self._try(who, which, stale, lambda row, by: clocks.acknowledged(row, "lgsco", by=by))

    @rule(who=users, which=index, stale=st.booleans(), part=st.integers(min_value=1, max_value=3))
    def splits(self, who: str, which: int, stale: bool, part: int) -> None:
        def off(row: Conversation, by: Any) -> None:
            ids = list(row.messages.order_by("-pk").values_list("pk", flat=True)[:part])
            conversation_actions.split(row, ids, by=by)

        self._try(who, which, stale, off)

    @rule(who=users, which=index, stale=st.booleans(), service=st.sampled_from(sorted(SERVICE_OF.values())))
    def divides(self, who: str, which: int, stale: bool, service: str) -> None:
        other = self.world.services[service]
        self._try(who, which, stale, lambda row, by: handover.divide(row, other, "the other matter", by=by))

    @rule(who=users, which=index, other=index, stale=st.booleans())
    def joins(self, who: str, which: int, other: int, stale: bool) -> None:
        rows = list(Conversation.objects.order_by("pk"))
        if rows:
            second = pick(rows, other)
            self._try(who, which, stale, lambda row, by: conversation_actions.join(row, second, by=by))

    @rule(who=users, which=index, stale=st.booleans())
    def drafts(self, who: str, which: int, stale: bool) -> None:
        text = self._words("thank you for writing")

        def save(row: Conversation, by: Any) -> None:
            replies.save_draft(row, text, by=by)
            self.world.drafts[row.pk, by.pk] = text

        self._try(who, which, stale, save)

    @rule(who=users, which=index)
    def looks_whether_it_arrived(self, who: str, which: int) -> None:
        rows = list(Delivery.objects.filter(state__in=["uncertain", "failed"]).order_by("pk"))
        if rows:
            one = pick(rows, which)
            arrived = bool(self.world.network.taken[one.recipient, one.external_id])
            self._refusable(lambda: settle_delivery(one, arrived=arrived, by=self._who(who, one.reply.conversation)))

    @rule(which=index)
    def has_it_read_again(self, which: int) -> None:
        rows = list(Arrival.objects.filter(state="aside").order_by("pk"))
        if rows:
            try_again(pick(rows, which), by="Tess")

    def _try(self, who: str, which: int, stale: bool, act: Callable[[Conversation, Any], Any]) -> None:
        """Somebody does something to a conversation, perhaps with a screen that is out of date."""
        rows = list(Conversation.objects.order_by("pk"))
        if not rows:
            return
        row = pick(rows, which)
        seen = self.seen.setdefault(row.pk, row) if stale else row
        self._refusable(lambda: act(seen, self._who(who, row)))

    def _service(self, team: str) -> Service | None:
        return self.world.services[SERVICE_OF[team]] if team in SERVICE_OF else None

    def _who(self, who: str, row: Conversation) -> User:
        theirs = User.objects.filter(teams=row.owner_id).order_by("pk").first() if who == THEIRS else None
        return theirs or self.world.user("tess" if who == THEIRS else who)

    def _refusable(self, act: Callable[[], Any]) -> None:
        """It is done, or refused in words and nothing has changed."""
        recorded = Entry.objects.count()
        try:
            with transaction.atomic():
                act()
        except (CannotBeDone, access.NotAllowed):
            assert Entry.objects.count() == recorded, "refused, and something was recorded all the same"

    # What must be true

    @invariant()
    def everything_holds(self) -> None:
        laws.hold(self.world)

    @precondition(lambda self: self.number)
    @rule()
    def nothing_waits_for_ever(self) -> None:
        """With a network that behaves, everything that was handed over comes to an end."""
        self.world.network.orders.clear()
        self.world.network.receiving.clear()
        self.is_mended()
        self.time.shift(timedelta(minutes=1))
        settle()
        assert not Arrival.objects.filter(state=Arrival.State.NEW).exists()


@pytest.mark.django_db
def test_the_invariants_hold_in_every_history() -> None:
    bounds = settings(max_examples=HISTORIES, stateful_step_count=30, phases=PHASES)
    run_state_machine_as_test(Histories, settings=bounds)
