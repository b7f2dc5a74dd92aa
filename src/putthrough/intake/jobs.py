"""Polling the accounts that are read by asking and are quick to ask; the others have listeners of their own."""

from __future__ import annotations

from putthrough.channels.abilities import Listens
from putthrough.channels.actions import claim_poll
from putthrough.channels.queries import to_poll
from putthrough.channels.registry import channel
from putthrough.intake.actions import take


def poll() -> int:
    """Ask each account that is due; returns how many arrivals that brought. Their trouble is their own."""
    quick = [row for row in to_poll() if not isinstance(channel(row.channel), Listens)]
    return sum(take(row) for row in quick if claim_poll(row))
