"""A Facebook Page owes what every channel owes."""

from __future__ import annotations

from tests.channels.suite import Contract, Points, SetsConditions, TellsDeletions, TellsEdits


class TestContract(Contract, Points, TellsEdits, TellsDeletions, SetsConditions):
    pass
