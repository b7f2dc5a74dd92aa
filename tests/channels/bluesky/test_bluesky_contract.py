"""Bluesky owes what every channel owes. Nothing can be edited there."""

from __future__ import annotations

from tests.channels.suite import Contract, Points, Posting, ReadByAsking, TellsDeletions


class TestContract(Contract, Points, Posting, ReadByAsking, TellsDeletions):
    pass
