"""Reading decisions and rules, and trying a rule on what has already arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from putthrough.conversations.actions import is_divided
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.queries import first_words
from putthrough.directory import access
from putthrough.directory.models import Service, Team, User
from putthrough.kit.time import now
from putthrough.routing.areas import there
from putthrough.routing.known import known
from putthrough.routing.matters import Matter, second
from putthrough.routing.models import Decision, Lesson, Rule
from putthrough.routing.rules import Asked, Conditions

_MOST_TRIED = 20000
_FEW = 20
_NEARLY_ALL = 0.9
_TOO_WIDE = "That is nearly everything: a rule this wide takes the place of routing. Narrow it."


def decisions(viewer: User, conversation: Conversation) -> list[Decision]:
    """The decisions about a conversation, newest first."""
    if not access.sees(viewer, conversation):
        return []
    return list(Decision.objects.filter(conversation=conversation).select_related("service").order_by("-pk"))


def latest(viewer: User, rows: Sequence[Conversation]) -> dict[int, Decision]:
    """The newest decision of each of these conversations, by conversation id; two statements for any number."""
    seen = access.visible(viewer, Conversation).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    found = Decision.objects.filter(conversation__in=list(seen)).select_related("service").order_by("pk")
    return {decision.conversation_id: decision for decision in found}


def nearest(viewer: User, decision: Decision) -> list[Conversation]:
    """The earlier conversations that spoke most for a decision, those that the viewer may see, the most alike first."""
    seen = conversations_of(viewer, decision.near)
    return [seen[lesson] for lesson in decision.near if lesson in seen]


def conversations_of(viewer: User, lessons: Iterable[int]) -> dict[int, Conversation]:
    """The conversations behind lessons, by the lesson's id, those that the viewer may see."""
    asked = list(lessons)
    if not asked:
        return {}
    pairs = Lesson.objects.filter(pk__in=asked, conversation__isnull=False).values_list("pk", "conversation_id")
    by_lesson = dict(pairs)
    rows = access.visible(viewer, Conversation).filter(pk__in=set(by_lesson.values()))
    seen = {row.pk: access.found(viewer, row) for row in rows.select_related("owner")}
    return {lesson: seen[pk] for lesson, pk in by_lesson.items() if pk in seen}


def second_matter(viewer: User, conversation: Conversation) -> Matter | None:
    """What else its latest message may be about, for dividing it in two; None once that was done."""
    if not access.may(viewer, "split", conversation):
        return None
    text = first_words(viewer, [conversation]).get(conversation.pk, "")
    found = second(text, known(), conversation.owner_id)
    return None if found is None or is_divided(conversation) else found


def team_for(viewer: User, conversation: Conversation, service: Service) -> Team | None:
    """Whose the service is here: the team of the area that the messages name, or the service's own. Who has it by its
    place and gives it to the service means the service's own team."""
    one = known().by_id.get(service.pk)
    if one is None or not one.areas:
        return service.team
    rows = access.visible(viewer, Message).filter(conversation=conversation, direction="in").order_by("pk")
    said = "\n".join(f"{subject}\n{text}" for subject, text in rows.values_list("subject", "text")[:_FEW])
    team = there(one, known().places.find(said))
    if team is None or team.team_id == conversation.owner_id:
        return service.team
    return Team.objects.get(pk=team.team_id)


def rules(viewer: User) -> list[Rule]:
    access.require(viewer, "set_up_rules")
    return list(Rule.objects.select_related("service", "team"))


def rule(viewer: User, pk: int) -> Rule | None:
    access.require(viewer, "set_up_rules")
    return Rule.objects.select_related("service", "team").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a rule would have done: ``matched`` of ``tried`` messages in the last ``days`` days, in words too."""

    matched: int
    tried: int
    days: int
    examples: Sequence[Message]
    words: str

    @property
    def wide(self) -> bool:
        """Whether it would have matched nearly everything."""
        return self.tried >= _FEW and self.matched > self.tried * _NEARLY_ALL


def dry_run(viewer: User, conditions: dict[str, Any], *, days: int = 30) -> DryRun:
    """Try conditions on what arrived in the last days and the viewer may see. Raises RuleError as saving would."""
    access.require(viewer, "set_up_rules")
    asked = Conditions.of(conditions)
    rows = access.visible(viewer, Message).filter(direction="in", received_at__gte=now() - timedelta(days=days))
    fields = (
        "text",
        "subject",
        "handle",
        "account_id",
        "account__channel",
        "private",
        "automatic",
        "language",
        "conversation_id",
    )
    tried = matched = 0
    examples: list[Message] = []
    for message in (
        rows.select_related("account")
        .only(*[f for f in fields if "__" not in f], "account__channel")[:_MOST_TRIED]
        .iterator(chunk_size=500)
    ):
        tried += 1
        if asked.match(asked_of(message)) is not None:
            matched += 1
            if len(examples) < 5:
                examples.append(message)
    run = DryRun(matched, tried, days, examples, _words(matched, tried, days))
    return replace(run, words=f"{run.words} {_TOO_WIDE}") if run.wide else run


def asked_of(message: Message) -> Asked:
    """A stored message as routing is asked about it; its account must be at hand."""
    return Asked(
        message.text,
        message.subject,
        message.handle,
        message.account_id,
        message.account.channel,
        message.private,
        message.automatic,
        message.language,
    )


def _words(matched: int, tried: int, days: int) -> str:
    return f"This rule would have matched {matched} of the {tried} messages of the last {days} days that you may see."
