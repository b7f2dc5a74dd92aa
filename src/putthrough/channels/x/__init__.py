"""X (once Twitter): mentions, replies, quotes and direct messages."""

from __future__ import annotations

from putthrough.channels.x.channel import XChannel

CHANNEL = XChannel()
