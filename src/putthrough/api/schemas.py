"""The forms of what the API takes and gives. They stay: other programs read them."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import ConfigDict, Field


class Asked(Schema):
    """Which conversations. ``cursor`` is the ``next`` of the page before."""

    q: str = Field("", max_length=200, description="words that must all occur; empty for the newest")
    limit: int = Field(50, ge=1, le=200)
    cursor: str = Field("", pattern="^[0-9]{0,18}$")


class Owner(Schema):
    team: str
    key: str


class Decided(Schema):
    """Where routing, or a person, put it and why. ``service`` is a key, none while nobody has said which."""

    stage: str
    service: str | None
    lgsl: int | None
    confidence: float
    reason: str


class Kind(Schema):
    kind: str
    confidence: float


class Clock(Schema):
    """A running deadline: today is day ``day`` of ``of`` that its regime counts (0 on the day of receipt). One that
    counts hours gives these in hours, and ``due`` with its time of day."""

    regime: str
    due: date | datetime
    day: int
    of: int


class Item(Schema):
    """A conversation. ``text`` is its first message's, or that of the message that was searched for."""

    id: int
    channel: str
    account: str
    contact: str
    text: str
    owner: Owner
    state: str
    decision: Decided | None
    kinds: list[Kind]
    deadlines: list[Clock]
    received_at: datetime


class Listed(Schema):
    """``next`` is empty at the end. A search may name a conversation again on a later page, for an older message."""

    items: list[Item]
    next: str


class Said(Schema):
    """``direction`` is ``in``, ``out`` or ``note`` (for colleagues only)."""

    id: int
    direction: str
    name: str
    handle: str
    subject: str
    text: str
    private: bool
    automatic: str
    sent_at: datetime
    received_at: datetime


class Happened(Schema):
    at: datetime
    by: str
    verb: str
    words: str


class Whole(Item):
    holder: str | None
    messages: list[Said]
    timeline: list[Happened]


class Strict(Schema):
    """What comes in: a name that there is not is a mistake and not passed over."""

    model_config = ConfigDict(extra="forbid")


class PassOn(Strict):
    """To the team of a service, or to a team: the key of exactly one of the two."""

    service: str = Field("", max_length=80)
    team: str = Field("", max_length=60)
    note: str = Field("", max_length=10_000)


class Answer(Strict):
    text: str = Field(max_length=100_000)
    instead: bool = Field(False, description="Also when another answer waits to be checked: that one goes back")


class Close(Strict):
    outcome: str = Field("nothing more to do", min_length=1, max_length=100)


class Done(Schema):
    """How the conversation stands now."""

    id: int
    state: str
    owner: Owner
    holder: str | None


class Held(Schema):
    """An answer: ``held`` leaves at ``leaves_at`` unless somebody stops it in the browser, ``submitted`` waits until
    somebody else has looked at it. ``findings`` are the keys of the checks that found something."""

    id: int
    state: str
    leaves_at: datetime | None
    findings: list[str]


class Trouble(Schema):
    error: str = Field(description="what happened and what to do, in plain words")
