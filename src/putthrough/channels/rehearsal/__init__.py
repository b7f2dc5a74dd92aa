"""The rehearsal network: a small simulated one, where a person plays the resident and nothing leaves the machine."""

from putthrough.channels.rehearsal.channel import RehearsalChannel

CHANNEL = RehearsalChannel()
