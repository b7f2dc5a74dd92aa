"""Conversations as the API gives them: a fixed number of statements for a page of any length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from putthrough.api.schemas import Clock, Decided, Done, Happened, Item, Kind, Owner, Said, Whole
from putthrough.audit.actions import thing
from putthrough.audit.queries import timeline
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.queries import first_messages, messages
from putthrough.deadlines.models import Deadline
from putthrough.deadlines.queries import running
from putthrough.deadlines.regimes import Unit
from putthrough.deadlines.wording import progress
from putthrough.directory.models import Team, User
from putthrough.kit.time import local, local_day, now
from putthrough.routing.kinds.queries import kinds_of
from putthrough.routing.models import Decision, KindFound
from putthrough.routing.queries import latest


def items(viewer: User, rows: Sequence[Conversation], matching: dict[int, Message] | None = None) -> list[Item]:
    """``matching`` are the messages that were searched for, by conversation id; without it each one's first."""
    said = first_messages(viewer, rows) if matching is None else matching
    decisions, clocks, moment = latest(viewer, rows), running(viewer, rows), now()
    kinds = kinds_of(viewer, rows)
    return [
        Item(
            id=row.pk,
            channel=row.channel,
            account=row.account.address,
            contact=str(row.contact),
            text=said[row.pk].text if row.pk in said else row.preview,
            owner=owner(row.owner),
            state=row.state,
            decision=_decided(decisions.get(row.pk)),
            kinds=[_kind(found) for found in kinds.get(row.pk, [])],
            deadlines=[_clock(clock, moment) for clock in clocks.get(row.pk, [])],
            received_at=row.opened_at,
        )
        for row in rows
    ]


def whole(viewer: User, row: Conversation) -> Whole:
    """One conversation with all that was said and what happened, both oldest first."""
    entries = timeline([thing(row)])[::-1]
    return Whole(
        **items(viewer, [row])[0].model_dump(),
        holder=row.holder.name if row.holder else None,
        messages=[_said(message) for message in messages(viewer, row)],
        timeline=[Happened(at=e.at, by=e.by, verb=e.verb, words=e.sentence) for e in entries],
    )


def owner(team: Team) -> Owner:
    return Owner(team=team.name, key=team.key)


def done(row: Conversation, *, now_with: Team | None = None) -> Done:
    """``now_with`` is who has it from this moment; nobody there has taken it in hand yet."""
    holder = None if now_with or not row.holder else row.holder.name
    return Done(id=row.pk, state=row.state, owner=owner(now_with or row.owner), holder=holder)


def _decided(decision: Decision | None) -> Decided | None:
    if decision is None:
        return None
    service = decision.service
    return Decided(
        stage=decision.stage,
        service=service.key if service else None,
        lgsl=service.lgsl if service else None,
        confidence=round(decision.confidence, 3),
        reason=decision.sentence,
    )


def _kind(found: KindFound) -> Kind:
    sure = 1.0 if found.state == KindFound.State.CONFIRMED else round(found.confidence, 3)
    return Kind(kind=found.kind, confidence=sure)


def _clock(clock: Deadline, moment: datetime) -> Clock:
    due = local(clock.due_at) if clock.unit == Unit.HOURS else local_day(clock.due_at)
    day, of = progress(clock, moment)
    return Clock(regime=clock.regime, due=due, day=day, of=of)


def _said(message: Message) -> Said:
    return Said(
        id=message.pk,
        direction=message.direction,
        name=message.name,
        handle=message.handle,
        subject=message.subject,
        text=message.text,
        private=message.private,
        automatic=message.automatic,
        sent_at=message.sent_at,
        received_at=message.received_at,
    )
