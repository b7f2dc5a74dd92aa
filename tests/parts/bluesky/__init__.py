"""Bluesky's whole network on loopback: directory of identities, accounts' server, view of all posts; gone afterwards.

npm has it as @atproto/dev-env, with which Bluesky's own people test; ``fetching`` installs it. It keeps what it knows
in PostgreSQL and Redis. Private messages are the one service that is not published: a double of ours stands behind the
network's own way of handing on to it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from putthrough.channels.bluesky import CHANNEL
from putthrough.channels.contract import AccountView
from tests.doubles.bluesky_chat import ChatService
from tests.parts import BLUESKY, BLUESKY_SOURCE, NODE, REDIS
from tests.parts.ports import free_port, listens
from tests.parts.postgres import cluster

_WITHIN = 60  # seconds
_PASSWORD = "of-somebody-in-a-test"
TOKEN_SECRET = b"jwt-secret"  # with which this network's server signs, so that a test can let a token run out


class Person:
    """Somebody with an account there, who does by hand what residents and councils do in Bluesky's own app."""

    def __init__(self, pds: str, name: str) -> None:
        self.handle, self._pds, self._token = f"{name}.test", pds, ""
        body = {"handle": self.handle, "email": f"{name}@mail.test", "password": _PASSWORD}
        made = self.does("com.atproto.server.createAccount", body)
        self.did, self._token = str(made["did"]), str(made["accessJwt"])

    def does(self, method: str, body: Any, *, kind: str = "application/json") -> dict[str, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = httpx.post(f"{self._pds}/xrpc/{method}", content=content, headers=self._headers(kind))
        return self._good(answer)

    def asks(self, method: str, **query: Any) -> dict[str, Any]:
        return self._good(httpx.get(f"{self._pds}/xrpc/{method}", params=query, headers=self._headers()))

    def _headers(self, kind: str = "") -> dict[str, str]:
        signed_in = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return {**signed_in, **({"Content-Type": kind} if kind else {})}

    def _good(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.is_success, f"{answer.request.url.path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    @property
    def profile(self) -> dict[str, str]:
        return {"did": self.did, "handle": self.handle}

    def writes(self, text: str, **more: Any) -> dict[str, str]:
        """A post, with its address and hash (``uri``, ``cid``) in return."""
        return self._makes("app.bsky.feed.post", text=text, **more)

    def likes(self, post: Mapping[str, str]) -> None:
        self._makes("app.bsky.feed.like", subject=post)

    def reposts(self, post: Mapping[str, str]) -> None:
        self._makes("app.bsky.feed.repost", subject=post)

    def _makes(self, kind: str, **record: Any) -> dict[str, str]:
        moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        body = {"repo": self.did, "collection": kind, "record": {"$type": kind, "createdAt": moment, **record}}
        made = self.does("com.atproto.repo.createRecord", body)
        return {"uri": made["uri"], "cid": made["cid"]}

    def deletes(self, address: str) -> None:
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": address.rpartition("/")[2]}
        self.does("com.atproto.repo.deleteRecord", body)

    def app_password(self, name: str, *, private: bool = True) -> str:
        made = self.does("com.atproto.server.createAppPassword", {"name": name, "privileged": private})
        return str(made["password"])

    def is_known(self) -> bool:
        """Whether the network's view has come to know of the account, which it does a moment after it was made."""
        try:
            return bool(self.asks("app.bsky.actor.getProfile", actor=self.did))
        except AssertionError:
            return False


class Network:
    """``pds`` and ``plc`` are addresses; ``chat`` answers for private messages, between whom is for the test to say."""

    def __init__(self, told: dict[str, str], chat: ChatService) -> None:
        self.pds, self.plc, self.chat = told["pds"], told["plc"], chat
        chat.plc, chat.did = self.plc, told["chat"]

    def person(self, name: str) -> Person:
        somebody = Person(self.pds, name)
        until(somebody.is_known)
        return somebody

    def account(self, person: Person, app_password: str) -> AccountView:
        """Signed in as our product keeps it."""
        settings = {"service": self.pds, "chat": self.chat.did, "directory": self.plc}
        secrets = {"app_password": app_password}
        fresh = AccountView(1, "bluesky", f"@{person.handle}", "Example Borough", settings, secrets)
        return replace(fresh, credentials=secrets | CHANNEL.refresh(fresh))


def mentions(person: Person, text: str, **more: Any) -> dict[str, Any]:
    """A post's text that begins with a name, and what marks it as one."""
    name = f"@{person.handle}"
    index = {"byteStart": 0, "byteEnd": len(name.encode())}
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": person.did}
    return {"text": f"{name} {text}", "facets": [{"index": index, "features": [feature]}], **more}


@contextmanager
def network() -> Iterator[Network]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="putthrough-bluesky-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        chat = ChatService()
        stack.callback(chat.stop)
        database = stack.enter_context(cluster())
        redis = stack.enter_context(_redis(folder))
        yield Network(stack.enter_context(_servers(folder, database, redis, chat)), chat)


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    program = REDIS.find()
    assert program is not None, REDIS.how_to_get
    port = free_port()
    options = ("--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder))
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(port) or server.poll() is not None)
        assert server.poll() is None, "Redis did not start."
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def _servers(folder: Path, database: str, redis: str, chat: ChatService) -> Iterator[dict[str, str]]:
    """Ends with this process, too: it watches its standard input."""
    modules = BLUESKY.find()
    assert modules is not None, BLUESKY.how_to_get
    known = {"DB_POSTGRES_URL": database, "REDIS_HOST": redis, "TMPDIR": str(folder), "LOG_ENABLED": "false"}
    command = [NODE, "--require", BLUESKY_SOURCE / "loopback.cjs", BLUESKY_SOURCE / "network.mjs", modules, chat.base]
    with (folder / "said").open("wb") as said:
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=os.environ | known,
        )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line, f"Bluesky's network did not start: {(folder / 'said').read_text()[-2000:]}"
        yield json.loads(line)
    finally:
        server.communicate(timeout=10)


def until(holds: Any, *, within: float = _WITHIN) -> None:
    """Waits for it. Raises AssertionError."""
    give_up = time.monotonic() + within
    while not holds():
        assert time.monotonic() < give_up, "It did not come about in time."
        time.sleep(0.05)
