"""Mastodon owes what every channel owes."""

from __future__ import annotations

from tests.channels.suite import Contract, Points, ReadByAsking, TellsDeletions, TellsEdits


class TestContract(Contract, Points, ReadByAsking, TellsEdits, TellsDeletions):
    pass
