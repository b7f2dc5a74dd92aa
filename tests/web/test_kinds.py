"""Kinds in the product: noted as a message is filed, shown, and settled by named people."""

from __future__ import annotations

from datetime import datetime

import pytest

from putthrough.audit.models import Entry
from putthrough.conversations.actions import join, split
from putthrough.conversations.models import Conversation, Message, Watcher
from putthrough.conversations.queries import Filters, inbox_page
from putthrough.directory.access import NotAllowed
from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation
from putthrough.replies.queries import own_words
from putthrough.routing.actions import save_rule
from putthrough.routing.kinds import following
from putthrough.routing.kinds.actions import settle
from putthrough.routing.kinds.detect import Kind
from putthrough.routing.kinds.queries import kinds_of
from putthrough.routing.models import KindFound, Rule
from tests.cast import Cast, resident_writes, signed_in_as

DESPAIR = "I am going to kill myself tonight. Mill Rise, number 4."
FIGURES = "Mill Rise: how many parking fines did you issue last year?"


def test_it_is_noted_as_it_is_filed_with_the_words_that_said_so(cast: Cast) -> None:
    row = resident_writes(FIGURES)
    found = KindFound.objects.get(conversation=row, kind=Kind.FOI_EIR)
    assert found.state == KindFound.State.SUGGESTED
    assert found.received_at == row.opened_at
    assert any("how many" in words for words in found.words)
    assert Entry.objects.filter(verb="kind.suggested", thing=f"conversation:{row.pk}").exists()


def test_a_life_at_risk_is_on_top_until_a_named_person_says_it_is_none(cast: Cast) -> None:
    row = resident_writes(DESPAIR)
    later = resident_writes("Pothole at Mill Rise", handle="@kit")
    Conversation.objects.filter(pk=row.pk).update(due_at=None)  # which would be the last place
    listed = [one.pk for one in inbox_page(cast.harriet, filters=Filters()).rows]
    assert listed == [row.pk, later.pk]
    settle(row, Kind.RISK_TO_LIFE, confirmed=False, by=cast.harriet)
    assert [one.pk for one in inbox_page(cast.harriet, filters=Filters()).rows] == [later.pk, row.pk]
    assert KindFound.objects.get(conversation=row, kind=Kind.RISK_TO_LIFE).by == cast.harriet.name


def test_no_rule_closes_it(cast: Cast) -> None:
    rule = Rule(name="Chat", position=0, conditions={"words": ["Mill"]}, closes=True)
    save_rule(rule, by=cast.ada)
    Rule.objects.exclude(pk=rule.pk).delete()
    assert resident_writes("Mill Rise, just chatting", handle="@kit").state == Conversation.State.CLOSED
    assert resident_writes(DESPAIR).state == Conversation.State.OPEN


def test_what_was_rejected_is_not_suggested_again_but_for_a_life_at_risk(cast: Cast) -> None:
    row = resident_writes(f"{DESPAIR} {FIGURES}")
    for kind in (Kind.RISK_TO_LIFE, Kind.FOI_EIR):
        settle(row, kind, confirmed=False, by=cast.harriet)
    resident_writes(f"{DESPAIR} {FIGURES} Did you hear me?")
    said_now = {one.kind for one in kinds_of(cast.harriet, [row])[row.pk]}
    assert Kind.RISK_TO_LIFE in said_now
    assert Kind.FOI_EIR not in said_now
    assert Conversation.objects.get(pk=row.pk).at_risk


def test_information_governance_sees_what_asks_for_information(cast: Cast) -> None:
    body = organisation()
    body.information_team = cast.waste
    save_organisation(body)
    row = resident_writes(FIGURES)
    assert Watcher.objects.filter(conversation=row, team=cast.waste).exists()


def test_who_listens_hears_of_it_in_the_same_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []

    def listener(row: Conversation, kind: str, state: str, by: str, received_at: datetime) -> None:
        heard.append((kind, state))

    monkeypatch.setattr(following, "_listeners", [listener])
    row = resident_writes(FIGURES)
    settle(row, Kind.FOI_EIR, confirmed=True, by=cast.harriet)
    settle(row, Kind.FOI_EIR, confirmed=False, by=cast.harriet)
    assert [state for kind, state in heard if kind == Kind.FOI_EIR] == ["suggested", "confirmed", "rejected"]


def test_another_team_cannot_say(cast: Cast) -> None:
    row = resident_writes(FIGURES)
    with pytest.raises(NotAllowed):
        settle(row, Kind.SPAM, confirmed=True, by=cast.wilf)


def test_one_press_on_the_page_confirms_it(cast: Cast) -> None:
    row, client = resident_writes(FIGURES), signed_in_as(cast.harriet)
    page = client.get(f"/conversations/{row.pk}").content.decode()
    assert "What it is" in page
    assert "Request for information (FOI or EIR)" in page
    client.post(f"/conversations/{row.pk}/kind", {"kind": "foi_eir", "answer": "yes"})
    assert "Confirmed by Harriet Lowe" in client.get(f"/conversations/{row.pk}").content.decode()


def test_one_press_puts_the_request_for_a_name_under_what_was_written(cast: Cast) -> None:
    row, client = resident_writes(FIGURES), signed_in_as(cast.harriet)
    client.post(f"/conversations/{row.pk}/draft", {"text": "Hello."})
    for _ in range(2):  # pressed twice it is there once
        client.post(f"/conversations/{row.pk}/ask-name")
    kept = own_words(cast.harriet, row)
    assert kept is not None
    assert kept.text.startswith("Hello.")
    assert kept.text.count("please send us your name") == 1


def test_the_inbox_says_in_words_what_may_be_a_risk_to_life(cast: Cast) -> None:
    resident_writes(DESPAIR)
    assert "May be a risk to life" in signed_in_as(cast.harriet).get("/").content.decode()


def test_welsh_deserves_welsh(cast: Cast) -> None:
    row = resident_writes("Mill Rise: pryd mae'r llyfrgell yn agor yfory os gwelwch yn dda, a oes lle i barcio yno?")
    assert "They wrote in Welsh" in signed_in_as(cast.harriet).get(f"/conversations/{row.pk}").content.decode()


def test_what_is_split_off_and_joined_again_takes_its_kinds_along(cast: Cast) -> None:
    row = resident_writes(FIGURES)
    resident_writes(DESPAIR)
    told = Message.objects.filter(conversation=row).latest("pk")
    other = split(row, [told.pk], by=cast.harriet)
    assert Conversation.objects.get(pk=other.pk).at_risk
    join(row, other, by=cast.harriet)
    assert Conversation.objects.get(pk=row.pk).at_risk
    assert not KindFound.objects.filter(conversation=other).exists()
    assert not Conversation.objects.get(pk=other.pk).at_risk
