"""Random histories of posts to everybody: nobody speaks unapproved, and nothing is said twice, whatever dies when."""

from __future__ import annotations

import os
from collections.abc import Callable
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
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Message
from putthrough.delivery.posting import settle_post
from putthrough.directory.access import NotAllowed
from putthrough.handover.incidents import actions as incidents
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.jobs import steps
from putthrough.jobs.steps import run_step, sweep
from putthrough.kit.time import now
from putthrough.replies.models import Trust
from putthrough.replies.posts import approving
from putthrough.replies.posts.actions import begin, save, submit, take_back, withdraw
from putthrough.replies.posts.clearing import version
from putthrough.replies.posts.models import Appearance, Post, Publication
from putthrough.routing import known
from tests import laws
from tests.body import PUBLIC, build
from tests.doubles.scripted import Order
from tests.invariants.answers import index, pick
from tests.invariants.crash import Fate, Killed, statements
from tests.story import due_now, settle

STEPS = [name for name in steps.names() if name in ("prepare_posts", "publish", "reconcile_posts", "poll", "file")]
writers, approvers = st.sampled_from(["tess", "clem"]), st.sampled_from(["clem", "ada", "tess", "harriet", "clem"])
HISTORIES = int(os.environ.get("PUTTHROUGH_HISTORIES", "12"))
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


class PostHistories(RuleBasedStateMachine):
    """In a transaction that is rolled back; ``world.cleared`` says who let which words go, and by now may still."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel("2026-03-03T10:00:00+00:00", tick=False)
        self.time = self.clock.start()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        known.forget()
        self.world = build()
        self.number = 0
        moment = now()
        values = {"title": "Burst main", "owner": self.world.teams["triage"], "state": "open"}
        self.incident = Incident.objects.create(key="i", opened_at=moment, last_at=moment, **values)

    @initialize(both=st.booleans(), about=st.booleans())
    def a_morning_s_posts(self, both: bool, about: bool) -> None:
        for who in ("tess", "clem", "tess"):
            self.writes(who, both, about=about or who == "tess", asks=True, later=False)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)
        self.clock.stop()

    # What people do

    @rule(who=writers, both=st.booleans(), about=st.booleans(), asks=st.booleans(), later=st.booleans())
    def writes(self, who: str, both: bool, about: bool, asks: bool, later: bool) -> None:
        self.number += 1
        by, text = self.world.user(who), f"The water is back by {self.number}pm."
        accounts = [self.world.accounts[one] for one in (("alpha", "mute") if both else ("alpha",))]

        def write() -> None:
            post = begin(self.incident if about else None, by=by)
            wanted = now() + timedelta(minutes=5) if later else None
            save(post, text, by=by, accounts=accounts, wanted_at=wanted)
            if asks:
                submit(post, by=by)

        self._refusable(write)

    @rule(which=index)
    def asks(self, which: int) -> None:
        self._with(which, lambda post: submit(post, by=post.author))

    @rule(who=approvers, which=index, unseen=st.booleans())
    def approves(self, who: str, which: int, unseen: bool) -> None:
        by = self.world.user(who)

        def approve(post: Post) -> None:
            approving.approve(post, by=by, seen="" if unseen else version(post))
            assert by.pk != post.author_id, "nobody approves themselves"
            assert by.role in ("comms_lead", "administrator")
            assert self.world.steps.get(by.pk, "trusted") == "trusted"
            assert not unseen
            self.world.cleared[post.text] = by.pk

        self._with(which, approve, state="submitted")

    @rule(which=index, how=st.sampled_from([take_back, withdraw]))
    def is_stopped(self, which: int, how: Callable[..., Post]) -> None:
        def stop(post: Post) -> None:
            how(post, by=post.author)
            self.world.cleared.pop(post.text, None)

        self._with(which, stop)

    @rule(who=approvers, step=st.sampled_from(["checked", "trusted", "trusted"]))
    def is_put_on_another_step(self, who: str, step: str) -> None:
        user = self.world.people[who]
        Trust.objects.filter(user=user).update(step=step)
        self.world.steps[user.pk] = step
        for post in Post.objects.filter(cleared_by=user, state__in=["cleared", "leaving"]):
            if step == "trusted" and user.role in ("comms_lead", "administrator"):
                self.world.cleared[post.text] = user.pk
            elif not post.publications.exclude(state__in=["waiting", "due"]).exists():
                self.world.cleared.pop(post.text, None)

    @rule(which=index, state=st.sampled_from(["cleared", "leaving"]), sealed=st.booleans())
    def somebody_writes_past_every_door(self, which: int, state: str, sealed: bool) -> None:
        self.number += 1
        clem, account = self.world.people["clem"], self.world.accounts["alpha"]
        values = {"cleared_by": self.world.people["ada"], "clearance": "0" * 64 if sealed else ""}
        text = f"Nobody has read number {self.number}."
        post = Post.objects.create(author=clem, text=text, state=state, leaves_at=now(), **values)
        there = {"state": "due", "next_attempt_at": now(), "key": f"past-{post.pk}"} if state == "leaving" else {}
        Publication.objects.create(post=post, account=account, **there)

    @rule(which=index)
    def changes_what_was_approved(self, which: int) -> None:
        rows = list(Post.objects.filter(state="cleared").order_by("pk"))
        if rows:
            one = pick(rows, which)
            self.world.cleared.pop(one.text, None)
            Post.objects.filter(pk=one.pk).update(text=f"{one.text} Or never.")

    @rule(there=st.booleans(), which=index)
    def looks_on_the_network(self, there: bool, which: int) -> None:
        rows = list(Publication.objects.filter(state__in=["uncertain", "failed"]).order_by("pk"))
        if rows:
            one = pick(rows, which)
            taken = self.world.network.taken["", one.key]
            if taken == there:  # whoever looks sees what is so
                self._refusable(lambda: settle_post(one, there=there, by=one.post.author))

    @rule()
    def the_incident_closes(self) -> None:
        self._refusable(lambda: incidents.close(self.incident, by=self.world.user("tess")))

    # What the network does, and what runs

    @rule(which=index)
    def somebody_answers(self, which: int) -> None:
        ids = sorted(self.world.network.public_ids.values())
        if ids:
            self.world.network.post(PUBLIC, f"@r{which}", "please say when", parent=pick(ids, which))

    @rule(name=st.sampled_from(STEPS), seconds=st.sampled_from([0, 11, 70]))
    def runs_a_step(self, name: str, seconds: int) -> None:
        self.time.shift(timedelta(seconds=seconds))
        due_now()
        run_step.call(name)

    @rule(order=st.none() | st.sampled_from(list(Order)[:6]), which=index, seconds=st.sampled_from([11, 70, 400]))
    def one_is_approved_and_leaves(self, order: Order | None, which: int, seconds: int) -> None:
        self.approves("ada", which, unseen=False)
        self.world.network.orders.extend([order] if order else [])
        self.time.shift(timedelta(seconds=seconds))
        sweep()

    @rule(at=st.integers(0, 80), seconds=st.sampled_from([0, 11, 70, 200]))
    def dies_in_a_sweep(self, at: int, seconds: int) -> None:
        self.time.shift(timedelta(seconds=seconds))
        due_now()
        with suppress(Killed), statements(Fate(at)):
            sweep()

    def _with(self, which: int, act: Callable[[Post], Any], **among: str) -> None:
        rows = list(Post.objects.filter(**among).select_related("author").order_by("pk"))
        if rows:
            self._refusable(lambda: act(pick(rows, which)))

    def _refusable(self, act: Callable[[], Any]) -> None:
        recorded = Entry.objects.count()
        try:
            with transaction.atomic():
                act()
        except (CannotBeDone, NotAllowed):
            assert Entry.objects.count() == recorded, "refused, and something was recorded all the same"

    # What must be true

    @invariant()
    def everything_holds(self) -> None:
        laws.sent_once(self.world)
        laws.nobody_unapproved_speaks(self.world)
        laws.chain_whole()
        for one in Publication.objects.exclude(key=""):
            taken = self.world.network.taken["", one.key]
            assert one.state != "sent" or taken == 1, "called published, and the network does not have it"
            assert one.state != "failed" or taken == 0, "called not published, and the network has it"

    @precondition(lambda self: self.number)
    @rule()
    def who_answers_is_found(self) -> None:
        """When all is at rest: whoever answered a post about the incident is in it, unless it was over before."""
        self.world.network.orders.clear()
        self.time.shift(timedelta(minutes=6))
        due_now()
        settle()
        if Incident.objects.get().state != "open":
            return
        shown = Appearance.objects.filter(publication__post__incident=self.incident)
        ids = set(shown.values_list("public_id", flat=True))
        answered = set(
            Message.objects.filter(direction="in", in_reply_to__in=ids).values_list("conversation", flat=True)
        )
        assert answered <= set(Membership.objects.values_list("conversation", flat=True))


@pytest.mark.django_db
def test_the_invariants_hold_in_every_history_of_posts() -> None:
    bounds = settings(max_examples=HISTORIES, stateful_step_count=25, phases=PHASES)
    run_state_machine_as_test(PostHistories, settings=bounds)
