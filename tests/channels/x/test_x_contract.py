"""The one contract, on X."""

from __future__ import annotations

from tests.channels.suite import Contract, Points, Posting, ReadByAsking, SetsConditions, TellsDeletions, TellsEdits


class TestX(Contract, TellsEdits, TellsDeletions, Points, Posting, ReadByAsking, SetsConditions):
    pass
