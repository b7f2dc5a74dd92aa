"""Rules: tried on what has arrived, refused without a condition, asked in the order that people gave them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from putthrough.conversations.models import Conversation, Message
from putthrough.routing.models import Rule
from putthrough.routing.rules import Conditions, in_words
from tests.cast import MISSED_BIN, resident_writes, residents_write, signed_in_as

NEW = "web:setup-rule-new"


def rule_of(cast, **changed):
    return {"name": "Grit", "words": "grit\nsalt", "team": cast.waste.pk, "enabled": "on", **changed}


def names():
    return list(Rule.objects.values_list("name", flat=True))


def test_a_rule_is_saved_and_decides(cast):
    assert signed_in_as(cast.tess).post(reverse(NEW), rule_of(cast)).status_code == 302
    row = Rule.objects.get(name="Grit")
    assert (row.conditions, row.team, row.enabled) == ({"words": ["grit", "salt"]}, cast.waste, True)
    assert resident_writes("There is no grit on the hill.").owner == cast.waste


def test_trying_it_shows_examples_and_saves_nothing(cast):
    resident_writes(MISSED_BIN, private=False)
    resident_writes("Lovely weather.", handle="@kit", private=False)
    answer = signed_in_as(cast.tess).post(reverse(NEW), rule_of(cast, words="quarry lane", verb="try"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "would have matched 1 of the 2 messages" in page
    assert "our bin is still full" in page
    assert "Grit" not in names()


def test_trying_shows_nobody_what_they_may_not_see(cast):
    resident_writes(MISSED_BIN)
    page = signed_in_as(cast.ada).post(reverse(NEW), rule_of(cast, words="quarry lane", verb="try")).content.decode()
    assert "matched 0 of the 0 messages" in page
    assert "our bin is still full" not in page


@pytest.mark.parametrize("verb", ["save", "try"])
def test_a_rule_without_a_condition_is_refused(cast, verb):
    answer = signed_in_as(cast.tess).post(reverse(NEW), rule_of(cast, words="", verb=verb))
    assert answer.status_code == 422
    assert "would match every message" in answer.content.decode()
    assert "Grit" not in names()


def test_a_rule_that_leads_nowhere_is_refused(cast):
    answer = signed_in_as(cast.tess).post(reverse(NEW), rule_of(cast, team=""))
    assert answer.status_code == 422
    assert "Say where the rule sends" in answer.content.decode()


def test_a_rule_that_matches_nearly_everything_is_warned_of(cast):
    residents_write(25)
    Conversation.objects.update(private=False)
    Message.objects.update(private=False)
    client = signed_in_as(cast.tess)
    tried = client.post(reverse(NEW), rule_of(cast, words="", channel="rehearsal", verb="try"))
    assert "nearly everything" in tried.content.decode()
    saved = client.post(reverse(NEW), rule_of(cast, words="", channel="rehearsal"), follow=True)
    assert "nearly everything" in saved.content.decode()


def test_rules_are_moved_up_and_down(cast):
    client, before = signed_in_as(cast.tess), names()
    first = Rule.objects.order_by("position", "pk")[0]
    client.post(reverse("web:setup-rule-move", args=[first.pk]), {"to": "down"})
    assert names() == [before[1], before[0], *before[2:]]
    client.post(reverse("web:setup-rule-move", args=[first.pk]), {"to": "up"})
    client.post(reverse("web:setup-rule-move", args=[first.pk]), {"to": "up"})
    assert names() == before


def test_a_rule_comes_back_as_it_was_written_and_goes_when_deleted(cast):
    client = signed_in_as(cast.tess)
    filled = rule_of(
        cast, sender="@parish.example", account=cast.account.pk, automatic="bulk", closes="on", subject="news"
    )
    client.post(reverse(NEW), filled)
    row = Rule.objects.get(name="Grit")
    form = client.get(reverse("web:setup-rule", args=[row.pk])).context["form"]
    again = {name: form[name].value() for name in form.fields}
    assert (
        client.post(
            reverse("web:setup-rule", args=[row.pk]),
            {name: value for name, value in again.items() if value not in (None, False)},
        ).status_code
        == 302
    )
    before = row.conditions
    row.refresh_from_db()
    assert (row.conditions, row.closes, row.team) == (before, True, cast.waste)
    client.post(reverse("web:setup-rule-delete", args=[row.pk]))
    assert "Grit" not in names()


def test_a_rule_is_read_out_in_words():
    asked = Conditions(words=["grit", "salt"], account=7, visibility="public", automatic="auto_reply")
    said = in_words(asked, {7: "Westmoor Council"})
    assert said == (
        "says “grit” or “salt”, was written to Westmoor Council, is public, was written by a machine (auto reply)"
    )
    assert "an account that is gone" in in_words(Conditions(account=8), {7: "Westmoor Council"})
