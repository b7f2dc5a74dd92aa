"""From the mail server's "250 OK" to visible in the team's inbox, on an idle demo: seconds, p50 and p95."""

from __future__ import annotations

import json
import smtplib
import tempfile
import time
from argparse import ArgumentParser
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bench._demo import about, installed, running
from bench._place import percentile, show


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mails", type=int, default=40)
    parser.add_argument("--pause", type=float, default=0.7, help="idle seconds between two mails")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="putthrough-bench-") as place:
        folder = Path(place) / "demo"
        with running(installed(), folder):
            show(measure(about(folder), options.mails, options.pause), as_json=options.json)


def measure(demo: dict[str, Any], count: int, pause: float) -> dict[str, Any]:
    times = []
    for number in range(count):
        time.sleep(pause)
        times.append(_arrives(demo, number))
    return {
        "mails": count,
        "p50_s": round(percentile(times, 0.5), 3),
        "p95_s": round(percentile(times, 0.95), 3),
        "slowest_s": round(max(times), 3),
    }


def _arrives(demo: dict[str, Any], number: int) -> float:
    """Seconds until a pothole of its own is with its team, as the API shows that team's inbox."""
    word = f"crossroads{number:05}"
    _send(demo, word)
    sent = time.perf_counter()
    while time.perf_counter() - sent < 30:
        found = found_by(demo, word)
        if found and found[0]["owner"]["team"] != "Triage":
            return time.perf_counter() - sent
        time.sleep(0.01)
    raise SystemExit("A mail was not visible within half a minute.")


def _send(demo: dict[str, Any], word: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{word}@post.example", demo["address"], "Pothole"
    mail.set_content(f"There is a deep pothole near {word}.")
    host, _, port = demo["smtp"].rpartition(":")
    with smtplib.SMTP(host, int(port)) as server:
        server.send_message(mail)


def found_by(demo: dict[str, Any], word: str) -> list[dict[str, Any]]:
    """Conversations with this word, as the API lists them."""
    url = f"{demo['url']}/api/v1/conversations?q={word}"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {demo['api_token']}"})) as answer:
        items: list[dict[str, Any]] = json.load(answer)["items"]
        return items


if __name__ == "__main__":
    main()
