"""A reply as its statuses: whom it names, who sees it, how long it may be, and where it is cut. Pure.

Lengths are counted as Mastodon does ("Posting to your profile", and its length validator): signs that people see, a
link as a fixed number, the domain of a mention not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from putthrough.channels.contract import AccountView, Outgoing
from putthrough.channels.mastodon.api import domain
from putthrough.kit.cutting import CannotBeCut, cut, graphemes

MOST, LINK = 500, 23
_LINK = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(?<![\w/=])@(\w[\w.-]*)(?:@([\w.-]+\w))?")


def limits(account: AccountView) -> tuple[int, int]:
    """The most signs of a status there, and how many a link counts; learnt when somebody signed in."""
    return _number(account.settings, "max_characters", MOST), _number(account.settings, "link_characters", LINK)


def _number(settings: Mapping[str, Any], key: str, default: int) -> int:
    value = settings.get(key)
    return value if isinstance(value, int) and value > 0 else default


def length(text: str, *, link: int = LINK, warning: str = "") -> int:
    counted = _LINK.sub("x" * link, text)
    return graphemes(_MENTION.sub(lambda found: f"@{found[1]}", counted)) + graphemes(warning)


def statuses(account: AccountView, outgoing: Outgoing) -> list[str]:
    """The texts of the statuses that the reply becomes. Raises CannotBeCut."""
    most, link = limits(account)

    def fits(part: str) -> bool:
        return length(part, link=link, warning=outgoing.subject) <= most

    if not outgoing.to:
        return cut(outgoing.text, fits)
    whole = _named(account, outgoing.text, outgoing.to) and fits(outgoing.text)
    # In several parts each names whom it is for: only who is named gets a direct status.
    return [outgoing.text] if whole else cut(outgoing.text, fits, before=f"{outgoing.to} ")


def problems(account: AccountView, outgoing: Outgoing) -> list[str]:
    """What would go wrong if it were sent like this."""
    found = []
    if outgoing.private and (others := _others(account, outgoing)):
        found.append(
            f"It names {', '.join(others)}, who would then see this private message. Write the name without the @."
        )
    try:
        statuses(account, outgoing)
    except CannotBeCut as error:
        found.append(f"It is too long to be sent: {error}")
    return found


def _names(account: AccountView, text: str) -> list[str]:
    """Everybody that a text mentions, each as ``@name@domain``."""
    home = domain(account)
    return [f"@{name}@{where or home}".lower() for name, where in _MENTION.findall(text)]


def _named(account: AccountView, text: str, name: str) -> bool:
    return name.lower() in _names(account, text)


def _others(account: AccountView, outgoing: Outgoing) -> list[str]:
    allowed = {outgoing.to.lower(), account.address.lower()}
    return [name for name in dict.fromkeys(_names(account, outgoing.text)) if name not in allowed]
