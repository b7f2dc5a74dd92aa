"""What kind of message it is: told from the words alone, noted as it is filed, settled by people."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.audit.models import Entry
from putthrough.conversations.models import Conversation, Watcher
from putthrough.conversations.queries import Filters, inbox_page
from putthrough.directory.access import NotAllowed
from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation
from putthrough.routing.actions import save_rule
from putthrough.routing.kinds import following
from putthrough.routing.kinds.actions import settle
from putthrough.routing.kinds.detect import Kind, guesses, kinds
from putthrough.routing.kinds.queries import kinds_of
from putthrough.routing.models import KindFound, Rule
from tests.cast import Cast, resident_writes

DESPAIR = "I am going to kill myself tonight. Mill Rise, number 4."
FIGURES = "Mill Rise: how many parking fines did you issue last year?"


def said(text: str, *before: str) -> set[str]:
    return {str(guess.kind) for guess in kinds(text, before=before)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("i want to die, ive got the pills lined up", "risk_to_life"),
        ("dwi ddim eisiau byw mwyach", "risk_to_life"),
        ("There is a man in the canal, he isnt breathing", "risk_to_life"),
        ("what do you hold on me?", "sar"),
        ("how many parking fines did you issue last year", "foi_eir"),
        ("You sent my medical details to my neighbour", "dp_complaint"),
        ("bare wires hanging out of the lamp post", "hazard"),
        ("I think the little girl next door is being hit, she has bruises", "safeguarding"),
        ("Absolute shambles. Nobody ever rings back.", "complaint"),
    ],
)
def test_words_of_law_are_not_needed(text: str, kind: str) -> None:
    assert kind in said(text)


@pytest.mark.parametrize(
    "text",
    [
        "dying to know when the pool opens",
        "these potholes are killing me lol",
        "do you run suicide prevention training?",
        "my phone died so I missed your call",
        "I don't want to kill myself over a parking fine lol",
    ],
)
def test_idioms_and_what_is_denied_are_no_risk_to_life(text: str) -> None:
    assert "risk_to_life" not in said(text)


def test_a_first_request_is_no_complaint_but_a_second_word_about_it_is() -> None:
    first = "Could you please collect the sofa from Alder Lane?"
    assert "complaint" not in said(first)
    assert "complaint" not in said("you said Tuesday")
    assert "complaint" in said("you said Tuesday, still there", first)


def test_a_misspelt_word_counts_as_what_it_was_meant_to_be() -> None:
    assert "risk_to_life" in said("my brother is unconsious and not responding")


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    for guess in guesses(text):
        assert 0.0 <= guess.confidence <= 1.0
        assert all(words in " ".join(text.replace("#", " ").split()) for words in guess.words)


@pytest.mark.django_db
class TestInTheProduct:
    def test_it_is_noted_as_it_is_filed_with_the_words_that_said_so(self, cast: Cast) -> None:
        row = resident_writes(FIGURES)
        found = KindFound.objects.get(conversation=row, kind=Kind.FOI_EIR)
        assert found.state == KindFound.State.SUGGESTED
        assert found.received_at == row.opened_at
        assert any("how many" in words for words in found.words)
        assert Entry.objects.filter(verb="kind.suggested", thing=f"conversation:{row.pk}").exists()

    def test_a_life_at_risk_is_on_top_until_a_named_person_says_it_is_none(self, cast: Cast) -> None:
        row = resident_writes(DESPAIR)
        later = resident_writes("Pothole at Mill Rise", handle="@kit")
        Conversation.objects.filter(pk=row.pk).update(due_at=None)  # which would be the last place
        listed = [one.pk for one in inbox_page(cast.harriet, filters=Filters()).rows]
        assert listed == [row.pk, later.pk]
        settle(row, Kind.RISK_TO_LIFE, confirmed=False, by=cast.harriet)
        assert [one.pk for one in inbox_page(cast.harriet, filters=Filters()).rows] == [later.pk, row.pk]
        assert KindFound.objects.get(conversation=row, kind=Kind.RISK_TO_LIFE).by == cast.harriet.name

    def test_no_rule_closes_it(self, cast: Cast) -> None:
        rule = Rule(name="Chat", position=0, conditions={"words": ["Mill"]}, closes=True)
        save_rule(rule, by=cast.ada)
        Rule.objects.exclude(pk=rule.pk).delete()
        assert resident_writes("Mill Rise, just chatting", handle="@kit").state == Conversation.State.CLOSED
        assert resident_writes(DESPAIR).state == Conversation.State.OPEN

    def test_what_was_rejected_is_not_suggested_again_but_for_a_life_at_risk(self, cast: Cast) -> None:
        row = resident_writes(f"{DESPAIR} {FIGURES}")
        for kind in (Kind.RISK_TO_LIFE, Kind.FOI_EIR):
            settle(row, kind, confirmed=False, by=cast.harriet)
        resident_writes(f"{DESPAIR} {FIGURES} Did you hear me?")
        said_now = {one.kind for one in kinds_of(cast.harriet, [row])[row.pk]}
        assert Kind.RISK_TO_LIFE in said_now
        assert Kind.FOI_EIR not in said_now
        assert Conversation.objects.get(pk=row.pk).at_risk

    def test_information_governance_sees_what_asks_for_information(self, cast: Cast) -> None:
        body = organisation()
        body.information_team = cast.waste
        save_organisation(body)
        row = resident_writes(FIGURES)
        assert Watcher.objects.filter(conversation=row, team=cast.waste).exists()

    def test_who_listens_hears_of_it_in_the_same_transaction(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        heard: list[tuple[str, str]] = []

        def listener(row: Conversation, kind: str, state: str, by: str, received_at: datetime) -> None:
            heard.append((kind, state))

        monkeypatch.setattr(following, "_listeners", [listener])
        row = resident_writes(FIGURES)
        settle(row, Kind.FOI_EIR, confirmed=True, by=cast.harriet)
        settle(row, Kind.FOI_EIR, confirmed=False, by=cast.harriet)
        assert [state for kind, state in heard if kind == Kind.FOI_EIR] == ["suggested", "confirmed", "rejected"]

    def test_another_team_cannot_say(self, cast: Cast) -> None:
        row = resident_writes(FIGURES)
        with pytest.raises(NotAllowed):
            settle(row, Kind.SPAM, confirmed=True, by=cast.wilf)
