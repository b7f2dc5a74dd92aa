"""Which channels there are. A new one is a folder with a ``CHANNEL`` and one line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from putthrough.channels.abilities import SaysHow
from putthrough.channels.contract import Channel

_FOLDERS = {
    "email": "putthrough.channels.email",
    "facebook": "putthrough.channels.facebook",
    "instagram": "putthrough.channels.instagram",
    "bluesky": "putthrough.channels.bluesky",
    "mastodon": "putthrough.channels.mastodon",
    "sms": "putthrough.channels.sms",
    "webhook": "putthrough.channels.webhook",
    "rehearsal": "putthrough.channels.rehearsal",
    "x": "putthrough.channels.x",
}


class UnknownChannel(LookupError):
    """There is no such channel here; ``str(error)`` names those that there are."""


@cache
def channel(key: str) -> Channel:
    """The channel of that key. Raises UnknownChannel."""
    if key not in _FOLDERS:
        raise UnknownChannel(f"There is no channel called {key!r}. There are: {', '.join(_FOLDERS)}.")
    found: Channel = import_module(_FOLDERS[key]).CHANNEL
    return found


def how(key: str) -> str:
    """How a message goes there, in a sentence: ``by email``, ``on Mastodon``."""
    try:
        network = channel(key)
    except UnknownChannel:
        return f"by {key}"
    return network.how if isinstance(network, SaysHow) else f"on {network.name}"


def channels() -> list[Channel]:
    return [channel(key) for key in _FOLDERS]
