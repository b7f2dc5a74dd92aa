"""What every channel is to the rest of Putthrough: the one contract, in plain values.

A channel turns what a network hands over into ``Arrived`` (raw, kept first), reads raw bytes into
``Incoming`` (meaning, later, repeatable), and turns an ``Outgoing`` into a ``Receipt``. Nothing here
touches the database, so that a channel can be tested with bytes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class ChannelError(Exception):
    """The one error of the outside world.

    ``str(error)`` says in plain words what happened and what to do next; it is shown to people.
    ``permanent`` tells the caller whether trying again can help. ``uncertain`` is set when the network
    may have accepted what was sent although its answer was lost: it must be read back before a resend.
    ``retry_after`` is the number of seconds that the network asked for, if it did.
    """

    def __init__(
        self,
        words: str,
        *,
        permanent: bool = False,
        uncertain: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.uncertain = uncertain
        self.retry_after = retry_after


class Unreadable(ValueError):
    """Raw bytes that a channel cannot read; ``str(error)`` is the reason that triage will see."""


class Automatic(StrEnum):
    """Why a message was written by a machine, so that nothing answers it by itself."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class AccountView:
    """What a channel may know of an account: no row, no secret store, only values.

    ``credentials`` are already decrypted; a channel that refreshes a token returns the new ones through
    ``Refreshed``. ``settings`` are the account's own (hosts, folders, limits).
    """

    id: int
    channel: str
    address: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One thing a network handed over, exactly as it came: kept first, understood later.

    ``external_id`` is unique within the account (at most 255 characters): the same thing handed over twice
    has the same one, and two different things never share one.
    """

    external_id: str
    raw: bytes
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one ``receive`` brought, and the cursor from which the next one goes on."""

    arrived: Sequence[Arrived]
    cursor: Mapping[str, Any]
    more: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """A file that came with a message. ``part`` is the channel's own way to find it in the raw bytes again.

    ``refused`` says in plain words why it is not offered for download (type or size), empty when it is.
    """

    part: str
    name: str
    media_type: str
    size: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a raw arrival means.

    ``handle`` is the writer's address on the network, lower case (an email address, ``@name``), at most 254
    characters; ``name`` is what they call themselves. ``text`` is what the writer wrote this time, plain;
    ``folded`` is what it quoted or signed with, kept but folded away. ``html`` is the sanitised original
    where the network has rich text, empty elsewhere. ``message_id`` is the network's public id of this
    message, by which a later one may refer to it; ``refers_to`` are such ids, nearest first.
    ``thread`` names a conversation directly (a plus-address token, a network's thread id).
    ``private`` is true for email, texts and direct messages. ``to`` names who it was addressed to.
    ``own`` is true when it says that the account itself wrote it; see ``Channel.vouches``.
    ``starts_anew`` is true when the network itself says a new exchange begins (an email that refers to
    nothing); a direct message leaves it false, for the exchange with one contact goes on until closed.
    """

    handle: str
    text: str
    sent_at: datetime
    name: str = ""
    subject: str = ""
    html: str = ""
    folded: str = ""
    message_id: str = ""
    refers_to: Sequence[str] = ()
    thread: str = ""
    private: bool = True
    starts_anew: bool = False
    own: bool = False
    to: Sequence[str] = ()
    reply_to: str = ""
    automatic: Automatic | None = None
    attachments: Sequence[AttachmentInfo] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply to one recipient.

    ``message_id`` is chosen by us before sending and stored first, where the network lets us choose one:
    so our own words are known when they come back. ``in_reply_to`` and ``references`` are network ids.
    """

    to: str
    text: str
    private: bool
    message_id: str = ""
    to_name: str = ""
    subject: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    thread: str = ""
    from_name: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that it has a message: its id there, and what it said."""

    external_id: str
    words: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may hold on this channel; ``None`` means no limit. ``unit`` names what is counted."""

    characters: int | None = None
    unit: str = "characters"
    attachments: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """How a reply will appear and to whom, in words that a nervous expert understands.

    ``audience`` is one sentence ("Only pat@example.org will see this"). ``parts`` is the text as the network
    will show it, cut where it must be. ``used`` of ``limit`` counts in the channel's own unit.
    ``problems`` are what would make the channel refuse it.
    """

    sender: str
    recipient: str
    audience: str
    parts: Sequence[str]
    used: int
    limit: int | None
    unit: str = "characters"
    subject: str = ""
    problems: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of "test this connection": what was tried, whether it works, and what to do if not."""

    what: str
    works: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting or credential that an account of this channel has, as its form asks for it."""

    key: str
    label: str
    hint: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: Sequence[tuple[str, str]] = ()


@runtime_checkable
class Channel(Protocol):
    """A kind of network. Instances hold no state; each verb may raise ``ChannelError``."""

    key: str
    name: str
    fields: Sequence[Field]
    vouches: bool
    """Whether the network vouches for who wrote a message. Anybody can write any name on an email."""

    def read(self, account: AccountView, raw: bytes) -> Incoming:
        """The meaning of raw bytes. Pure and repeatable. Raises ``Unreadable`` with a reason."""
        ...

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """What arrived since the cursor, oldest first, in batches that are each safe to stop after."""
        ...

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        """Send once. Raises ``ChannelError``; ``uncertain`` when the network may have it all the same."""
        ...

    def limits(self, account: AccountView) -> Limits: ...

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview: ...


@runtime_checkable
class AcceptsWebhooks(Protocol):
    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        """What a webhook brought, its signature verified. Raises ``ChannelError`` (permanent) if forged."""
        ...


@runtime_checkable
class ChoosesIds(Protocol):
    def message_id(self, account: AccountView) -> str:
        """A new public id for a message that is about to be sent, unguessable and never used before."""
        ...


@runtime_checkable
class ReadsBack(Protocol):
    def read_back(self, account: AccountView, outgoing: Outgoing) -> Receipt | None:
        """Whether the network has what may have been sent: its receipt, or None when it surely has not."""
        ...


@runtime_checkable
class Searches(Protocol):
    def search(self, account: AccountView, words: str, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """What was said in public with these words, also to nobody of ours, since the cursor."""
        ...


@runtime_checkable
class Hides(Protocol):
    def hide(self, account: AccountView, external_id: str, *, hidden: bool) -> None:
        """Hide somebody's public words under a post of ours, or show them again."""
        ...


@runtime_checkable
class Deletes(Protocol):
    def delete(self, account: AccountView, external_id: str) -> None:
        """Take back what we said. That it is gone already is no error."""
        ...


@runtime_checkable
class HasAttachments(Protocol):
    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        """The bytes of one attachment, found again in the raw arrival by its ``part``."""
        ...


@runtime_checkable
class Listens(Protocol):
    def listen(self, account: AccountView, seconds: float) -> bool:
        """Wait at the network until something arrives (True) or the seconds are over (False)."""
        ...


@runtime_checkable
class Tests(Protocol):
    def test(self, account: AccountView) -> Sequence[Checked]:
        """Try everything that the account needs and say of each what works and what does not."""
        ...


@runtime_checkable
class Refreshes(Protocol):
    def refresh(self, account: AccountView) -> Mapping[str, str]:
        """New credentials, where the network's expire. The caller stores them encrypted."""
        ...
