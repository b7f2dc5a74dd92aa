"""The law's clocks that follow from what a message is."""

from __future__ import annotations

import pytest
import time_machine

from putthrough.conversations.models import Conversation, Message
from putthrough.deadlines.models import Deadline
from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation
from putthrough.kit.time import now
from putthrough.routing.kinds.actions import settle
from tests.cast import Cast, raise_the_curtain, resident_writes

FOI = "Under the Freedom of Information Act, how much was spent on road repairs in 2024 and on which contracts?"
COMPLAINT = "I want to complain about how rude the man at the Mill Rise depot was."


@pytest.fixture
def cast(db: None) -> Cast:
    return raise_the_curtain()


def running(row: Conversation) -> set[str]:
    rows = Deadline.objects.filter(conversation=row, stopped_at=None).exclude(regime="target")
    return set(rows.values_list("regime", flat=True))


def test_a_request_for_information_has_its_clock_at_once_and_loses_it_when_it_is_none(cast: Cast) -> None:
    row = resident_writes(FOI)
    assert running(row) == {"foia"}
    clock = Deadline.objects.get(conversation=row, regime="foia")
    assert clock.started_at == row.opened_at
    settle(row, "foi_eir", confirmed=False, by=cast.tess)
    assert running(row) == set()


@pytest.mark.parametrize(("nation", "regime"), [("england", "lgsco"), ("scotland", "spso"), ("ni", "nipso")])
def test_a_complaint_has_its_clock_when_somebody_says_that_it_is_one(cast: Cast, nation: str, regime: str) -> None:
    body = organisation()
    body.nation = nation
    save_organisation(body)
    row = resident_writes(COMPLAINT)
    assert running(row) == set()
    for _ in range(2):
        settle(row, "complaint", confirmed=True, by=cast.harriet)
    assert running(row) == {regime}
    settle(row, "complaint", confirmed=False, by=cast.harriet)
    assert running(row) == set()


def test_in_scotland_the_scottish_act_counts(cast: Cast) -> None:
    body = organisation()
    body.nation = "scotland"
    save_organisation(body)
    assert running(resident_writes(FOI)) == {"foisa"}


def test_what_a_person_says_it_is_counts_from_the_message_that_waits_for_an_answer(cast: Cast) -> None:
    with time_machine.travel("2026-11-19T10:00:00Z", tick=False):
        row = resident_writes("The grit bin on Mill Rise is empty, could you fill it?")
        Message.objects.create(
            conversation=row,
            account=row.account,
            direction="out",
            text="It is filled.",
            sent_at=now(),
            received_at=now(),
        )
    with time_machine.travel("2026-11-19T18:00:00Z", tick=False):
        assert resident_writes("One more thing, about what it all came to.") == row
        settle(row, "foi_eir", confirmed=True, by=cast.harriet)
        assert Deadline.objects.get(conversation=row, regime="foia").started_at == now()
