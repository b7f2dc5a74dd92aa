"""Instagram owes what every channel owes; it tells neither of edits nor of deleted comments."""

from __future__ import annotations

from tests.channels.suite import Contract, Points, SetsConditions


class TestContract(Contract, Points, SetsConditions):
    pass
