"""Where the registry looks for the channel ``mute``."""

from __future__ import annotations

from tests.doubles.unruly import Mute

CHANNEL = Mute()
