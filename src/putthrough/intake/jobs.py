"""Polling the accounts that are read by asking."""

from __future__ import annotations

from putthrough.channels.queries import to_poll
from putthrough.intake.actions import take


def poll() -> int:
    """Ask each account that is due; returns how many arrivals that brought. Their trouble is their own."""
    return sum(take(account) for account in to_poll())
