"""Mastodon owes what every channel owes."""

from __future__ import annotations

from tests.channels.posting import Posting
from tests.channels.suite import Contract, Points, ReadByAsking, TellsDeletions, TellsEdits


class TestContract(Contract, Points, Posting, ReadByAsking, TellsEdits, TellsDeletions):
    pass
