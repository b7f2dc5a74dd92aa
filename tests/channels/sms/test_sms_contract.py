"""Text messages owe what every channel owes."""

from __future__ import annotations

from tests.channels.suite import Contract, ReadByAsking


class TestContract(Contract, ReadByAsking):
    publicly = False
