"""The scripted network's second channel, in a folder of its own as the registry wants it."""

from __future__ import annotations

from tests.doubles.scripted import Deaf

CHANNEL = Deaf()
