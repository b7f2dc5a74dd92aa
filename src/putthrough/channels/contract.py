"""What every channel is to the rest of Putthrough: the one contract, in plain values.

A channel turns what a network hands over into ``Arrived`` (raw, kept first), reads raw bytes into
``Incoming`` (meaning, later, repeatable), and turns an ``Outgoing`` into a ``Receipt``. Nothing here
touches the database, so that a channel can be tested with bytes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
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
    has the same one, and two different things never share one. ``to`` is the address of the account it is for,
    where one webhook serves several accounts of a channel; empty for the account that was asked.
    """

    external_id: str
    raw: bytes
    received_at: datetime | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one ``receive`` brought, and the cursor from which the next one goes on.

    ``cost`` is what the network charges for reading it, in the channel's ``currency``.
    """

    arrived: Sequence[Arrived]
    cursor: Mapping[str, Any]
    more: bool = False
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """A file that came with a message. ``part`` is the channel's own way to find it in the raw bytes again.

    ``part`` has at most 80 characters. ``refused`` says in plain words why it is not offered for download (type or
    size), empty when it is. ``alt`` describes a picture in its writer's words.
    """

    part: str
    name: str
    media_type: str
    size: int
    refused: str = ""
    alt: str = ""


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
    ``url`` is where people can see it on the network itself, empty where there is no such place.
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
    url: str = ""


class What(StrEnum):
    """What can happen to a message after it was written."""

    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    LIKED = "liked"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a message that may be ours or a resident's: it opens no conversation and starts no clock.

    ``message_id`` is the message's public id on the network. EDITED brings the whole new ``text`` and ``html``;
    LIKED and SHARED (a like or reaction, a repost) count ``amount``, minus one when taken back.
    """

    message_id: str
    what: What
    at: datetime
    text: str = ""
    html: str = ""
    amount: int = 1


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes out with a message. ``alt`` describes it for those who cannot see it."""

    name: str
    media_type: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class FilesOut:
    """What files may go out with one message: at most ``most``, of these media ``types``.

    Each has at most ``largest`` bytes, all of them ``together`` bytes where that is less; a description has at most
    ``alt`` characters.
    """

    most: int
    types: tuple[str, ...]
    largest: int
    alt: int = 1000
    together: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One reply to one recipient; with an empty ``to``, a post of our own to everybody (see ``abilities.Posts``).

    ``message_id`` is chosen by us before sending and stored first, where the network lets us choose one:
    so our own words are known when they come back; elsewhere it is a key of ours, the same at each attempt.
    ``in_reply_to`` and ``references`` are network ids, the nearest last. ``subject`` is an email's subject or the
    content warning that the answer keeps. ``private`` with an ``in_reply_to`` of a public message is a private
    answer to it, where the network has such a thing. ``attempt`` is above 1 when an earlier one may have sent
    some of its parts, and none before ``since``. ``automatic`` is for an email that a machine writes to a colleague:
    ``auto-generated`` or ``auto-replied`` (RFC 3834).
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
    files: Sequence[File] = ()
    attempt: int = 1
    since: datetime | None = None
    automatic: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that it has a message: its id there, and what it said.

    Of a numbered thread it is the first part's id, and ``parts`` are the ids of all. ``cost`` is what it charged.
    """

    external_id: str
    words: str = ""
    url: str = ""
    parts: Sequence[str] = ()
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may hold on this channel; ``None`` means no limit. ``unit`` names what is counted."""

    characters: int | None = None
    unit: str = "characters"


@dataclass(frozen=True, slots=True)
class Preview:
    """How a reply will appear and to whom, in words that a nervous expert understands.

    ``audience`` is one sentence ("Only pat@example.org will see this"). ``parts`` is the text as the network
    will show it, cut into a numbered thread where it must be. ``used`` of ``limit`` counts in the channel's
    own unit. ``notes`` are what to know before sending ("The link is shown as text, without a card", what it
    costs); ``problems`` are what would make the channel refuse it.
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
    notes: Sequence[str] = ()

    @property
    def initials(self) -> str:
        """What stands for the sender's picture: ``EB`` for Example Borough."""
        return "".join(word[0] for word in self.sender.split() if word[0].isalnum())[:2].upper()


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether, and until when, the network lets us answer a message.

    ``can`` is false when it refuses an answer through its interface; ``words`` then say why and what to do, and
    otherwise what to mind ("Messenger shuts at 14:05: ask for an email address now"). ``url`` is where a person can
    answer on the network itself. ``shuts_at`` is when it stops taking answers. ``again`` is for a private answer to
    what was said in public: whether more than one can be given.
    """

    can: bool = True
    words: str = ""
    url: str = ""
    shuts_at: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """How an organisation gets an account of this kind connected, written for a council officer.

    ``steps`` are whole sentences in order. ``source`` names the platform's own document and the day it was read.
    """

    needs: Sequence[str]
    steps: Sequence[str]
    permissions: Sequence[str]
    costs: str
    waiting: str
    source: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a network's sign-in brought: secrets to seal, plain settings to keep, and whose account it is there."""

    credentials: Mapping[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of "test this connection": what was tried, whether it works, and what to do if not."""

    what: str
    works: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting or credential that an account of this channel has, as its form asks for it.

    What is typed has to match ``pattern`` (a regular expression) as a whole; ``wrong`` says what to write instead.
    """

    key: str
    label: str
    hint: str = ""
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: Sequence[tuple[str, str]] = ()
    pattern: str = ""
    wrong: str = ""


@runtime_checkable
class Channel(Protocol):
    """A kind of network. Instances hold no state; each verb may raise ``ChannelError``."""

    key: str
    name: str
    fields: Sequence[Field]
    vouches: bool
    """Whether the network vouches for who wrote a message. Anybody can write any name on an email."""

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
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
