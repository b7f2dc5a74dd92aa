"""Reminders: to whoever has it, then to the named people, through a real relay and without a resident's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from typing import Any

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.deadlines import actions, reminders
from putthrough.deadlines.models import Deadline, Reminder
from putthrough.deadlines.policy import save_named
from putthrough.directory.access import NotVisible
from putthrough.handover.actions import claim
from tests.cast import Cast, person
from tests.parts.relay import Relay


@pytest.fixture
def relay(cast: Cast) -> Iterator[Relay]:
    found = Relay()
    settings = {
        "incoming": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": found.port,
        "smtp_security": "none",
        "smtp_auth": "none",
    }
    save_account(Account(channel="email", address="hello@westmoor.example", name="Westmoor", settings=settings))
    yield found
    found.stop()


@pytest.fixture
def clock(row: Conversation) -> Deadline:
    return actions.begin(row, "foia", received_at=row.opened_at)


def told(relay: Relay) -> list[tuple[str, str, str]]:
    """To whom, subject and text of what left since."""
    while reminders.remind():
        pass
    mails = [message_from_bytes(raw, policy=policy.default) for raw in relay.taken()]
    return [(str(mail["To"]), str(mail["Subject"]), mail.get_content()) for mail in mails]


def test_nothing_is_told_before_a_clock_comes_near(relay: Relay, clock: Deadline, time_machine: Any) -> None:
    assert told(relay) == []
    time_machine.move_to("2026-12-16T23:59:00Z")
    assert told(relay) == []
    time_machine.move_to("2026-12-17T08:00:00Z")  # Thursday; due on Monday, two working days later
    [(to, subject, text)] = told(relay)
    assert "harriet@westmoor.example" in to
    assert "Due soon: FOI, answer" in subject
    assert "FOI: due Mon 21 Dec, day 18 of 20" in text
    assert f"/conversations/{clock.conversation_id}" in text
    assert "Mill Rise" not in text
    assert told(relay) == []


def test_who_has_it_in_hand_is_told_and_not_the_team(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    hugh = person("Hugh Fenn", cast.harriet.Role.RESPONDER, cast.highways)
    claim(clock.conversation, by=hugh)
    time_machine.move_to("2026-12-17T08:00:00Z")
    assert ["hugh@westmoor.example" in to for to, *_ in told(relay)] == [True]
    assert set(Reminder.objects.values_list("user__name", flat=True)) == {"Hugh Fenn"}


def test_named_people_are_told_one_after_the_other_until_somebody_has_it(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    first = person("Noor Adeyemi", cast.harriet.Role.RESPONDER, cast.highways)
    save_named(cast.highways, [first, cast.ivy], by=cast.ada)
    claim(clock.conversation, by=cast.harriet)
    time_machine.move_to("2026-12-22T08:00:00Z")
    assert [subject for _, subject, _ in told(relay)] == ["Re: Late: FOI, answer"]
    time_machine.move_to("2026-12-22T11:59:00Z")
    assert told(relay) == []
    time_machine.move_to("2026-12-22T12:01:00Z")
    assert ["noor@westmoor.example" in to for to, *_ in told(relay)] == [True]
    time_machine.move_to("2026-12-22T16:02:00Z")
    assert ["ivy@westmoor.example" in to for to, *_ in told(relay)] == [True]
    time_machine.move_to("2026-12-23T16:00:00Z")
    assert told(relay) == []


def test_nobody_else_is_told_when_somebody_has_seen_it(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    save_named(cast.highways, [cast.ivy], by=cast.ada)
    time_machine.move_to("2026-12-22T08:00:00Z")
    assert len(told(relay)) == 1
    with pytest.raises(NotVisible):
        reminders.seen(Reminder.objects.get().pk, by=cast.ivy)
    reminders.seen(Reminder.objects.get().pk, by=cast.harriet)
    time_machine.move_to("2026-12-22T18:00:00Z")
    assert told(relay) == []


def test_a_named_person_who_may_not_see_it_is_passed_over(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    save_named(cast.highways, [cast.wilf, cast.ivy], by=cast.ada)
    time_machine.move_to("2026-12-22T08:00:00Z")
    told(relay)
    time_machine.move_to("2026-12-22T13:00:00Z")
    assert ["ivy@westmoor.example" in to for to, *_ in told(relay)] == [True]


def test_a_clock_that_is_met_or_stands_still_reminds_nobody(
    relay: Relay, cast: Cast, row: Conversation, clock: Deadline, time_machine: Any
) -> None:
    actions.pause(clock, "fee", by=cast.harriet)
    actions.met(actions.begin(row, "lgsco", received_at=row.opened_at), by=cast.harriet)
    Deadline.objects.filter(step="stage1").update(stopped_at="2026-11-20T11:00:00Z")
    time_machine.move_to("2026-12-22T08:00:00Z")
    assert told(relay) == []


def test_an_extension_is_told_and_its_new_end_reminds_anew(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    time_machine.move_to("2026-12-17T08:00:00Z")
    assert len(told(relay)) == 1
    actions.extend(clock, to=date(2027, 1, 8), reason="The public interest in section 43", by=cast.harriet)
    assert ["Extended" in subject for _, subject, _ in told(relay)] == [True]
    time_machine.move_to("2027-01-06T08:00:00Z")
    assert ["Due soon" in subject for _, subject, _ in told(relay)] == [True]


def test_a_relay_that_does_not_answer_is_asked_again_and_given_up_at_last(
    relay: Relay, clock: Deadline, time_machine: Any
) -> None:
    relay.stop()
    time_machine.move_to("2026-12-17T08:00:00Z")
    assert told(relay) == []
    waiting = Reminder.objects.get()
    assert (waiting.state, waiting.attempts) == ("due", 1)
    for day in range(18, 24):
        time_machine.move_to(f"2026-12-{day}T08:00:00Z")
        told(relay)
    assert Reminder.objects.filter(kind="soon").get().state == "failed"


def test_one_that_was_being_sent_when_the_process_died_is_sent(
    relay: Relay, clock: Deadline, time_machine: Any
) -> None:
    time_machine.move_to("2026-12-17T08:00:00Z")
    reminders._note()
    assert reminders._claim() is not None
    assert told(relay) == []
    time_machine.move_to("2026-12-17T08:06:00Z")
    assert len(told(relay)) == 1


def test_when_a_reminder_cannot_be_sent_the_next_person_is_told_all_the_same(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    save_named(cast.highways, [cast.ivy], by=cast.ada)
    time_machine.move_to("2026-12-22T08:00:00Z")
    assert len(told(relay)) == 1
    gone = Reminder.objects.filter(kind="late")
    gone.update(state="sending", attempts=reminders.MOST_ATTEMPTS - 1, next_attempt_at="2026-12-22T08:00:00Z")
    account = Account.objects.get(channel="email")
    account.settings["smtp_port"] = 1
    account.save()
    reminders.remind()
    assert gone.get().state == "failed"
    account.settings["smtp_port"] = relay.port
    account.save()
    time_machine.move_to("2026-12-22T13:00:00Z")
    assert ["ivy@westmoor.example" in to for to, *_ in told(relay)] == [True]


def test_in_a_team_of_nobody_those_who_govern_are_told(
    relay: Relay, cast: Cast, clock: Deadline, time_machine: Any
) -> None:
    cast.highways.people.clear()
    time_machine.move_to("2026-12-22T08:00:00Z")
    assert ["ivy@westmoor.example" in to for to, *_ in told(relay)] == [True]


def test_chains_that_have_ended_stand_in_nobodys_way(
    relay: Relay, cast: Cast, row: Conversation, clock: Deadline, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "_BATCH", 1)
    save_named(cast.highways, [cast.ivy], by=cast.ada)
    time_machine.move_to("2026-12-22T08:00:00Z")
    told(relay)
    time_machine.move_to("2026-12-22T13:00:00Z")
    told(relay)
    time_machine.move_to("2027-01-04T08:00:00Z")
    actions.begin(row, "sar", received_at=row.opened_at)
    time_machine.move_to("2027-01-05T08:00:00Z")
    told(relay)
    time_machine.move_to("2027-01-05T13:00:00Z")
    assert ["ivy@westmoor.example" in to for to, *_ in told(relay)] == [True], "of the second clock"
