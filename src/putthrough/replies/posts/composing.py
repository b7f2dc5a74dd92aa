"""A post as each network will show it, and what the checks say of it: the same values for previewing as for sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from putthrough.channels.contract import Outgoing, Preview
from putthrough.channels.models import Account
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import channel
from putthrough.channels.spending import today
from putthrough.directory.models import User
from putthrough.kit.time import local_day, now
from putthrough.replies.findings import Concern, spoken, weighed
from putthrough.replies.policy import election_is_on, policy
from putthrough.replies.posts.models import Post, Publication

_OPEN = ("{", "}")


def parent_of(publication: Publication) -> str:
    """What it stands under on its account: the end of the earlier post, empty where that is not there."""
    earlier = publication.post.under
    if earlier is None:
        return ""
    there = earlier.publications.filter(account=publication.account_id, state=Publication.State.SENT).first()
    last = there.appearances.order_by("-pk").first() if there else None
    return last.public_id if last else ""


def outgoing(publication: Publication) -> Outgoing:
    """As its channel sends it: to nobody, that is, to everybody."""
    return Outgoing(
        to="",
        text=publication.said,
        private=False,
        message_id=publication.key,
        in_reply_to=publication.parent,
        from_name=publication.account.name,
        attempt=max(publication.attempts, 1),
        since=publication.begun_at,
    )


def preview(publication: Publication) -> Preview:
    """How it will appear there, and what would stop it."""
    account = publication.account
    leaving = replace(outgoing(publication), in_reply_to=parent_of(publication))
    shown = channel(account.channel).preview(plain_view(account), leaving)
    problems = [*shown.problems, *_conditions(account)]
    if any(sign in publication.said for sign in _OPEN):
        problems.append("Something in braces is left in it: a post has nobody's name to put there.")
    notes = list(shown.notes)
    if publication.post.under is not None:
        under = (
            "It stands under our earlier post."
            if leaving.in_reply_to
            else "The earlier post is not there: it stands by itself."
        )
        notes.append(under)
    return replace(shown, problems=problems, notes=notes)


def _conditions(account: Account) -> list[str]:
    if not account.enabled:
        return [f"The account {account} is switched off. Have it switched on in Set-up."]
    spent = today(account)
    if spent is not None and spent.over:
        return [f"Today's budget is used up ({spent.words}). Have it raised in Set-up."]
    return []


def concerns(post: Post, publications: Sequence[Publication], *, by: User) -> list[Concern]:
    """What the checks find in its words on any account, each finding once, the strictest first."""
    election = election_is_on(policy(), local_day(post.wanted_at or now()))
    found: dict[tuple[str, str, str], Concern] = {}
    for one in publications:
        for concern in weighed(spoken(one.account, one.said, by=by, election=election)):
            found.setdefault((concern.key, concern.words, concern.why), concern)
    return list(found.values())
