"""Reading posts: what is published is everybody's, what waits is theirs who decide, a draft is its writer's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from putthrough.channels.abilities import Posts
from putthrough.channels.models import Account
from putthrough.channels.queries import accounts, plain_view
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.directory.queries import team_ids, teams_of
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.replies.posts.clearing import may_clear
from putthrough.replies.posts.models import Post, Publication

_State, _R = Post.State, User.Role
_SHOWN = (_State.LEAVING, _State.OUT, _State.FAILED)
_OVERSEE = frozenset({_R.COMMS_LEAD, _R.ADMINISTRATOR, _R.INFORMATION_GOVERNANCE})


def visible(viewer: User) -> QuerySet[Post]:
    """Registered with ``access``."""
    own = Q(author=viewer)
    if viewer.role in _OVERSEE:
        return Post.objects.filter(own | ~Q(state=_State.DRAFT))
    theirs = Q(incident__owner__in=team_ids(viewer)) & ~Q(state=_State.DRAFT)
    return Post.objects.filter(own | theirs | Q(state__in=_SHOWN))


def allowed(viewer: User, verb: str, thing: Any) -> bool:
    """Registered with ``access``: its writer writes it; who leads communications may stop any; approving is somebody
    else's (``clearing.may_clear``)."""
    post: Post = thing
    if verb == "approve_post":
        return may_clear(viewer, post)
    return post.author_id == viewer.pk or (viewer.role == _R.COMMS_LEAD and access.sees(viewer, post))


def may_begin(viewer: User, incident: Incident | None) -> bool:
    """Whether they may write one: the team that answers for the incident, and communications."""
    if not access.may(viewer, "post"):
        return False
    if incident is None:
        return viewer.role == _R.COMMS_LEAD or any(team.kind == Team.Kind.COMMS for team in teams_of(viewer))
    return incident.state == Incident.State.OPEN and not incident.pool and access.may(viewer, "run_incident", incident)


def posts(viewer: User, *, limit: int = 50) -> list[Post]:
    """The newest, with where they go."""
    rows = access.visible(viewer, Post).select_related("author", "cleared_by", "incident")
    return list(rows.prefetch_related("publications__account").order_by("-pk")[:limit])


def of_incident(viewer: User, incident: Incident) -> list[Post]:
    rows = access.visible(viewer, Post).filter(incident=incident).exclude(state=_State.WITHDRAWN)
    full = rows.select_related("author", "cleared_by", "incident").prefetch_related("publications__account")
    return list(full.order_by("-pk")[:20])


def post(viewer: User, pk: int) -> Post:
    """One post. Raises access.NotVisible."""
    rows = access.visible(viewer, Post).select_related("author", "cleared_by", "incident", "under")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise access.NotVisible(f"There is no post {pk} that you can see.")
    return access.found(viewer, row)


def publications(viewer: User, of: Post) -> list[Publication]:
    """Where a post at hand goes, with how that stands."""
    if not access.sees(viewer, of):
        return []
    return list(of.publications.select_related("account__team", "post__under"))


def publication(viewer: User, pk: int) -> Publication:
    """One of a post that the viewer may see. Raises access.NotVisible."""
    row = Publication.objects.select_related("post__author", "post__cleared_by", "account").filter(pk=pk).first()
    if row is None or not access.sees(viewer, row.post):
        raise access.NotVisible("There is no such post that you can see.")
    return row


def to_approve(viewer: User) -> int:
    """How many wait for somebody like them; their own wait for somebody else."""
    if not access.may(viewer, "approve_post"):
        return 0
    return Post.objects.filter(state=_State.SUBMITTED).exclude(author=viewer).count()


def accounts_for(viewer: User) -> list[Account]:
    """The accounts by which they may say something to everybody: the body's own, and those of their teams."""
    if not access.may(viewer, "post"):
        return []
    own, lead = set(team_ids(viewer)), viewer.role == _R.COMMS_LEAD
    return [
        one for one in accounts() if one.enabled and (lead or one.team_id in own or not one.team_id) and _posts(one)
    ]


def _posts(account: Account) -> bool:
    try:
        network = channel(account.channel)
    except UnknownChannel:
        return False
    return isinstance(network, Posts) and network.everybody(plain_view(account)) != ""


def earlier(viewer: User, *, besides: Post | None = None, limit: int = 10) -> list[Post]:
    """Published ones, under which another may stand, the newest first."""
    rows = access.visible(viewer, Post).filter(state=_State.OUT)
    return list((rows.exclude(pk=besides.pk) if besides else rows).order_by("-pk")[:limit])


def answers(viewer: User, rows: Sequence[Incident]) -> dict[int, int]:
    """How many conversations that the viewer sees came into each incident as answers to its posts."""
    inside = Membership.objects.filter(incident__in=rows, how=Membership.How.ANSWERED)
    seen = inside.filter(conversation__in=access.visible(viewer, Conversation))
    return dict(seen.values("incident").annotate(n=Count("pk")).values_list("incident", "n"))
