"""A life may be at risk: people are told one after the other, through a real relay, until somebody has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from django.test import Client

from putthrough.audit.models import Entry
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.actions import close
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.actions import CannotBeSaved
from putthrough.directory.models import Team, User
from putthrough.handover.actions import pass_on
from putthrough.handover.alerts import actions
from putthrough.handover.alerts.models import Alert, OnCall, Policy, Telling
from putthrough.handover.alerts.queries import how_it_stands
from putthrough.handover.alerts.setting import save_on_call, save_policy, try_out
from putthrough.handover.alerts.step import alert
from putthrough.replies.models import Reply
from putthrough.routing.kinds.actions import settle
from tests.cast import Cast, person, resident_writes, signed_in_as
from tests.channels.sms.conftest import TOKEN
from tests.doubles.notify import TEMPLATE, Notify
from tests.parts.relay import Relay

DESPAIR = "I can't go on, I have the tablets here and I want to end my life tonight"
THURSDAY_NIGHT = datetime(2026, 12, 3, 22, tzinfo=UTC)
PHONE = "07700 900123"
_R = User.Role


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(THURSDAY_NIGHT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def relay(cast: Cast, clock: time_machine.Traveller) -> Iterator[Relay]:
    found = Relay()
    values = {
        "incoming": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": found.port,
        "smtp_security": "none",
        "smtp_auth": "none",
    }
    save_account(Account(channel="email", address="hello@westmoor.example", name="Westmoor", settings=values))
    yield found
    found.stop()


@pytest.fixture
def notify(cast: Cast) -> Iterator[Notify]:
    double = Notify()
    account = Account(channel="sms", address="07700 900000", name="Westmoor texts")
    account.settings = {"template": TEMPLATE, "base": double.base}
    save_account(account, credentials={"api_key": double.api_key, "callback_token": TOKEN})
    yield double
    double.stop()


@pytest.fixture
def duty(cast: Cast) -> list[User]:
    """Noor is told by day, Bram at night, Olu whenever."""
    return on_call(cast, [("Noor Ives", "hours", ""), ("Bram Oake", "outside", ""), ("Olu Penrose", "always", "")])


def on_call(cast: Cast, people: Sequence[tuple[str, str, str]], team: Team | None = None) -> list[User]:
    found = []
    for position, (name, times, phone) in enumerate(people, 1):
        user = person(name, _R.RESPONDER, team or night_team(cast))
        row = OnCall(team=team or night_team(cast), user=user, position=position, times=times, phone=phone)
        save_on_call(row, by=cast.ada)
        found.append(user)
    return found


def night_team(cast: Cast) -> Team:
    team, new = Team.objects.get_or_create(key="on-call", name="On call")
    if new:
        save_policy(Policy(team=team), by=cast.ada)
    return team


def at_risk(text: str = DESPAIR, **how: Any) -> Conversation:
    row = resident_writes(text, **how)
    assert row.at_risk
    return row


def rest() -> None:
    while alert():
        pass


def told(relay: Relay) -> list[tuple[str, str]]:
    """To whom and the text of what left since."""
    rest()
    mails = [message_from_bytes(raw, policy=policy.default) for raw in relay.taken()]
    return [(str(mail["To"]).partition("@")[0].rpartition("<")[2], mail.get_content()) for mail in mails]


def names(relay: Relay) -> list[str]:
    return [to for to, _ in told(relay)]


def test_thursday_at_ten_the_first_is_told_within_a_minute_and_the_next_after_ten(
    relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    row = at_risk()
    [(to, text)] = told(relay)
    assert to == "bram"
    assert Telling.objects.get().told_at <= THURSDAY_NIGHT + timedelta(seconds=60)
    assert "Triage has it" in text or f"{row.owner} has it" in text
    assert f"/conversations/{row.pk}" in text
    assert "tablets" not in text
    clock.shift(timedelta(minutes=9, seconds=59))
    assert names(relay) == []
    clock.shift(timedelta(seconds=1))
    assert names(relay) == ["olu"]


def test_by_day_another_is_first(relay: Relay, duty: list[User], clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 12, 3, 11, tzinfo=UTC))
    at_risk()
    assert names(relay) == ["noor"]


def test_a_bank_holiday_is_no_office_time(relay: Relay, duty: list[User], clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2026, 12, 25, 11, tzinfo=UTC))
    at_risk()
    assert names(relay) == ["bram"]


def test_whoever_has_the_rota_of_these_days_goes_before_the_others(
    relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    row = OnCall.objects.get(user=duty[2])
    row.first_from, row.first_until = date(2026, 12, 1), date(2026, 12, 3)
    save_on_call(row, by=cast.ada)
    at_risk()
    assert names(relay) == ["olu"]


def test_when_all_were_told_all_are_told_again_and_those_who_oversee(
    relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    at_risk(private=False)
    names(relay)
    for _ in range(2):
        clock.shift(timedelta(minutes=10))
        last = names(relay)
    assert {"bram", "olu", "clem", "tess"} <= set(last)
    clock.shift(timedelta(minutes=10))
    assert set(names(relay)) == set(last)


def test_somebody_has_it_and_nobody_else_is_told(
    relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    row = at_risk()
    names(relay)
    actions.take(row, by=duty[1])
    clock.shift(timedelta(hours=3))
    assert names(relay) == []
    found = Alert.objects.get()
    assert (found.state, found.taken_by) == ("taken", duty[1])
    assert Entry.objects.get(verb="alert.acknowledged").sentence.startswith("Bram Oake has it")


def test_the_link_says_that_they_have_it_and_a_look_at_it_does_not(relay: Relay, cast: Cast, duty: list[User]) -> None:
    at_risk()
    [(_, text)] = told(relay)
    [path] = re.findall(r"(/alerts/\S+)", text)
    page = Client().get(path)
    assert page.status_code == 200
    assert "tablets" not in page.content.decode()
    assert Alert.objects.get().state == "open"
    assert "You have it" in Client().post(path).content.decode()
    assert Alert.objects.get().taken_by == duty[1]


def test_an_old_link_and_a_forged_one_say_so(relay: Relay, duty: list[User], clock: time_machine.Traveller) -> None:
    at_risk()
    [(_, text)] = told(relay)
    [path] = re.findall(r"(/alerts/\S+)", text)
    assert Client().post(f"{path}x").status_code == 404
    clock.shift(timedelta(days=4))
    assert Client().post(path).status_code == 409
    assert Alert.objects.get().state == "open"


def test_that_it_is_none_ends_it(relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller) -> None:
    row = at_risk(private=False)
    names(relay)
    settle(row, "risk_to_life", confirmed=False, by=person("Una Birch", _R.RESPONDER, row.owner))
    clock.shift(timedelta(hours=1))
    assert names(relay) == []
    assert Alert.objects.get().state == "over"
    resident_writes("I will kill myself tonight, I mean it", private=False)
    assert names(relay) == ["bram"], "a new message raises it anew"


def test_what_a_person_closes_is_over(relay: Relay, cast: Cast, duty: list[User]) -> None:
    row = at_risk(private=False)
    close(row, by=person("Una Birch", _R.RESPONDER, row.owner))
    rest()
    assert Alert.objects.get().state == "over"


def test_whoever_is_told_may_read_it_and_a_team_with_people_of_its_own_keeps_it(
    relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    row = at_risk()
    assert names(relay) == ["bram"]
    assert access.sees(duty[1], row)
    own = on_call(cast, [("Meg Lyle", "always", "")], team=row.owner)
    Alert.objects.all().delete()
    row.watchers.all().delete()
    for _ in range(3):
        assert set(names(relay)) <= {"meg", *(user.email.partition("@")[0] for user in row.owner.people.all())}
        clock.shift(timedelta(minutes=10))
    assert own
    assert not access.sees(duty[1], row)


def test_whoever_is_told_may_read_it_also_when_it_has_gone_to_another_team(
    relay: Relay, cast: Cast, duty: list[User], clock: time_machine.Traveller
) -> None:
    on_call(cast, [("Meg Lyle", "always", "")], team=cast.highways)
    row = at_risk(f"{DESPAIR}, on Mill Rise")
    assert row.owner == cast.highways
    names(relay)
    assert not access.sees(duty[1], row)
    pass_on(row, cast.waste, by=cast.harriet)
    clock.shift(timedelta(minutes=10))
    assert names(relay) == ["bram"]
    assert access.sees(duty[1], Conversation.objects.get(pk=row.pk))


def test_with_nobody_named_the_team_and_those_who_oversee_are_told(relay: Relay, cast: Cast) -> None:
    row = at_risk(private=False)
    assert {"clem", "tess"} <= set(names(relay))
    assert row.owner


def test_a_text_message_goes_with_the_email(relay: Relay, notify: Notify, cast: Cast) -> None:
    on_call(cast, [("Bram Oake", "always", PHONE)])
    at_risk()
    assert names(relay) == ["bram"]
    [text] = notify.sent
    assert text["phone_number"] == "+447700900123"
    assert "A life may be at risk" in text["personalisation"]["message"]
    assert "tablets" not in text["personalisation"]["message"]


def test_what_cannot_be_sent_does_not_hold_up_the_next(
    cast: Cast, relay: Relay, duty: list[User], clock: time_machine.Traveller
) -> None:
    relay.stop()
    row = at_risk()
    for _ in range(20):
        rest()
    assert {one.user.name for one in Telling.objects.filter(round=1)} == {"Bram Oake", "Olu Penrose"}
    assert all(one.words for one in Telling.objects.filter(round=1))
    assert Alert.objects.get(conversation=row).state == "open"


def test_a_test_says_what_works(relay: Relay, notify: Notify, cast: Cast) -> None:
    cast.ada.teams.add(night_team(cast))
    save_on_call(OnCall(team=night_team(cast), user=cast.ada, phone=PHONE), by=cast.ada)
    notify.revoked = True
    by_email, by_text = try_out(by=cast.ada)
    assert by_email == ("email", "")
    assert by_text[0] == "text message"
    assert by_text[1]


@pytest.mark.parametrize("phone", ["12", "ring me", "+44 77009x"])
def test_a_number_that_is_none_is_said(cast: Cast, phone: str) -> None:
    user = person("Bram Oake", _R.RESPONDER, night_team(cast))
    with pytest.raises(CannotBeSaved, match="no telephone number"):
        save_on_call(OnCall(team=night_team(cast), user=user, phone=phone), by=cast.ada)


def test_somebody_outside_of_the_team_cannot_be_on_call_for_it(cast: Cast) -> None:
    with pytest.raises(CannotBeSaved, match="Add them to the team first"):
        save_on_call(OnCall(team=night_team(cast), user=cast.harriet), by=cast.ada)


def test_one_press_sends_the_holding_words_and_it_stays_at_risk(cast: Cast, duty: list[User]) -> None:
    row = at_risk("There are potholes on Mill Rise and I want to kill myself tonight", private=False)
    assert row.owner == cast.highways
    client = signed_in_as(cast.harriet)
    client.post(f"/conversations/{row.pk}/reply", {"text": "Dear Rosa, I have", "verb": "save"})
    page = client.get(f"/conversations/{row.pk}").content.decode()
    assert "A life may be at risk" in page
    assert "116 123" in page
    client.post(f"/conversations/{row.pk}/hold")
    states = dict(Reply.objects.filter(author=cast.harriet).values_list("state", "text"))
    assert "999" in states[Reply.State.HELD]
    assert states[Reply.State.DRAFT] == "Dear Rosa, I have", "what was begun stays"
    row.refresh_from_db()
    assert (row.at_risk, Alert.objects.get().state) == (True, "open")


def test_who_opened_it_is_noted_once_while_nobody_has_it(cast: Cast, duty: list[User]) -> None:
    row = at_risk("There are potholes on Mill Rise and I want to kill myself tonight", private=False)
    for _ in range(2):
        signed_in_as(cast.harriet).get(f"/conversations/{row.pk}")
    assert [one.user for one in Alert.objects.get().seen.all()] == [cast.harriet]
    page = signed_in_as(cast.clem).get(f"/conversations/{row.pk}").content.decode()
    assert "Harriet Lowe: opened it at" in page


def test_health_says_when_nobody_has_it_or_it_could_not_be_sent(
    relay: Relay, duty: list[User], clock: time_machine.Traveller
) -> None:
    at_risk()
    rest()
    assert how_it_stands() == (True, "Whoever is on call is told, and none waits.")
    clock.shift(timedelta(minutes=31))
    works, words = how_it_stands()
    assert not works
    assert "nobody has said for 31 min that they have it" in words
    Alert.objects.update(state=Alert.State.TAKEN)
    Telling.objects.update(state=Telling.State.FAILED)
    assert "could not be sent in the last day" in how_it_stands()[1]
