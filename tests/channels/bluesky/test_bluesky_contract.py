"""Bluesky owes what every channel owes. Nothing can be edited there."""

from __future__ import annotations

from tests.channels.posting import Posting
from tests.channels.suite import Contract, Points, ReadByAsking, TellsDeletions


class TestContract(Contract, Points, Posting, ReadByAsking, TellsDeletions):
    pass
