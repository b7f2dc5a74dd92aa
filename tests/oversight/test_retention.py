"""What is old goes and leaves a receipt; what is open, held or asked about stays, whatever its age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from putthrough.audit.models import Entry
from putthrough.audit.queries import verify
from putthrough.channels.rehearsal import network
from putthrough.conversations import search
from putthrough.conversations.actions import close
from putthrough.conversations.models import Contact, Conversation, Message
from putthrough.deadlines import actions as clocks
from putthrough.directory.access import NotAllowed
from putthrough.directory.actions import CannotBeSaved
from putthrough.intake.models import Arrival
from putthrough.kit.time import now
from putthrough.oversight.retention import actions, queries
from putthrough.oversight.retention.deleting import retain
from putthrough.oversight.retention.groups import GROUPS, NEVER, OTHER, outlast, proposed
from putthrough.oversight.retention.models import Day, Held, Policy
from putthrough.replies.actions import send
from putthrough.routing.kinds.actions import settle
from putthrough.routing.models import KindFound, Lesson
from tests.cast import ADDRESS, POTHOLE, Cast, let_it_arrive, raise_the_curtain, resident_writes, undo_time_is_over

LONG_AGO = datetime(2024, 1, 10, 10, tzinfo=UTC)
TODAY = datetime(2026, 12, 1, 10, tzinfo=UTC)


@pytest.fixture
def old(cast: Cast) -> Conversation:
    """Asked, answered and closed in January 2024."""
    with time_machine.travel(LONG_AGO, tick=False):
        row = resident_writes(POTHOLE)
        KindFound.objects.all().delete()
        send(row, "Thank you, we have filled it.", by=cast.harriet)
        undo_time_is_over()
        close(Conversation.objects.get(pk=row.pk), by=cast.harriet)
    return Conversation.objects.get(pk=row.pk)


def switched_on(cast: Cast, **months: int) -> None:
    actions.save_policy({**proposed(), **months}, on=True, by=cast.ada)


def goes() -> None:
    while retain():
        pass


@pytest.fixture(autouse=True)
def today() -> None:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.mark.django_db
def test_what_is_old_goes_with_all_of_it_and_leaves_a_receipt(cast: Cast, old: Conversation) -> None:
    arrival = Arrival.objects.get(message__conversation=old)
    external_id = arrival.external_id
    switched_on(cast)
    goes()
    assert not Conversation.objects.filter(pk=old.pk).exists()
    assert not Message.objects.exists()
    assert not Contact.objects.exists()
    assert not Lesson.objects.exists()
    assert search.find("potholes", scopes=None, before=None, limit=5) == []
    arrival.refresh_from_db()
    assert (bytes(arrival.raw), arrival.state, arrival.external_id) == (b"", "gone", external_id)
    receipt = Entry.objects.get(verb="conversation.deleted")
    assert receipt.thing == f"conversation:{old.pk}"
    assert "opened 2024-01-10" in receipt.sentence
    assert not Entry.objects.filter(sentence__contains="Rosa").exists()
    assert verify().broken_at is None
    assert [(day.group, day.deleted) for day in Day.objects.all()] == [(OTHER, 1)]


@pytest.mark.django_db
def test_what_its_network_hands_over_again_stays_deleted(cast: Cast, old: Conversation) -> None:
    switched_on(cast)
    goes()
    cast.account.refresh_from_db()
    cast.account.cursor = {}
    cast.account.save()
    let_it_arrive()
    assert not Message.objects.filter(direction="in").exists()


@pytest.mark.django_db
def test_nothing_goes_before_somebody_switched_it_on(cast: Cast, old: Conversation) -> None:
    goes()
    assert queries.would_go(cast.ivy, queries.policy(), now())[OTHER] == 1
    assert Conversation.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_what_is_younger_than_its_months_stays(cast: Cast, old: Conversation) -> None:
    switched_on(cast, **{OTHER: 35})
    goes()
    assert Conversation.objects.filter(pk=old.pk).exists()
    switched_on(cast, **{OTHER: 34})
    goes()
    assert not Conversation.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_an_open_matter_keeps_all_of_that_person(cast: Cast, old: Conversation) -> None:
    network.post("@rosa", f"{ADDRESS} our bin on Quarry Lane was missed", name="Rosa Penn")
    let_it_arrive()
    assert Conversation.objects.filter(contact=old.contact).count() == 2
    switched_on(cast)
    goes()
    assert Conversation.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_a_clock_that_runs_keeps_it(cast: Cast, old: Conversation) -> None:
    Conversation.objects.filter(pk=old.pk).update(state="open")
    clocks.begin(old, "foia", received_at=now())
    Conversation.objects.filter(pk=old.pk).update(state="closed")
    switched_on(cast)
    goes()
    assert Conversation.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_of_several_kinds_the_longest_counts(cast: Cast, old: Conversation) -> None:
    settle(old, "spam", confirmed=True, by=cast.harriet)
    settle(old, "complaint", confirmed=True, by=cast.harriet)
    Conversation.objects.filter(pk=old.pk).update(state="closed")
    clocks.drop(old, "lgsco", by="Ivy", reason="settled")
    switched_on(cast)
    goes()
    assert Conversation.objects.filter(pk=old.pk).exists()
    settle(old, "complaint", confirmed=False, by=cast.harriet)
    goes()
    assert not Conversation.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_an_order_keeps_it_by_number_or_by_words_until_it_is_lifted(cast: Cast, old: Conversation) -> None:
    by_number = actions.hold([old.pk], words="", reason="A claim", by=cast.ivy)
    by_words = actions.hold([], words="potholes Mill", reason="The inquest", by=cast.ivy)
    switched_on(cast)
    goes()
    assert Held.objects.filter(conversation=old).count() == 2
    actions.release(by_number.pk, by=cast.ada)
    goes()
    assert Conversation.objects.filter(pk=old.pk).exists()
    actions.release(by_words.pk, by=cast.ada)
    goes()
    assert not Conversation.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_the_database_itself_keeps_what_is_held(cast: Cast, old: Conversation) -> None:
    actions.hold([old.pk], words="", reason="A claim", by=cast.ivy)
    with pytest.raises(ProtectedError):
        old.delete()


@pytest.mark.django_db
def test_what_cannot_be_is_said(cast: Cast, old: Conversation) -> None:
    for numbers, words, reason in (([], "", "A claim"), ([old.pk], "", " "), ([999_999], "", "A claim")):
        with pytest.raises(CannotBeSaved):
            actions.hold(numbers, words=words, reason=reason, by=cast.ivy)
    with pytest.raises(CannotBeSaved):
        actions.save_policy({**proposed(), OTHER: -1}, on=True, by=cast.ada)
    with pytest.raises(NotAllowed):
        actions.save_policy(proposed(), on=True, by=cast.clem)


@pytest.mark.django_db
def test_as_many_statements_for_many_old_ones_as_for_one(
    cast: Cast, old: Conversation, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_max_num_queries(12):  # type: ignore[operator]  # a context manager of pytest-django
        queries.would_go(cast.ivy, queries.policy(), now())


KINDS = [kind for group in GROUPS for kind in group.kinds]
months = st.fixed_dictionaries({group.key: st.sampled_from([NEVER, 3, 12, 24, 72]) for group in GROUPS})


class ByKind(TestCase):
    @given(months, st.sets(st.sampled_from(KINDS), max_size=3), st.integers(0, 80))
    def test_it_goes_when_the_longest_of_its_groups_is_over(
        self, rules: dict[str, int], kinds: set[str], age: int
    ) -> None:
        with time_machine.travel(TODAY, tick=False):
            cast = raise_the_curtain()
            contact = Contact.objects.create(name="Rosa Penn")
            last = TODAY - timedelta(days=31 * age)
            row = Conversation.objects.create(
                account=cast.account, contact=contact, owner=cast.waste, channel="rehearsal", state="closed",
                opened_at=last, last_at=last,
            )  # fmt: skip  # a row of plain values
            for kind in kinds:
                KindFound.objects.create(conversation=row, kind=kind, confidence=1, received_at=last, at=last)
            keep = [rules[group.key] for group in GROUPS if kinds & set(group.kinds)] or [rules[OTHER]]
            policy = Policy(months=rules, on=True)
            found = [group.key for group in GROUPS if queries.due(group.key, policy, TODAY).exists()]
            over = NEVER not in keep and age * 31 > max(keep) * 31
            assert bool(found) == over or abs(age * 31 - max(keep) * 30.44) < 62
            assert not (found and NEVER in keep)


def test_what_is_kept_for_ever_is_outlasted_by_nothing() -> None:
    assert outlast("safety", proposed()) == []
    assert "safeguarding" in outlast("spam", proposed())


def test_the_count_is_told_by_an_index(db: None) -> None:
    with connection.cursor() as cursor:
        sql, values = queries.due(OTHER, Policy(), TODAY).query.sql_with_params()
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql, values)
        plan = str(cursor.fetchall())
    assert "closed_by_age" in plan or connection.vendor != "sqlite", plan
