"""Which conversation a message belongs to: found for a whole batch with a handful of look-ups.

An email or a public thread is one conversation: the network's own references say which. A direct message or text
goes on with the open conversation of its contact until that is closed, has been quiet too long, or is about
something else (``placing.Placer.same_matter``). A public conversation that was taken private goes on with what its
contact writes so, or with what the first who quotes its reference elsewhere does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q

from putthrough.channels.contract import Incoming
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Handle, Message, OtherId
from putthrough.conversations.references import quoted
from putthrough.directory.models import Organisation
from putthrough.directory.queries import organisation
from putthrough.intake.models import Arrival
from putthrough.kit.language import language
from putthrough.kit.secrets import same, signature

_TOKEN_PURPOSE = "conversation thread"  # noqa: S105  # what is signed, not a secret


@dataclass(frozen=True)
class Letter:
    """An arrival that could be read."""

    arrival: Arrival
    incoming: Incoming

    @cached_property
    def language(self) -> str:
        """As the network says; where it does not, as the text does."""
        return self.incoming.language or language(self.incoming.text)


def token(conversation_id: int) -> str:
    """The plus-address part that leads an answer home: ``c-12-`` and a signature that cannot be guessed."""
    return f"c-{conversation_id}-{signature(settings.SECRET_KEY, _TOKEN_PURPOSE, str(conversation_id), length=10)}"


def conversation_of_token(text: str) -> int | None:
    """The conversation id in a token that we signed, None for any other text."""
    number = text.removeprefix("c-").partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return int(number) if same(token(int(number)), text.lower()) else None


def with_whom(one: Incoming) -> str:
    """The handle of the other person of an exchange: of our own words whom they went to."""
    return one.to[0] if one.own and one.private and one.to else one.handle


def by_public_id(account: Account, ids: Collection[str]) -> dict[str, Message]:
    """The account's messages by the public ids that they have on the network; who takes a known id gets nothing."""
    wanted = [one for one in ids if one]
    if not wanted:
        return {}
    rows = Message.objects.select_related("conversation").filter(account=account)
    found: dict[str, Message] = {}
    for message in rows.filter(message_id__in=wanted).order_by("pk"):
        found.setdefault(message.message_id, message)
    others = OtherId.objects.filter(account=account, public_id__in=set(wanted) - set(found))
    for other in others.select_related("message__conversation"):
        found[other.public_id] = other.message
    return found


def _quoted(one: Incoming) -> list[int]:
    """The conversations whose reference a private message quotes, in its own words or below them."""
    return quoted(f"{one.subject}\n{one.text}\n{one.folded}") if one.private else []


@dataclass
class Threads:
    """The look-ups of one batch, kept up to date while the batch itself opens conversations."""

    account: Account
    handles: dict[str, Handle] = field(default_factory=dict)
    by_message: dict[str, Conversation] = field(default_factory=dict)
    by_token: dict[str, Conversation] = field(default_factory=dict)
    by_quote: dict[int, Conversation] = field(default_factory=dict)
    first: dict[int, str] = field(default_factory=dict)
    by_handle: dict[str, Conversation] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)

    @cached_property
    def body(self) -> Organisation:
        return organisation()

    def load(self, letters: Sequence[Letter]) -> None:
        incoming = [letter.incoming for letter in letters]
        addresses = {with_whom(one) for one in incoming} | {one.handle for one in incoming}
        found = Handle.objects.filter(channel=self.account.channel, address__in=addresses).select_related("contact")
        self.handles = {handle.address: handle for handle in found}
        self._load_references(incoming)
        self._load_tokens({one.thread for one in incoming if one.thread})
        self._load_quotes({pk for one in incoming for pk in _quoted(one)})
        self._load_exchanges(with_whom(one) for one in incoming if self._goes_on(one))

    def _load_references(self, incoming: Sequence[Incoming]) -> None:
        asked = {ref for one in incoming for ref in one.refers_to}
        asked.update(one.message_id for one in incoming if one.own and one.message_id)
        for public_id, message in by_public_id(self.account, asked).items():
            self.by_message[public_id] = message.conversation
            if message.direction == Message.Direction.OUT:
                self.ours.add(public_id)

    def _load_tokens(self, tokens: Iterable[str]) -> None:
        ids = {text: pk for text in tokens if (pk := conversation_of_token(text)) is not None}
        if not ids:
            return
        here = Q(account=self.account) | Q(private_account=self.account)
        rows = Conversation.objects.filter(here).in_bulk(list(ids.values()))
        self.by_token = {text: rows[pk] for text, pk in ids.items() if pk in rows}

    def _load_quotes(self, ids: Collection[int]) -> None:
        if ids:
            self.by_quote = Conversation.objects.filter(taken_private_at__isnull=False).in_bulk(list(ids))

    def _goes_on(self, one: Incoming) -> bool:
        return one.private and not one.starts_anew and not one.refers_to

    def _load_exchanges(self, handles: Iterable[str]) -> None:
        contacts = {self.handles[handle].contact_id: handle for handle in handles if handle in self.handles}
        if not contacts:
            return
        private = Q(private=True) | Q(taken_private_at__isnull=False, private_account=None)
        still = Conversation.objects.exclude(state=Conversation.State.CLOSED).order_by("pk")
        elsewhere = still.filter(private_handle__in=contacts.values(), private_account=self.account)
        rows = [
            *still.filter(private, contact__in=contacts, account=self.account),
            *elsewhere.exclude(private_handle=""),
        ]
        for row in sorted(rows, key=lambda row: row.taken_private_at or row.opened_at):
            self.by_handle[row.private_handle or contacts[row.contact_id]] = row

    def find(self, one: Incoming) -> Conversation | None:
        """The conversation that the message itself points to, or that its contact's exchange goes on in."""
        pointed = [self.by_token.get(one.thread), *(self.by_message.get(reference) for reference in one.refers_to)]
        pointed += [self.by_quote.get(pk) for pk in _quoted(one)]
        for row in pointed:
            # What was written in private never lands in a public conversation, nor the other way about ...
            if row is not None and (row.private == one.private or self._taken_private(row, one)):
                return row
        return self._exchange(one) if self._goes_on(one) else None

    def _taken_private(self, row: Conversation, one: Incoming) -> bool:
        """... but where somebody has asked them to, and it is they who do. A reference that everybody could read proves
        nothing: it is good for the first who quotes it elsewhere, and only until they have written in private."""
        if row.private or row.taken_private_at is None or not one.private:
            return False
        who = with_whom(one)
        if row.private_handle:
            return who == row.private_handle and (row.private_account_id or row.account_id) == self.account.pk
        if row.account_id == self.account.pk:
            known = self.handles.get(who)
            return known is not None and known.contact_id == row.contact_id
        return row.pk in _quoted(one) and self.first.setdefault(row.pk, who) == who

    def _exchange(self, one: Incoming) -> Conversation | None:
        row = self.by_handle.get(with_whom(one))
        if row is None or one.sent_at - row.last_at > timedelta(days=self.body.quiet_days):
            return None
        return row

    def remember(self, one: Incoming, conversation: Conversation) -> None:
        if one.message_id:
            self.by_message.setdefault(one.message_id, conversation)
        if one.private and not one.starts_anew:
            self.by_handle[with_whom(one)] = conversation
