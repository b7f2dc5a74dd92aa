"""The one contract, on X."""

from __future__ import annotations

from tests.channels.posting import Posting
from tests.channels.suite import Contract, Points, ReadByAsking, SetsConditions, TellsDeletions, TellsEdits


class TestX(Contract, TellsEdits, TellsDeletions, Points, Posting, ReadByAsking, SetsConditions):
    pass
