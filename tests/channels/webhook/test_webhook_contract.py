"""The generic webhook channel owes what every channel owes."""

from __future__ import annotations

from tests.channels.posting import Posting
from tests.channels.suite import Contract, Points, TellsDeletions, TellsEdits


class TestContract(Contract, Points, Posting, TellsEdits, TellsDeletions):
    pass
