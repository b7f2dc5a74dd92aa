"""Conversations for other programs: the same queries and actions as the screens, so the same permissions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router
from ninja.errors import HttpError

from putthrough.api.items import done, items, whole
from putthrough.api.schemas import Answer, Asked, Close, Done, Held, Item, Listed, PassOn, Trouble, Whole
from putthrough.conversations import actions
from putthrough.conversations.queries import conversation, newest, search
from putthrough.conversations.standing import goes_on_in_private
from putthrough.directory.models import Service, Team, User
from putthrough.directory.queries import service, teams
from putthrough.handover import actions as handover
from putthrough.replies import actions as replies

router = Router(tags=["conversations"])


def _or_trouble(*statuses: int, ok: Any) -> dict[int, Any]:
    return {200: ok, **dict.fromkeys((401, *statuses, 422), Trouble)}


def _viewer(request: HttpRequest) -> User:
    user: User = request.auth  # type: ignore[attr-defined]  # ninja puts there what ByToken returned
    return user


@router.get("", response=_or_trouble(400, ok=Listed), summary="Conversations, newest first or by words")
def conversations(request: HttpRequest, asked: Query[Asked]) -> Listed:
    viewer, before = _viewer(request), int(asked.cursor) if asked.cursor else None
    if asked.q.strip():
        return _found(viewer, asked.q, before, asked.limit)
    rows = newest(viewer, before=before, limit=asked.limit + 1)
    page = rows[: asked.limit]
    return Listed(items=items(viewer, page), next=str(page[-1].pk) if len(rows) > asked.limit else "")


def _found(viewer: User, words: str, before: int | None, limit: int) -> Listed:
    found = search(viewer, words, before=before, limit=limit)
    matching = {message.conversation_id: message for message in reversed(found)}
    rows = list({message.conversation_id: message.conversation for message in found}.values())
    listed: list[Item] = items(viewer, rows, matching)
    return Listed(items=listed, next=str(found[-1].pk) if len(found) == limit else "")


@router.get("/{int:pk}", response=_or_trouble(404, ok=Whole), summary="One conversation with all that was said")
def one(request: HttpRequest, pk: int) -> Whole:
    viewer = _viewer(request)
    return whole(viewer, conversation(viewer, pk))


_VERB = _or_trouble(400, 403, 404, 409, ok=Done)


@router.post("/{int:pk}/claim", response=_VERB, summary="Take it in hand")
def claim(request: HttpRequest, pk: int) -> Done:
    viewer = _viewer(request)
    return done(handover.claim(conversation(viewer, pk), by=viewer))


@router.post("/{int:pk}/close", response=_VERB, summary="Nothing more to do")
def close(request: HttpRequest, pk: int, given: Close) -> Done:
    viewer = _viewer(request)
    return done(actions.close(conversation(viewer, pk), by=viewer, outcome=given.outcome))


@router.post("/{int:pk}/pass-on", response=_VERB, summary="To another team; the deadline stays")
def pass_on(request: HttpRequest, pk: int, given: PassOn) -> Done:
    viewer = _viewer(request)
    row = conversation(viewer, pk)
    about, to = _target(given)
    handed = handover.pass_on(row, to, by=viewer, service=about, note=given.note)
    return done(row, now_with=handed.to)


def _target(given: PassOn) -> tuple[Service | None, Team | None]:
    if bool(given.service) == bool(given.team):
        raise HttpError(422, "Name where it goes: the key of a service or of a team, one of the two.")
    if given.team:
        to = teams().filter(key=given.team).first()
        if to is None:
            raise HttpError(422, f"There is no team with the key {given.team}.")
        return None, to
    about = service(given.service)
    if about is None:
        raise HttpError(422, f"There is no service with the key {given.service}.")
    if about.whose:
        raise HttpError(422, f"{about.name} is not ours but {about.whose}'s: answer with where to turn.")
    return about, None


@router.post(
    "/{int:pk}/reply", response=_or_trouble(400, 403, 404, 409, ok=Held), summary="Answer, after the undo time"
)
def reply(request: HttpRequest, pk: int, given: Answer) -> Held:
    viewer = _viewer(request)
    row = conversation(viewer, pk)
    held = replies.send(row, given.text, by=viewer, instead=given.instead, in_private=goes_on_in_private(row))
    found = [one["key"] for one in held.findings]
    return Held(id=held.pk, state=held.state, leaves_at=held.send_at, findings=found)
