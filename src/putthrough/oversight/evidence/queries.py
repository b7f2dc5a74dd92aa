"""All that is known of one conversation, as plain data: what a bundle holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from putthrough.audit.queries import timeline
from putthrough.conversations import queries as conversations
from putthrough.conversations.models import Conversation, Message
from putthrough.deadlines.queries import clocks
from putthrough.deadlines.wording import name
from putthrough.directory.models import User
from putthrough.directory.queries import organisation
from putthrough.handover.queries import handovers
from putthrough.replies.models import Reply
from putthrough.replies.queries import replies, reviews_of
from putthrough.routing.kinds.queries import kinds_of
from putthrough.routing.queries import decisions

_ALL = 100_000
Plain = dict[str, Any]


def contents(viewer: User, row: Conversation, *, notes: bool) -> Plain:
    """As far as the viewer sees it; ``notes`` with what colleagues wrote to each other."""
    said = conversations.messages(viewer, row, newest=_ALL)
    return {
        "body": organisation().name,
        "made_by": viewer.name,
        "conversation": _about(row),
        "messages": [_message(one) for one in said if notes or one.direction != Message.Direction.NOTE],
        "answers": [_answer(one) for one in _answers(viewer, row)],
        "reviews": [_review(one) for one in reviews_of(viewer, row)] if notes else [],
        "deadlines": [_clock(one) for one in clocks(viewer, row)],
        "handed_over": [_passed(one, notes=notes) for one in handovers(viewer, row)],
        "decisions": [{"at": _at(one.at), "by": one.stage, "words": one.sentence} for one in decisions(viewer, row)],
        "kinds": [
            {"kind": one.kind, "state": one.state, "by": one.by} for one in kinds_of(viewer, [row]).get(row.pk, [])
        ],
        "history": [{"at": _at(one.at), "words": one.sentence} for one in timeline(things(row), newest=_ALL)[::-1]],
    }


def things(row: Conversation) -> list[str]:
    """Under which names entries speak of it."""
    return [f"conversation:{row.pk}"]


def _answers(viewer: User, row: Conversation) -> Iterator[Reply]:
    found = replies(viewer).filter(conversation=row).exclude(state=Reply.State.DRAFT)
    yield from found.select_related("author", "cleared_by").order_by("pk")


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _about(row: Conversation) -> Plain:
    return {
        "number": row.pk,
        "channel": row.channel,
        "account": f"{row.account.name}, {row.account.address}",
        "with": str(row.contact),
        "addresses": [handle.address for handle in row.contact.handles.all()],
        "subject": row.subject,
        "began": "in private" if row.private else "in public",
        "opened": _at(row.opened_at),
        "state": row.get_state_display(),
        "outcome": row.outcome,
        "team": row.owner.name,
        "service": row.service.name if row.service else "",
        "taken_private": _at(row.taken_private_at),
    }


def _message(one: Message) -> Plain:
    return {
        "number": one.pk,
        "from": one.get_direction_display(),
        "name": one.name,
        "address": one.handle,
        "sent": _at(one.sent_at),
        "received": _at(one.received_at),
        "private": one.private,
        "subject": one.subject,
        "text": "\n".join(filter(None, [one.text, one.folded])),
        "id_on_network": one.message_id,
        "link": one.url,
        "deleted_by_its_author": _at(one.withdrawn_at),
        "hidden_by_us": _at(one.hidden_at),
        "earlier_versions": [{"until": _at(was.until), "text": was.text} for was in _versions(one)],
        "files": [{"name": file.name, "description": file.alt} for file in one.attachments.all()],
    }


def _versions(one: Message) -> Iterator[Any]:
    if one.edited_at:
        yield from one.versions.all()


def _answer(one: Reply) -> Plain:
    return {
        "message": one.message_id,
        "by": one.author.name,
        "let_go_by": one.cleared_by.name if one.cleared_by else "",
        "state": one.get_state_display(),
        "text": one.text,
        "checks_said": [str(found.get("words", "")) for found in one.findings if isinstance(found, Mapping)],
    }


def _review(one: Any) -> Plain:
    return {"at": _at(one.at), "by": one.by.name, "verdict": one.get_verdict_display(), "reason": one.reason}


def _clock(one: Any) -> Plain:
    return {
        "name": name(one),
        "regime": one.regime,
        "step": one.step,
        "from": _at(one.started_at),
        "due": _at(one.due_at),
        "length": f"{one.days} {one.unit}",
        "days_skipped": one.skipped,
        "pauses": one.pauses,
        "ended": _at(one.stopped_at),
        "how": one.get_ended_display(),
        "reason": one.reason,
    }


def _passed(one: Any, *, notes: bool) -> Plain:
    said = {"note": one.note, "reason": one.reason} if notes else {}
    return {"at": _at(one.at), "from": one.origin.name, "to": one.to.name, "by": one.by.name, **said}
