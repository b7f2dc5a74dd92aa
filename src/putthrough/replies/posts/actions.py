"""Writing a post: begun from the agreed line, saved as often as one likes, handed to somebody else to approve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.models import Account
from putthrough.channels.registry import how
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.incidents.models import Incident
from putthrough.kit.time import now
from putthrough.replies import links
from putthrough.replies.checks.catalogue import Level
from putthrough.replies.models import Trust
from putthrough.replies.posts import facts
from putthrough.replies.posts.clearing import move, networks, not_trusted
from putthrough.replies.posts.composing import concerns, preview
from putthrough.replies.posts.models import Post, Publication
from putthrough.replies.posts.queries import accounts_for, may_begin

_State = Post.State
_STANDS = (_State.SUBMITTED, _State.CLEARED, _State.LEAVING, _State.OUT)
_AGAIN_AFTER = timedelta(hours=24)
_NOBODY = (("Hello {name}", "Hello everybody"), ("Dear {name}", "Dear all"), ("{name}", "everybody"))


def begin(incident: Incident | None, *, by: User) -> Post:
    """A draft with the agreed line, from the body's own accounts. Raises NotAllowed or CannotBeDone."""
    if incident is not None and incident.state != Incident.State.OPEN:
        raise CannotBeDone("Confirm the incident first: until then it is only a guess.")
    if not may_begin(by, incident):
        words = "Posts to everybody are written by communications, and by the team that answers for an incident."
        raise access.NotAllowed(words)
    with writing():
        text = line_for_everybody(incident.wordings[0]) if incident and incident.wordings else ""
        post = Post.objects.create(incident=incident, author=by, text=text)
        chosen = [one for one in accounts_for(by) if one.team_id is None]
        Publication.objects.bulk_create(Publication(post=post, account=one) for one in chosen)
        record(facts.BEGUN, thing(post), by=by.name)
    return post


def line_for_everybody(wording: str) -> str:
    """The agreed line, as nobody in particular is told it."""
    for place, instead in _NOBODY:
        wording = wording.replace(place, instead)
    return wording[:1].upper() + wording[1:]


def save(
    post: Post,
    text: str,
    *,
    by: User,
    accounts: Sequence[Account],
    own: Mapping[int, str] | None = None,
    wanted_at: datetime | None = None,
    under: Post | None = None,
) -> Post:
    """Keep what is written so far. ``own`` are other words for some accounts, by their ids. Raises CannotBeDone when it
    is no draft any more."""
    access.require(by, "post", post)
    theirs = {one.pk for one in accounts_for(by)}
    chosen = [one for one in accounts if one.pk in theirs]
    links.note("\n".join([text, *(own or {}).values()]))
    with writing():
        rows = Post.objects.filter(pk=post.pk, state=_State.DRAFT, author=by)
        if not rows.update(text=text.strip(), wanted_at=wanted_at, under=under, saved_at=now()):
            raise CannotBeDone("It is no draft of yours any more. Take it back first, then change it.")
        post.publications.exclude(account__in=chosen).delete()
        for one in chosen:
            words = (own or {}).get(one.pk, "").strip()
            Publication.objects.update_or_create(post=post, account=one, defaults={"text": words})
    post.refresh_from_db()
    return post


def submit(post: Post, *, by: User) -> Post:
    """Have somebody else look at it: nothing is sent before they say yes. Raises CannotBeDone with what to change."""
    access.require(by, "post", post)
    with writing():
        current = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        if current.author_id != by.pk:
            raise access.NotAllowed("Only its writer asks for a post to be approved.")
        if current.state != _State.DRAFT:
            raise CannotBeDone("It is no draft any more. Look at how it stands now.")
        rows = list(current.publications.select_related("account__team", "post"))
        _refuse_what_cannot_leave(current, rows, by)
        found = concerns(current, rows, by=by)
        if stopped := [one for one in found if one.level == Level.BLOCK]:
            raise CannotBeDone(f"{stopped[0].why} {stopped[0].check.do}")
        kept = [one.kept() for one in found]
        move(current, _State.SUBMITTED, findings=kept, submitted_at=now(), reason="", despite=False)
        record(facts.SUBMITTED, thing(post), by=by.name, where=", ".join(how(one) for one in networks(post)))
    post.refresh_from_db()
    return post


def _refuse_what_cannot_leave(post: Post, rows: Sequence[Publication], by: User) -> None:
    if not rows:
        raise CannotBeDone("Choose at least one account that it goes out by.")
    if any(not one.said.strip() for one in rows):
        raise CannotBeDone("Write the post first: there is nothing in it.")
    if post.wanted_at is not None and post.wanted_at <= now():
        raise CannotBeDone("The time that you chose is over. Choose a later one, or leave it empty.")
    if post.incident is not None and post.incident.state != Incident.State.OPEN:
        raise CannotBeDone("Its incident is over. Begin a post of its own if there is more to say.")
    if practises := [how(one) for one in networks(post) if not not_trusted(by, [one], step=Trust.Step.REHEARSAL)]:
        raise CannotBeDone(
            f"You still rehearse {practises[0]}, so nothing of yours goes out there yet. Ask a colleague."
        )
    for one in rows:
        if problems := preview(one).problems:
            raise CannotBeDone(f"{one.account}: {' '.join(problems)}")
        _refuse_doubles(one)


def _refuse_doubles(one: Publication) -> None:
    """The same words from the same account twice in a day are a slip."""
    there = Publication.objects.filter(account=one.account, post__state__in=_STANDS).exclude(post=one.post)
    recent = there.filter(post__saved_at__gte=now() - _AGAIN_AFTER).select_related("post")
    if any(other.said == one.said for other in recent):
        raise CannotBeDone(f"{one.account} says exactly this already. Say what is new, or leave that account out.")


def take_back(post: Post, *, by: User) -> Post:
    """Before it leaves, it is a draft again. Raises CannotBeDone when it has left."""
    access.require(by, "post", post)
    with writing():
        if not move(post, _State.DRAFT, clearance="", cleared_by=None, leaves_at=None):
            raise CannotBeDone("It is too late: the post has left, or somebody has withdrawn it.")
        record(facts.TAKEN_BACK, thing(post), by=by.name)
    post.refresh_from_db()
    return post


def withdraw(post: Post, *, by: User) -> Post:
    """It is not to be sent at all. Raises CannotBeDone when it has left."""
    access.require(by, "post", post)
    with writing():
        if not move(post, _State.WITHDRAWN, clearance="", cleared_by=None, leaves_at=None):
            raise CannotBeDone("It is too late: the post has left. Delete it on the network itself.")
        record(facts.WITHDRAWN, thing(post), by=by.name)
    post.refresh_from_db()
    return post
