"""The law's clocks that follow from what a message is."""

from __future__ import annotations

import pytest

from putthrough.conversations.models import Conversation
from putthrough.deadlines.models import Deadline
from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation
from putthrough.routing.kinds.actions import settle
from tests.cast import Cast, raise_the_curtain, resident_writes

FOI = "Under the Freedom of Information Act please send me what you spent on road repairs in 2024, and the contracts."
COMPLAINT = "I want to make a complaint about how rude the man at the Mill Rise depot was to my mother."


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
