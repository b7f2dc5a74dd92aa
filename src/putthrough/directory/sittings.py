"""The browsers in which people are signed in. To end a sitting is to delete its session: it counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from putthrough.audit.actions import record, thing, writing
from putthrough.directory import facts
from putthrough.directory.access import NotVisible
from putthrough.directory.browsers import in_words
from putthrough.directory.models import Sitting, User
from putthrough.directory.proxies import address_of
from putthrough.kit.time import now

_ACTIVE, _BEGAN = "active_at", "began_at"
_NOTED_EVERY = timedelta(minutes=1)  # not a write for every page


def sign_in(request: HttpRequest, user: User, *, backend: str, how: str) -> None:
    """From here on the browser is this person's, under a session key that nobody could know before."""
    with writing():
        Sitting.objects.filter(session=request.session.session_key or "").delete()
        login(request, user, backend=backend)
        record(facts.SIGNED_IN, thing(user), by=user.name, how=how, address=address_of(request))


def begin(request: HttpRequest, user: User, **_: object) -> None:
    """Called by Django whenever somebody is signed in, whichever way."""
    if request.session.session_key is None:
        request.session.create()
    request.session[_BEGAN] = request.session[_ACTIVE] = now().timestamp()
    Sitting.objects.create(
        user=user,
        session=request.session.session_key or "",
        browser=in_words(request.META.get("HTTP_USER_AGENT", "")),
        address=address_of(request)[:45],
        seen_at=now(),
    )


def leave(request: HttpRequest, user: User | None, **_: object) -> None:
    """Called by Django whenever somebody signs out."""
    rows = Sitting.objects.filter(session=request.session.session_key or "")
    if user is None or not rows.exists():
        return
    with writing():
        rows.delete()
        record(facts.SIGNED_OUT, thing(user), by=user.name)


def over(session: SessionBase) -> bool:
    """Whether it has lasted too long, or nobody has done anything in it for too long."""
    moments = {name: _moment(session, name) for name in (_ACTIVE, _BEGAN)}
    return moments[_ACTIVE] <= now() - idle() or moments[_BEGAN] <= now() - longest()


def note(session: SessionBase) -> None:
    """Somebody has done something."""
    if _moment(session, _ACTIVE) > now() - _NOTED_EVERY:
        return
    session[_ACTIVE] = now().timestamp()
    Sitting.objects.filter(session=session.session_key or "").update(seen_at=now())


def time_out(session: SessionBase) -> None:
    Sitting.objects.filter(session=session.session_key or "").delete()
    session.flush()


def _moment(session: Mapping[str, Any] | SessionBase, name: str) -> datetime:
    return datetime.fromtimestamp(session.get(name, 0.0), tz=now().tzinfo)


def idle() -> timedelta:
    return timedelta(minutes=settings.IDLE_MINUTES)


def longest() -> timedelta:
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def sittings(viewer: User) -> list[Sitting]:
    """Where the viewer is signed in, the last used first."""
    return list(_lasting().filter(user=viewer).order_by("-seen_at", "-pk"))


def end(pk: int, *, by: User) -> None:
    """That browser is signed out. Raises NotVisible for somebody else's."""
    with writing():
        rows = Sitting.objects.filter(pk=pk, user=by)
        if not _end(rows):
            raise NotVisible("You are not signed in there any more.")
        record(facts.SIGNED_OUT_THERE, thing(by), by=by.name, browsers="another browser")


def end_all(user: User, *, by: str) -> int:
    """Every browser of that person is signed out. Returns how many."""
    with writing():
        ended = _end(Sitting.objects.filter(user=user))
        if ended:
            record(facts.SIGNED_OUT_EVERYWHERE, thing(user), by=by, name=user.name)
    return ended


def forget() -> int:
    """Take away sittings that are over, and sessions that have run out. Returns how many."""
    with writing():
        old = Sitting.objects.filter(Q(seen_at__lte=now() - idle() - _NOTED_EVERY) | Q(began_at__lte=now() - longest()))
        return _end(old) + Session.objects.filter(expire_date__lte=now()).delete()[0]


def _lasting() -> QuerySet[Sitting]:
    return Sitting.objects.filter(seen_at__gt=now() - idle() - _NOTED_EVERY, began_at__gt=now() - longest())


def _end(rows: QuerySet[Sitting]) -> int:
    found = dict(rows.values_list("pk", "session"))
    Session.objects.filter(session_key__in=found.values()).delete()
    Sitting.objects.filter(pk__in=found).delete()
    return len(found)
