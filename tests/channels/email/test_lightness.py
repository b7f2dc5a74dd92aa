"""What is not needed is not loaded: the demo's process stays small."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"imaplib", "smtplib", "httpx", "aiosmtpd", "asyncio", "ssl"}


def test_the_channel_loads_no_network_before_it_is_used() -> None:
    program = "import sys, putthrough.channels.email; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) & HEAVY == set()
    assert "putthrough.channels.email.channel" in loaded.split()
