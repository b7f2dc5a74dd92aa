"""Publishing a post once from each of its accounts, as an answer is sent once: prepared, claimed, its outcome noted.

What the network then calls it is kept, so that who answers it is found (``answering.py``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q

from putthrough.audit.actions import record, thing, writing
from putthrough.audit.facts import Fact
from putthrough.channels import spending
from putthrough.channels.abilities import ChoosesIds, ReadsBack
from putthrough.channels.actions import usable
from putthrough.channels.contract import ChannelError, Receipt
from putthrough.channels.queries import best_view
from putthrough.channels.registry import channel, how
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.queries import newest_message_id
from putthrough.delivery.actions import LOST_AFTER, MOST_ATTEMPTS, SHOWN_AFTER
from putthrough.delivery.answering import appeared
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.handover.incidents.models import Incident
from putthrough.kit.secrets import Sealed
from putthrough.kit.time import now
from putthrough.replies.posts import facts
from putthrough.replies.posts.clearing import may_leave, move
from putthrough.replies.posts.composing import outgoing, parent_of
from putthrough.replies.posts.models import Post, Publication

_State = Publication.State
_UNDER_WAY = (_State.DUE, _State.SENDING, _State.UNCERTAIN)


def prepare_posts() -> int:
    """Approved posts of which the time has come become due on each account; those of what is over are held. Returns how
    many moved."""
    over = Q(incident__isnull=False, despite=False) & ~Q(incident__state=Incident.State.OPEN)
    with writing():
        rows = Post.objects.filter(state=Post.State.CLEARED).filter(Q(leaves_at__lte=now()) | over)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(of=("self",), skip_locked=True)
        posts = list(rows.select_related("incident", "author", "cleared_by").order_by("leaves_at")[:20])
        for post in posts:
            _prepare(post)
    return len(posts)


def _prepare(post: Post) -> None:
    if post.incident is not None and post.incident.state != Incident.State.OPEN and not post.despite:
        _stop(post, facts.HELD, "Its incident was closed before it left. Approve it anew, or withdraw it.")
    elif not may_leave(post):
        _stop(post, facts.STOPPED, "It was stopped: nobody who may had approved exactly this. Approve it anew.")
    elif move(post, Post.State.LEAVING):
        for one in post.publications.select_related("account", "post__under"):
            _begin(one)


def _stop(post: Post, fact: Fact, reason: str) -> None:
    values = {"clearance": "", "cleared_by": None, "leaves_at": None, "submitted_at": now(), "reason": reason}
    if move(post, Post.State.SUBMITTED, **values):
        record(fact, thing(post), author=post.author.name)


def _begin(one: Publication) -> None:
    network, moment = channel(one.account.channel), now()
    chosen = network.message_id(best_view(one.account)) if isinstance(network, ChoosesIds) else ""
    Publication.objects.filter(pk=one.pk, state=_State.WAITING).update(
        state=_State.DUE,
        next_attempt_at=moment,
        begun_at=moment,
        key=chosen or f"post-{one.pk}",
        parent=parent_of(one),
        heard_from=newest_message_id(),
    )


def publish_due() -> int:
    """Publish one that is due. Returns 1 if there was one."""
    one = _claim()
    if one is None:
        return 0
    try:
        receipt = _send(one)
    except ChannelError as error:
        _note_error(one, error)
    except Sealed as error:
        _note_error(one, ChannelError(str(error), permanent=True))
    else:
        _note_sent(one, receipt)
    return 1


def _claim() -> Publication | None:
    due = Publication.objects.filter(state=_State.DUE, next_attempt_at__lte=now()).order_by("next_attempt_at")
    for pk in due.values_list("pk", flat=True)[:20]:
        mine = Publication.objects.filter(pk=pk, state=_State.DUE)
        if mine.update(state=_State.SENDING, claimed_at=now(), attempts=F("attempts") + 1):
            return _loaded(pk)
    return None


def _loaded(pk: int) -> Publication:
    return Publication.objects.select_related("post__author", "post__cleared_by", "account").get(pk=pk)


def _send(one: Publication) -> Receipt:
    if not may_leave(one.post):
        words = "Nobody who may has approved exactly this, so it was not sent. Write it anew."
        raise ChannelError(words, permanent=True)
    if not one.account.enabled:
        raise ChannelError(
            "The account is switched off. Have it switched on in Set-up, then try again.", permanent=True
        )
    try:
        return channel(one.account.channel).send(usable(one.account), outgoing(one))
    except (ChannelError, Sealed):
        raise
    except Exception as error:  # a fault of ours half-way: whether it left is not known
        words = f"Publishing broke off ({type(error).__name__}). Look on the network whether it is there."
        raise ChannelError(words, uncertain=True) from error


def _note_sent(one: Publication, receipt: Receipt) -> None:
    """Whatever others thought meanwhile of a slow one: the network has it, so it is not sent again."""
    known = {"public_id": receipt.external_id[:255], "url": receipt.url[:500], "words": receipt.words[:400]}
    with writing():
        if not _from(one, (*_UNDER_WAY, _State.FAILED), None, state=_State.SENT, **known):
            return
        spending.charge(one.account, receipt.cost)
        record(facts.PUBLISHED, thing(one.post), author=one.post.author.name, where=how(one.account.channel))
        appeared(one, [receipt.external_id, *receipt.parts])
        _sum_up(one.post)


def _note_error(one: Publication, error: ChannelError) -> None:
    if error.uncertain:
        return _end(one, _State.UNCERTAIN, facts.UNCERTAIN, str(error))
    if error.permanent or one.attempts >= MOST_ATTEMPTS:
        return _end(one, _State.FAILED, facts.FAILED, str(error))
    wait = timedelta(seconds=error.retry_after or min(3600, 10 * 2**one.attempts))
    values = {"state": _State.DUE, "next_attempt_at": now() + wait, "words": str(error)[:400]}
    with writing():
        if _from(one, (_State.SENDING,), one.claimed_at, **values):
            record(facts.RETRIED, thing(one.post), where=how(one.account.channel), words=str(error)[:300])
    return None


def _end(one: Publication, state: Publication.State, fact: Fact, words: str) -> None:
    with writing():
        values = {"state": state, "words": words[:400], "next_attempt_at": now()}
        if _from(one, (_State.SENDING,), one.claimed_at, **values):
            author, where = one.post.author.name, how(one.account.channel)
            record(fact, thing(one.post), author=author, where=where, words=words[:300])
            _sum_up(one.post)


def _from(one: Publication, states: tuple[Publication.State, ...], claim: datetime | None, /, **values: object) -> bool:
    """Write the outcome unless somebody else has: exactly one wins. With ``claim``, only if that claim still stands."""
    rows = Publication.objects.filter(pk=one.pk, state__in=states)
    return bool((rows.filter(claimed_at=claim) if claim else rows).update(**values))


def _sum_up(post: Post) -> None:
    """What has become of it as a whole: it leaves until nothing of it is under way."""
    row = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if row.publications.filter(state__in=_UNDER_WAY).exists():
        move(row, Post.State.LEAVING)
    elif row.publications.filter(state=_State.SENT).exists():
        move(row, Post.State.OUT)
    else:
        move(row, Post.State.FAILED)


def reconcile_posts() -> int:
    """What was claimed and never answered for is uncertain; what is uncertain is read back where that is possible."""
    lost = Publication.objects.filter(state=_State.SENDING, claimed_at__lte=now() - LOST_AFTER)
    done = 0
    for pk in lost.values_list("pk", flat=True)[:20]:
        words = "The program stopped while this was being published. Look on the network whether it is there."
        _end(_loaded(pk), _State.UNCERTAIN, facts.UNCERTAIN, words)
        done += 1
    doubtful = Publication.objects.filter(state=_State.UNCERTAIN, next_attempt_at__lte=now())
    return done + sum(_read_back(_loaded(pk)) for pk in doubtful.values_list("pk", flat=True)[:20])


def _read_back(one: Publication) -> int:
    network, moment = channel(one.account.channel), now()
    Publication.objects.filter(pk=one.pk).update(next_attempt_at=moment + timedelta(minutes=5))
    if not isinstance(network, ReadsBack):
        return 0
    try:
        receipt = network.read_back(usable(one.account), outgoing(one))
    except (ChannelError, Sealed):
        return 0
    if receipt is not None:
        _note_sent(one, receipt)
    elif one.claimed_at is None or one.claimed_at <= moment - SHOWN_AFTER:
        _again(one)
    else:
        Publication.objects.filter(pk=one.pk).update(next_attempt_at=one.claimed_at + SHOWN_AFTER)
    return 1


def _again(one: Publication) -> None:
    """Later attempts look first whether an earlier one is there."""
    with writing():
        if _from(one, (_State.UNCERTAIN, _State.FAILED), None, state=_State.DUE, next_attempt_at=now(), attempts=1):
            _sum_up(one.post)


def settle_post(one: Publication, *, there: bool, by: User) -> None:
    """A person looked: it is there after all, or it is not and is to be sent again. Raises CannotBeDone otherwise."""
    access.require(by, "post", one.post)
    with writing():
        current = Publication.objects.select_for_update().get(pk=one.pk)
        if current.state not in (_State.UNCERTAIN, _State.FAILED):
            raise CannotBeDone("There is nothing to decide about this post any more.")
        outcome = "it is there" if there else "it is not there; send it again"
        record(facts.SETTLED, thing(one.post), by=by.name, where=how(one.account.channel), outcome=outcome)
        if there:
            _note_sent(one, Receipt("", f"{by.name} saw that it is there"))
        else:
            _again(one)
