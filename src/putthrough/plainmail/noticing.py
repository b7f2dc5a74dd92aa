"""From what happened to the mails about it: who works by ordinary email gets each conversation that comes to them.

The audit's entries are followed by number, so that nothing that happened is missed or told twice, whenever it stops.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from putthrough.audit.actions import record, thing, writing
from putthrough.audit.models import Entry
from putthrough.audit.queries import after, newest_number
from putthrough.channels.queries import account_by_address
from putthrough.conversations import facts as conversation
from putthrough.conversations.models import Conversation
from putthrough.delivery import facts as delivery
from putthrough.directory.models import Team, User
from putthrough.directory.queries import organisation
from putthrough.directory.roles import VERBS
from putthrough.handover import facts as handover
from putthrough.kit.time import now
from putthrough.plainmail import facts
from putthrough.plainmail.models import Notice, Policy
from putthrough.plainmail.queries import people_by_email, policy, teams_by_email

_COMES = (conversation.OPENED, conversation.RECEIVED, conversation.REOPENED, conversation.SPLIT_FROM)
_FAILS = (delivery.FAILED, delivery.BOUNCED, delivery.UNCERTAIN)
_MOVES = (handover.PASSED_ON, handover.DECLINED, handover.UNDONE)
_CONCERN = {fact.verb for fact in (*_COMES, *_FAILS, *_MOVES)}
_BATCH = 500
_FAR_BEHIND = 10_000
LOST_AFTER = timedelta(minutes=3)
_LOST = "The program stopped while it was being sent. Ask them, or look in their mailbox."


def make_notices() -> int:
    """Make the mails about one batch of what happened. Returns how much was looked at; 0 when nobody works by email."""
    teams, people, row = teams_by_email(), people_by_email(), policy()
    if not teams and not people:
        return _keep_up(row)
    entries = after(row.followed, limit=_BATCH)
    if not entries:
        return 0
    with writing():
        made = [notice for entry in _concerned(entries) for notice in _about(entry, teams, people, row)]
        Notice.objects.bulk_create(made, ignore_conflicts=True, batch_size=200)
        Policy.objects.filter(pk=1, followed=row.followed).update(followed=entries[-1].number)
    return len(entries)


def _keep_up(row: Policy) -> int:
    """Nobody is told of anything: written down rarely, so that a busy day does not cost a write for it each second.
    What happened before somebody chose to get mail is passed over by its time."""
    newest = newest_number()
    if newest - row.followed > _FAR_BEHIND:
        Policy.objects.filter(pk=1).update(followed=newest)
    return 0


def _concerned(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Conversation]]:
    named = [entry for entry in entries if entry.verb in _CONCERN and entry.thing.startswith("conversation:")]
    ids = {int(entry.thing.partition(":")[2]) for entry in named}
    rows = Conversation.objects.exclude(state=Conversation.State.CLOSED).in_bulk(ids)
    for entry in named:
        row = rows.get(int(entry.thing.partition(":")[2]))
        if row is not None:
            yield entry, row


def _about(
    concerned: tuple[Entry, Conversation], teams: Iterable[Team], people: Iterable[User], rules: Policy
) -> Iterator[Notice]:
    """Passing on can be taken back for some seconds: its mail waits for so long."""
    entry, row = concerned
    waits = timedelta(seconds=organisation().undo_seconds if entry.verb in {fact.verb for fact in _MOVES} else 0)
    for team in teams:
        if team.pk == row.owner_id and _since(team.by_email_since, entry) and not _is_ours(team.email):
            yield _notice(entry, row, rules, waits, team=team)
    for person in people:
        if _since(person.by_email_since, entry) and entitled(person, row):
            yield _notice(entry, row, rules, waits, person=person)


def _since(begun: datetime | None, entry: Entry) -> bool:
    return begun is not None and entry.at >= begun


def _is_ours(address: str) -> bool:
    """An address that residents write to would bring our own mail back to us."""
    return account_by_address("email", address) is not None


def entitled(person: User, row: Conversation) -> bool:
    """Whether a conversation is put through to a person: to their own team, not to one that they cover for, nor to one
    that only watches; and to them alone once somebody has taken it in hand."""
    if not person.is_active or person.role not in VERBS["reply"] or row.holder_id not in (None, person.pk):
        return False
    return person.teams.filter(pk=row.owner_id).exists()


def _notice(
    entry: Entry,
    row: Conversation,
    rules: Policy,
    waits: timedelta,
    *,
    team: Team | None = None,
    person: User | None = None,
) -> Notice:
    moment = now()
    told = team or person
    return Notice(
        conversation=row,
        team=team,
        person=person,
        recipient=told.email.lower() if told else "",
        event=f"entry:{entry.number}",
        next_attempt_at=entry.at + waits,
        made_at=moment,
        expires_at=moment + timedelta(days=rules.days),
    )


def give_up_lost() -> int:
    """What was claimed and never answered for may have left: it is not sent a second time, and colleagues see that."""
    lost = Notice.objects.filter(state=Notice.State.SENDING, claimed_at__lte=now() - LOST_AFTER)
    done = 0
    for notice in lost.select_related("conversation")[:20]:
        with writing():
            mine = Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING, claimed_at=notice.claimed_at)
            if mine.update(state=Notice.State.UNSURE, words=_LOST):
                record(facts.PERHAPS_MAILED, thing(notice.conversation), to=notice.recipient, words=_LOST)
                done += 1
    return done
