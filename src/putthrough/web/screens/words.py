"""Times, sizes, counts and names as people say them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from putthrough.channels.registry import UnknownChannel, channel
from putthrough.conversations.models import Conversation
from putthrough.conversations.queries import MOST_COUNTED
from putthrough.deadlines.queries import Group, group_of, groups, in_words_due
from putthrough.kit.time import in_words, local, local_day, now

_TITLE = 80
_ADDRESSED = re.compile(r"^(?:@[\w.@-]+\s+)+")


def count_words(number: int, one: str, many: str) -> str:
    """``1 conversation``, ``14 conversations``, ``more than 99 conversations``."""
    if number > MOST_COUNTED:
        return f"more than {MOST_COUNTED} {many}"
    return f"{number} {one if number == 1 else many}"


def when_words(moment: datetime) -> str:
    """``today, 08:39``, ``yesterday, 19:12``, ``Monday 2 November, 19:12``."""
    day, today = local_day(moment), local_day(now())
    names: dict[date, str] = {today: "today", today - timedelta(days=1): "yesterday"}
    return f"{names.get(day) or in_words(day)}, {local(moment):%H:%M}"


def channel_name(key: str) -> str:
    """What people call a kind of network; one that is no longer here keeps its key."""
    try:
        return channel(key).name
    except UnknownChannel:
        return key.capitalize()


def window(row: Conversation) -> dict[str, str] | None:
    """Until when the network takes an answer: a clock beside the statutory one. None where it never shuts."""
    if row.shuts_at is None or not row.unanswered:
        return None
    name, left = channel_name(row.channel), row.shuts_at - now()
    if left <= timedelta(0):
        return {"words": f"{name} takes no answer any more", "state": "overdue"}
    hours, minutes = int(left / timedelta(hours=1)), int(left / timedelta(minutes=1))
    age = f"{hours // 24} days" if hours >= 48 else f"{hours} h" if hours else f"{minutes} min"
    return {"words": f"{name} shuts in {age}", "state": "today" if hours < 24 else "week"}


def public_words(row: Conversation) -> str:
    """The tag of what was said in public."""
    return "Public, then private" if row.taken_private_at else "Public"


def title(row: Conversation) -> str:
    """What a conversation is called in a list: its subject, or how it begins."""
    return row.subject or _beginning(row.preview)[0] or "No words"


def rest(row: Conversation) -> str:
    """The first words of a conversation as far as its title does not say them."""
    return row.preview if row.subject else _beginning(row.preview)[1]


def _beginning(text: str) -> tuple[str, str]:
    """Text divided between two words; whom a post is addressed to says nothing about what it is about."""
    plain = _ADDRESSED.sub("", " ".join(text.split()))
    if len(plain) <= _TITLE:
        return plain, ""
    cut = plain.rfind(" ", _TITLE // 2, _TITLE)
    cut = _TITLE if cut < 0 else cut
    return f"{plain[:cut]}…", f"…{plain[cut:].strip()}"


def sure_words(confidence: float) -> str:
    """How sure routing was, in words and in figures."""
    scale = ((0.9, "Very likely"), (0.7, "Likely"), (0.4, "Perhaps"))
    words = next((words for least, words in scale if confidence >= least), "Hardly")
    return f"{words} ({confidence:.0%})"


class Dues:
    """Deadlines in words for one page: each day is worked out once, however many rows are due on it."""

    def __init__(self, nation: str) -> None:
        self._nation = nation
        self._days: dict[date, str] = {}
        self.groups = groups(local_day(now()))

    def words(self, due_at: datetime | None) -> str:
        if due_at is None:
            return ""
        day = local_day(due_at)
        if day not in self._days:
            self._days[day] = in_words_due(due_at, self._nation)
        return self._days[day]

    def group(self, due_at: datetime | None) -> Group:
        return group_of(due_at, self.groups)
