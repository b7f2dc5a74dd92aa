"""From raw arrival to message, contact, conversation and owner: the writer that everything that arrives goes through.

One account's arrivals are filed in order, a batch in one transaction. A batch that fails is taken again one by
one, and the one that fails alone is set aside in triage with the reason: it neither blocks others nor disappears.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, OperationalError, connection

from putthrough.audit.actions import writing
from putthrough.channels.contract import Change, Channel, Incoming, Unreadable
from putthrough.channels.models import Account
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations import changes, colleagues, facts, hearing, search
from putthrough.conversations.filed import Filed, attachments_of, is_said, message_of, record_one, wrote_it
from putthrough.conversations.models import Attachment, Contact, Conversation, Handle, Message
from putthrough.conversations.placing import Matter, Place, placer
from putthrough.conversations.standing import standing
from putthrough.conversations.threads import Letter, Threads
from putthrough.intake import envelope
from putthrough.intake.actions import set_aside
from putthrough.intake.models import Arrival
from putthrough.intake.queries import accounts_waiting, lock_account, still_waiting, waiting

log = structlog.get_logger()

_LEAVES_WITHIN = timedelta(hours=1)
_MOVED = [
    "state",
    "outcome",
    "unanswered",
    "preview",
    "last_at",
    "due_at",
    "shuts_at",
    "private_handle",
    "private_account",
]


def file_waiting() -> int:
    """File one batch of one account's arrivals. Returns how many were dealt with; 0 when nothing waits."""
    among = accounts_waiting()
    if not among:
        return 0
    try:
        return _file_batch(among)
    except OperationalError:
        raise  # a locked or full database: nothing is lost, the sweep comes again
    except Exception as error:
        log.warning("a batch failed and is filed one by one", kind=type(error).__name__)
        return _file_one_by_one(among)


def _file_batch(among: Sequence[int]) -> int:
    with writing():
        account = lock_account(among)
        arrivals = waiting(account) if account else []
        if account:
            _file(account, arrivals)
    return len(arrivals)


def _file_one_by_one(among: Sequence[int]) -> int:
    with writing():
        account = lock_account(among)
        alone = [arrival.pk for arrival in waiting(account)] if account else []
    for pk in alone:
        _file_alone([account.pk] if account else [], pk)
    return len(alone)


def _file_alone(among: Sequence[int], pk: int) -> None:
    """A transaction of its own for each, for some of what a database refuses it refuses only at the end."""
    try:
        with writing():
            account = lock_account(among)
            arrival = still_waiting(pk)
            if account and arrival:
                _file(account, [arrival])
    except OperationalError:
        raise
    except DatabaseError as error:
        set_aside(pk, f"The database refused it ({type(error).__name__}). Its original is kept; try it again.")
    except Exception as error:
        log.error("an arrival was set aside", arrival=pk, kind=type(error).__name__)
        set_aside(pk, f"It could not be filed ({type(error).__name__}). Its original is kept; try it again.")


def _file(account: Account, arrivals: Sequence[Arrival]) -> None:
    read = list(_read(account, arrivals))
    letters = colleagues.without(account, [one for one in read if isinstance(one, Letter)])
    notes = [one for one in read if isinstance(one, changes.Note)]
    if letters:
        _Filing(account, letters).run()
        notes = [*_waited(account, letters), *notes]
    if notes:
        changes.apply(account, notes)


def _waited(account: Account, letters: Sequence[Letter]) -> Iterator[changes.Note]:
    """Changes that came before these messages did."""
    if not _tells_of_changes(account):
        return
    ids = [letter.incoming.message_id for letter in letters if letter.incoming.message_id]
    for one in _read(account, changes.early(account, ids)):
        if isinstance(one, changes.Note):
            yield one


def _read(account: Account, arrivals: Sequence[Arrival]) -> Iterator[Letter | changes.Note]:
    about = plain_view(account)
    for arrival in arrivals:
        raw = bytes(arrival.raw)
        try:
            incoming = envelope.read(raw) if envelope.is_envelope(raw) else _network(account).read(about, raw)
        except (Unreadable, UnknownChannel) as error:
            set_aside(arrival.pk, str(error))
        else:
            yield changes.Note(arrival, incoming) if isinstance(incoming, Change) else Letter(arrival, incoming)


def _network(account: Account) -> Channel:
    return channel(account.channel)


def _tells_of_changes(account: Account) -> bool:
    """Email changes nothing that was sent, and neither does an account that only holds old messages."""
    try:
        return _network(account).vouches
    except UnknownChannel:
        return False


@dataclass(slots=True)
class _Filing:
    """One batch on its way: find, place, write."""

    account: Account
    letters: Sequence[Letter]
    filed: list[Filed] = field(default_factory=list)
    echoes: list[Letter] = field(default_factory=list)

    def run(self) -> None:
        threads = Threads(self.account)
        threads.load(self.letters)
        for letter in self.letters:
            self._find(letter, threads)
        self._hold()
        opened = self._place()
        self._write_contacts(threads)
        self._write(opened)

    def _find(self, letter: Letter, threads: Threads) -> None:
        one = letter.incoming
        if one.own and self._is_echo(one, threads):
            self.echoes.append(letter)
            return
        found = threads.find(one)
        matter = self._matter(letter)
        if found is not None and self._is_new_topic(one, found, matter, threads):
            found = None
        if found is None:
            found = self._new(letter)
            self.filed.append(Filed(letter, found, opens=matter))
        else:
            self.filed.append(Filed(letter, found))
        threads.remember(one, found)

    def _hold(self) -> None:
        """Conversations that go on are held as they are now: nobody passes one on between here and the index.

        On SQLite this transaction is the only writer, and what it read still stands.
        """
        found = {filed.conversation.pk for filed in self.filed if filed.conversation.pk}
        if not (found and connection.features.has_select_for_update):
            return
        rows = Conversation.objects.select_for_update(of=("self",)).select_related("owner").order_by("pk")
        held = rows.in_bulk(list(found))
        for filed in self.filed:
            filed.conversation = held.get(filed.conversation.pk, filed.conversation)

    def _is_echo(self, one: Incoming, threads: Threads) -> bool:
        """Our own words coming back. Where the network does not vouch for the writer, only if we know them."""
        if one.message_id in threads.ours:
            return True
        return wrote_it(self.account, one) and (threads.find(one) is None or _came_back(one, threads))

    def _is_new_topic(self, one: Incoming, found: Conversation, matter: Matter, threads: Threads) -> bool:
        if one.own or one.refers_to or one.thread or not one.private or found.pk is None:
            return False
        if not found.private and not found.private_handle:  # it was asked for
            return False
        return threads.body.split_on_topic and not placer().same_matter(found, matter)

    def _matter(self, letter: Letter) -> Matter:
        one = letter.incoming
        return Matter(
            account=self.account,
            text=one.text,
            subject=one.subject,
            private=one.private,
            received_at=letter.arrival.received_at,
            handle=one.handle,
            automatic=str(one.automatic or ""),
            language=letter.language,
            history=letter.arrival.history,
        )

    def _new(self, letter: Letter) -> Conversation:
        one = letter.incoming
        return Conversation(
            account=self.account,
            channel=self.account.channel,
            private=one.private,
            subject=one.subject[:200],
            preview=changes.preview_of(one.text),
            thread=one.thread[:120],
            opened_at=letter.arrival.received_at,
            last_at=letter.arrival.received_at,
            shuts_at=standing(self.account, letter.arrival).shuts_at,
        )

    def _place(self) -> list[tuple[Filed, Place]]:
        new = [filed for filed in self.filed if filed.opens is not None]
        places = placer().place([filed.opens for filed in new if filed.opens is not None]) if new else []
        for filed, place in zip(new, places, strict=True):
            row = filed.conversation
            row.owner_id, row.service_id, row.due_at = place.owner_id, place.service_id, place.due_at
            row.state = Conversation.State.CLOSED if place.closed else Conversation.State.OPEN
            row.unanswered = not place.closed
            row.scope = search.scope_of([place.owner_id], private=row.private)
        return list(zip(new, places, strict=True))

    def _write_contacts(self, threads: Threads) -> None:
        strangers: dict[str, Incoming] = {}
        for filed in self.filed:
            one = filed.letter.incoming
            if one.handle not in threads.handles and not wrote_it(self.account, one):
                strangers.setdefault(one.handle, one)
        # In the order of their handles: two accounts that meet the same strangers at once wait in line, not in a ring.
        strangers = dict(sorted(strangers.items()))
        contacts = Contact.objects.bulk_create(
            [Contact(name=(one.name or one.handle)[:200]) for one in strangers.values()]
        )
        handles = [
            Handle(contact=contact, channel=self.account.channel, address=address)
            for address, contact in zip(strangers, contacts, strict=True)
        ]
        Handle.objects.bulk_create(handles)
        threads.handles.update({handle.address: handle for handle in handles})
        for filed in self.filed:
            if filed.opens is not None:
                filed.conversation.contact_id = threads.handles[filed.letter.incoming.handle].contact_id

    def _write(self, opened: list[tuple[Filed, Place]]) -> None:
        Conversation.objects.bulk_create([filed.conversation for filed, _ in opened])
        continued = self._continue()
        messages = Message.objects.bulk_create([message_of(self.account, filed) for filed in self.filed])
        Attachment.objects.bulk_create(list(attachments_of(self.filed, messages)))
        search.add(messages, [filed.conversation.scope for filed in self.filed])
        placer().settle([(filed.conversation, place) for filed, place in opened], continued)
        both = zip(self.filed, messages, strict=True)
        said = [(filed.conversation, message) for filed, message in both if is_said(filed, message)]
        placer().hear(said)
        hearing.tell(said)
        self._mark_arrivals()
        self._record({id(filed): place for filed, place in opened})

    def _continue(self) -> list[tuple[Conversation, datetime]]:
        """Move on the conversations that were there before. Returns those that now have a new service target."""
        rows: dict[int, Conversation] = {}
        clocks: dict[int, tuple[Conversation, datetime]] = {}
        for filed in self.filed:
            one, row = filed.letter.incoming, filed.conversation
            if filed.opens is not None or not self._moves_on(filed):
                continue
            filed.reopens, waited = row.state == Conversation.State.CLOSED, row.unanswered and row.due_at is not None
            row.state, row.outcome, row.unanswered = Conversation.State.OPEN, "", True
            if row.private == one.private:
                row.preview = changes.preview_of(one.text)
            else:
                self._goes_on_in_private(row, one)
            row.last_at = max(row.last_at, filed.letter.arrival.received_at)
            row.shuts_at = standing(self.account, filed.letter.arrival).shuts_at
            rows[row.pk] = row
            due_at = None if waited else placer().due(row, filed.letter.arrival.received_at)
            if due_at is not None:
                row.due_at = min(due_at, row.due_at or due_at)
                clocks[row.pk] = (row, due_at)
        Conversation.objects.bulk_update(rows.values(), _MOVED)
        return list(clocks.values())

    def _goes_on_in_private(self, row: Conversation, one: Incoming) -> None:
        """From the first private word on this is with whoever wrote it, where they did. Its lists go on showing what
        everybody could read."""
        row.private_handle = row.private_handle or one.handle[:254]
        if row.account_id != self.account.pk:
            row.private_account = self.account

    def _moves_on(self, filed: Filed) -> bool:
        """Whether a message asks something of us: not what a machine wrote, not our own, not what is long past."""
        one = filed.letter.incoming
        return not (one.automatic or filed.letter.arrival.history or wrote_it(self.account, one))

    def _mark_arrivals(self) -> None:
        done = [filed.letter.arrival.pk for filed in self.filed]
        Arrival.objects.filter(pk__in=done).update(state=Arrival.State.FILED)
        if self.echoes:
            own = [letter.arrival.pk for letter in self.echoes]
            Arrival.objects.filter(pk__in=own).update(state=Arrival.State.ECHO, reason=facts.ECHO)

    def _record(self, places: dict[int, Place]) -> None:
        for filed in self.filed:
            record_one(filed, places.get(id(filed)))


def _came_back(one: Incoming, threads: Threads) -> bool:
    """Whether this is an answer of which the network's word never reached us. It has it then: the id is the proof.

    Of an answer that leaves in several parts each comes back by itself; which parts there are the receipt will say.
    """
    found = threads.find(one)
    if found is None or found.pk is None:
        return False
    unnamed = Message.objects.filter(conversation=found, direction=Message.Direction.OUT, message_id="")
    for answer in unnamed.exclude(text="").order_by("pk"):
        if one.text.strip().endswith(answer.text.strip()):
            return bool(unnamed.filter(pk=answer.pk).update(message_id=one.message_id[:255]))
        if one.text.strip() in answer.text and abs(one.sent_at - answer.sent_at) < _LEAVES_WITHIN:
            return one.private
    return False
