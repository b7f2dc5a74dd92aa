"""Writing rules, and noting what a person decided."""

from __future__ import annotations

from typing import Any

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.actions import changed
from putthrough.directory.models import Service, Team, User
from putthrough.kit.time import now
from putthrough.routing import facts
from putthrough.routing.models import Decision, Rule, Stage
from putthrough.routing.rules import Conditions, RuleError
from putthrough.routing.teaching import put, still_about, taken_back


def save_rule(rule: Rule, *, by: User) -> Rule:
    """Save a rule. Raises RuleError when it has no condition, or says nothing about where to."""
    access.require(by, "set_up_rules")
    Conditions.of(rule.conditions)
    if not (rule.closes or rule.service_id or rule.team_id):
        raise RuleError("Say where the rule sends a message: to a service, to a team, or closed.")
    with writing():
        if rule.pk is None:
            rule.position = (Rule.objects.order_by("-position").values_list("position", flat=True).first() or 0) + 1
        rule.save()
        changed()
        record(facts.RULE_SAVED, thing(rule), by=by.name, name=rule.name)
    return rule


def move_rule(rule: Rule, *, up: bool, by: User) -> Rule:
    """One place up or down in the order in which rules are asked."""
    access.require(by, "set_up_rules")
    with writing():
        order = list(Rule.objects.select_for_update().order_by("position", "pk"))
        at = order.index(rule)
        order.insert(max(0, at - 1 if up else at + 1), order.pop(at))
        for position, row in enumerate(order, 1):
            row.position = position
        Rule.objects.bulk_update(order, ["position"])
        changed()
        record(facts.RULE_SAVED, thing(rule), by=by.name, name=rule.name)
    return rule


def delete_rule(rule: Rule, *, by: User) -> None:
    access.require(by, "set_up_rules")
    with writing():
        record(facts.RULE_DELETED, thing(rule), by=by.name, name=rule.name)
        rule.delete()
        changed()


def note_person(conversation: Conversation, *, to: Team, service: Service | None, by: User) -> Decision:
    """A person said whose it is, and routing learns from it. Call it inside ``writing``."""
    service = service or still_about(conversation, to)
    put(conversation, service, by=by.name)
    about = f" It is about {service.name}." if service else ""
    return Decision.objects.create(
        conversation=conversation,
        stage=Stage.PERSON,
        service=service,
        confidence=1.0,
        sentence=f"{by.name} put this through to {to.name}.{about}"[:400],
        by=by.name,
        at=now(),
    )


def unsay(conversation: Conversation, decision_id: int, lesson: dict[str, Any] | None) -> None:
    """They took it back: nobody is to learn from it (``lesson`` is what was known before). What happened stays in the
    audit."""
    taken_back(conversation, lesson)
    Decision.objects.filter(pk=decision_id, stage=Stage.PERSON).delete()
