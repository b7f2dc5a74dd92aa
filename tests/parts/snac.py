"""A real server that speaks the Mastodon API: snac, on loopback in a temporary folder, gone afterwards.

Debian has it among its backports; ``fetching`` unpacks it.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from putthrough.channels.contract import AccountView
from putthrough.channels.mastodon import CHANNEL
from tests.parts import SNAC
from tests.parts.ports import free_port, listens

_START_WITHIN = 20  # seconds
_BACK = "http://127.0.0.1:1/back"


class Snac:
    """``account(name)`` is an account there as our channel knows it, signed in through the pages that people use."""

    def __init__(self) -> None:
        program = SNAC.find()
        assert program is not None, SNAC.how_to_get
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="putthrough-snac-"))
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._configure()
        self._server = subprocess.Popen(
            [program, "httpd", self._data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        give_up = time.monotonic() + _START_WITHIN
        while not listens(self.port):
            assert self._server.poll() is None, "snac did not start."
            assert time.monotonic() < give_up, "snac did not start in time."
            time.sleep(0.02)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _configure(self) -> None:
        answers = f"127.0.0.1\n{self.port}\n127.0.0.1:{self.port}\n\n\n"
        self._run("init", self._data, said=answers)
        at = Path(self._data) / "server.json"
        at.write_text(json.dumps(json.loads(at.read_text()) | {"protocol": "http"}))

    def _run(self, *command: str, said: str = "") -> str:
        done = subprocess.run([self._program, *command], input=said, capture_output=True, text=True, check=True)
        return done.stdout + done.stderr

    def stop(self) -> None:
        self._server.send_signal(signal.SIGTERM)
        self._server.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def account(self, name: str) -> AccountView:
        found = re.search(r"password is (\S+)", self._run("adduser", self._data, name))
        assert found is not None
        fresh = AccountView(1, "mastodon", f"@{name}@127.0.0.1:{self.port}", name.title(), {"instance": self.base})
        url, kept = CHANNEL.sign_in(fresh, _BACK)
        signed = CHANNEL.signed_in(fresh, _BACK, kept, self._allowed(url, name, found[1]))
        settings = {**fresh.settings, **signed.settings}
        return AccountView(1, "mastodon", signed.address, fresh.name, settings, signed.credentials)

    def _allowed(self, url: str, name: str, password: str) -> dict[str, str]:
        """What the page of the sign-in sends back when somebody fills it in."""
        page = httpx.get(url).text
        action = re.search(r'action="([^"]+)"', page)
        assert action is not None
        hidden = dict(re.findall(r'name="([^"]+)"[^>]*value="([^"]*)"', page))
        answer = httpx.post(action[1], data={**hidden, "login": name, "passwd": password})
        query = urlsplit(answer.headers["location"]).query
        return {key: values[0] for key, values in parse_qs(query).items()}
