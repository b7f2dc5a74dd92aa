"""What some channels can do and others cannot: each ability is a protocol, asked for with ``isinstance``.

A channel that has one needs no registration for it: the stages above look for the ability where they use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    Checked,
    Field,
    FilesOut,
    Guide,
    Outgoing,
    Receipt,
    SignedIn,
    Standing,
)


@runtime_checkable
class AcceptsWebhooks(Protocol):
    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        """What a webhook brought, its signature verified. Raises ``ChannelError`` (permanent) if forged.

        ``headers`` have lower-case names. What it does not want (read receipts, typing) is left out.
        """
        ...


@runtime_checkable
class Challenges(Protocol):
    def challenge(self, account: AccountView, query: Mapping[str, str]) -> str:
        """The answer by which a network learns that a webhook's address is ours. Raises ``ChannelError``."""
        ...


@runtime_checkable
class SignsIn(Protocol):
    def sign_in(self, account: AccountView, back: str) -> tuple[str, Mapping[str, str]]:
        """The web address where a person allows us in, and what to remember until they come ``back``."""
        ...

    def signed_in(
        self, account: AccountView, back: str, remembered: Mapping[str, str], query: Mapping[str, str]
    ) -> SignedIn:
        """They came back with this query. Raises ``ChannelError`` in plain words when they were refused."""
        ...


@runtime_checkable
class Guides(Protocol):
    guide: Guide


@runtime_checkable
class SaysHow(Protocol):
    how: str
    """How an answer goes, where that is not "on" and the network's name: "by email"."""


@runtime_checkable
class Addressed(Protocol):
    address: Field
    """How an account of this network is named there, where that is not simply ``@name``."""


@runtime_checkable
class Follows(Protocol):
    def follow(self, account: AccountView, messages: Sequence[str]) -> Sequence[Arrived]:
        """Of these messages (public ids), an arrival (read as a ``Change``) for each edited or withdrawn since.

        Its external id names the version, so that the same change told twice is one.
        """
        ...


@runtime_checkable
class Stands(Protocol):
    def standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        """How an answer to this raw arrival stands. Pure; ``received_at`` is when the network handed it over."""
        ...


@runtime_checkable
class AnswersPrivately(Protocol):
    def private_standing(self, account: AccountView, raw: bytes, received_at: datetime) -> Standing:
        """Whether, and until when, a public message can be answered in private; once, unless it says ``again``.

        Pure, as ``Stands.standing``.
        """
        ...


@runtime_checkable
class Charges(Protocol):
    currency: str
    """Three letters (ISO 4217) in which the network charges for reading and sending."""


@runtime_checkable
class Expires(Protocol):
    def expires_at(self, account: AccountView) -> datetime | None:
        """When a person must sign in again, so that they can be warned in time; None when never."""
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
class Posts(Protocol):
    def everybody(self, account: AccountView) -> str:
        """Who sees a post of our own there, as a sentence; empty where this account takes none.

        ``send``, ``preview`` and ``read_back`` then take an ``Outgoing`` to nobody. What it stands under
        (``in_reply_to``), if anything, is another post of ours.
        """
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
class SendsFiles(Protocol):
    def files_out(self, account: AccountView, *, private: bool) -> FilesOut | None:
        """What files ``send`` takes along, None where it takes none of this kind of message."""
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
