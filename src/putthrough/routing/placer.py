"""How filing asks routing where a new conversation goes (see ``conversations.placing``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from putthrough.channels.contract import Automatic
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.placing import Matter, Place
from putthrough.deadlines.clocks import Clock, copy, due, merge, met, resume, start, stop, unmet
from putthrough.routing.decide import Verdict, decide
from putthrough.routing.heard import meanings, told
from putthrough.routing.kinds.actions import by_words, suggest
from putthrough.routing.kinds.actions import copy as copy_kinds
from putthrough.routing.kinds.actions import move as move_kinds
from putthrough.routing.kinds.detect import Kind, kinds
from putthrough.routing.known import Known, known
from putthrough.routing.learned import Opinion, opinions
from putthrough.routing.models import Decision, Stage
from putthrough.routing.rules import Asked
from putthrough.routing.sureness import CONFIDENT
from putthrough.routing.teaching import nobodys, somebodys

if TYPE_CHECKING:
    from putthrough.routing.meant import Point

log = structlog.get_logger()

# A change of topic opens a new conversation only after a pause: people correct themselves within minutes.
_PAUSE = timedelta(hours=12)


class Router:
    """Routing as a placer: rules, lessons, directory, account, triage; then the clock."""

    def place(self, matters: Sequence[Matter]) -> Sequence[Place]:
        now_known, asked = known(), [_asked(matter) for matter in matters]
        texts = [one.whole for one in asked]
        points = meanings(texts) if now_known.tells_by_meaning else None
        learnt = opinions(now_known.learnt, texts, points, [one.about for one in asked])
        return [
            self._place(matter, one, opinion, None if points is None else points[at], now_known)
            for at, (matter, one, opinion) in enumerate(zip(matters, asked, learnt, strict=True))
        ]

    def _place(
        self, matter: Matter, asked: Asked, opinion: Opinion | None, point: Point | None, now_known: Known
    ) -> Place:
        try:
            team = matter.account.team if matter.account.team_id else None
            own = (team.pk, team.name) if team else None
            verdict = decide(asked, now_known, account_team=own, opinion=opinion, point=point)
            ends = (verdict.closes or matter.automatic == Automatic.LOOP) and not _at_risk(asked, now_known)
        except Exception as error:  # whatever breaks here, a person gets the message
            log.error("routing failed; the message goes to triage", kind=type(error).__name__)
            verdict, ends = _broken(now_known, error), False
        days = verdict.service.days if verdict.service else now_known.days
        closed = matter.history or ends
        return Place(
            owner_id=verdict.owner_id,
            owner_name=verdict.owner_name,
            how=verdict.how,
            service_id=verdict.service.id if verdict.service else None,
            due_at=None if closed or matter.automatic else due(matter.received_at, days, now_known.working_days),
            closed=closed,
            evidence=(verdict, days),
        )

    def same_matter(self, conversation: Conversation, matter: Matter) -> bool:
        """The same, unless after a pause the words plainly belong to another team's service."""
        if conversation.service_id is None or matter.received_at - conversation.last_at < _PAUSE:
            return True
        now_known = known()
        guesses = now_known.index.match(matter.text, limit=1).candidates
        if not guesses or guesses[0].confidence < CONFIDENT:
            return True
        return now_known.services[guesses[0].key].is_provided_by(conversation.owner_id)

    def due(self, conversation: Conversation, received_at: datetime) -> datetime | None:
        return due(received_at, self._days(conversation), known().working_days)

    def settle(
        self, opened: Sequence[tuple[Conversation, Place]], continued: Sequence[tuple[Conversation, datetime]]
    ) -> None:
        Decision.objects.bulk_create([_decision(row, place.evidence[0]) for row, place in opened])
        clocks = [Clock(row, place.evidence[1], row.opened_at, place.due_at) for row, place in opened if place.due_at]
        again = [Clock(row, self._days(row), row.last_at, due_at) for row, due_at in continued]
        if clocks or again:
            start([*clocks, *again], known().working_days)

    def hear(self, said: Sequence[tuple[Conversation, Message]]) -> None:
        suggest(said, told if known().tells_by_meaning else by_words)

    def split_off(self, conversation: Conversation, other: Conversation) -> None:
        copy(conversation, other)
        copy_kinds(conversation, other)

    def joined(self, conversation: Conversation, gone: Conversation) -> None:
        merge(conversation, gone)
        move_kinds(conversation, gone)

    def resumed(self, conversation: Conversation) -> tuple[bool, datetime | None]:
        somebodys(conversation)
        waits, due_at = resume(conversation)
        if due_at is None and Decision.objects.filter(conversation=conversation, stage=Stage.RULE).exists():
            return True, self._begun(conversation)
        return waits, due_at

    def _begun(self, conversation: Conversation) -> datetime:
        """A rule closed it and a person thinks otherwise: its clock counts from the day of receipt after all."""
        days, on = self._days(conversation), known().working_days
        due_at = due(conversation.opened_at, days, on)
        start([Clock(conversation, days, conversation.opened_at, due_at)], on)
        return due_at

    def unmet(self, conversation: Conversation) -> datetime | None:
        return unmet(conversation)

    def met(self, conversation: Conversation) -> datetime | None:
        return met(conversation)

    def done(self, conversation: Conversation) -> None:
        stop(conversation)

    def nobodys(self, conversation: Conversation, *, by: str) -> None:
        nobodys(conversation, by=by)

    def _days(self, conversation: Conversation) -> int:
        now_known = known()
        service = now_known.by_id.get(conversation.service_id) if conversation.service_id else None
        return service.days if service else now_known.days


def _asked(matter: Matter) -> Asked:
    return Asked(
        text=matter.text,
        subject=matter.subject,
        handle=matter.handle,
        account=matter.account.pk,
        channel=matter.account.channel,
        private=matter.private,
        automatic=matter.automatic,
        language=matter.language,
    )


def _at_risk(asked: Asked, now_known: Known) -> bool:
    """No rule closes what may mean that a life is at risk, by words alone or with what the encoder makes of it."""
    heard = [told(asked.whole), {}] if now_known.tells_by_meaning else [{}]
    return any(guess.kind == Kind.RISK_TO_LIFE for one in heard for guess in kinds(asked.whole, told=one))


def _broken(now_known: Known, error: Exception) -> Verdict:
    sentence = f"Routing failed on this message ({type(error).__name__}), so a person decides."
    return Verdict(Stage.TRIAGE, now_known.triage_id, now_known.triage_name, 0.0, sentence, "routing failed on it")


def _decision(row: Conversation, verdict: Verdict) -> Decision:
    return Decision(
        conversation_id=row.pk,
        stage=verdict.stage,
        service_id=verdict.service.id if verdict.service else None,
        confidence=verdict.confidence,
        sentence=verdict.sentence[:400],
        candidates=list(verdict.candidates),
        near=list(verdict.near),
        at=row.opened_at,
    )
