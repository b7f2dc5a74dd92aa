"""From a post on Bluesky's own servers, on loopback, to the inbox of the team that is responsible: the running product
asks the network at its ordinary interval, so a post waits for the next question and is then put through."""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from bench._demo import about, installed, running
from bench._place import percentile
from bench.arrival import found_by
from tests.parts import BLUESKY, POSTGRES, REDIS
from tests.parts.bluesky import Network, Person, mentions, network

_CONNECT = """
import json, sys
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
told = json.load(sys.stdin)
save_account(Account(channel="bluesky", name="Borough", **told["row"]), credentials=told["credentials"])
"""
_AIM = 2.0  # seconds beyond the interval
_INTERVALS = 3  # over which the posts are spread
_PATIENCE = 30.0


def from_post_to_inbox(posts: int, interval: float) -> dict[str, Any]:
    """Seconds, for posts at moments spread evenly over the time between two questions."""
    if lacking := [part.how_to_get for part in (POSTGRES, REDIS, BLUESKY) if not part.find()]:
        return {"Bluesky's network": f"not measured, missing: {'; '.join(lacking)}"}
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as place, network() as there:
        folder = Path(place) / "demo"
        borough, pat = there.person("borough"), there.person("pat")
        with running(installed(), folder):
            _connect(folder, there, borough, interval)
            times = _times(about(folder), borough, pat, posts, interval)
    p50, p95 = (round(percentile(times, share), 2) for share in (0.5, 0.95))
    name = f"{posts} posts on Bluesky to the team's inbox, asked every {interval:g} s"
    return {name: {"p50_s": p50, "p95_s": p95, "slowest_s": round(max(times), 2)}, "aim, p95 at most": interval + _AIM}


def _connect(folder: Path, there: Network, borough: Person, interval: float) -> None:
    """The account, put into the running demo's own database."""
    settings = {"service": there.pds, "chat": there.chat.did, "poll_seconds": interval}
    row = {"address": f"@{borough.handle}", "settings": settings}
    told = {"row": row, "credentials": {"app_password": borough.app_password("Putthrough")}}
    environment = os.environ | {"PUTTHROUGH_DATA": str(folder), "DATABASE_URL": ""}
    command = [installed()[0], "shell", "--no-imports", "-c", _CONNECT]
    subprocess.run(command, input=json.dumps(told), text=True, env=environment, check=True)


def _times(demo: dict[str, Any], borough: Person, pat: Person, posts: int, interval: float) -> list[float]:
    """Of posts at moments that have nothing to do with when the network is asked."""
    times, waiting = [], {_post(borough, pat, 0): time.perf_counter()}
    begin = time.perf_counter()
    moments = sorted(random.uniform(0, _INTERVALS * interval) for _ in range(posts))
    while moments or waiting:
        if moments and time.perf_counter() > begin + moments[0]:
            del moments[0]
            waiting[_post(borough, pat, posts - len(moments))] = time.perf_counter()
        for word in [word for word in waiting if _is_there(demo, word)]:
            times.append(time.perf_counter() - waiting.pop(word))
        if waiting and time.perf_counter() - max(waiting.values()) > interval + _PATIENCE:
            raise SystemExit(f"Never put through: {', '.join(waiting)}")
        time.sleep(0.5)  # to look is work for the product as well
    return times[1:]


def _post(borough: Person, pat: Person, number: int) -> str:
    """A pothole of its own. Returns the word by which it is found."""
    word = f"crossroads{number:05}"
    pat.writes(**mentions(borough, f"There is a deep pothole near {word}."))
    return word


def _is_there(demo: dict[str, Any], word: str) -> bool:
    found = found_by(demo, word)
    return bool(found) and found[0]["owner"]["team"] != "Triage"
