"""putthrough demo: everything in one folder, on loopback only, ready in seconds."""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from putthrough.config.cli import setup
from putthrough.config.ports import trouble

MARK = "demo.json"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="web port on loopback (default: %(default)s)")
    parser.add_argument(
        "--smtp-port", type=int, default=2525, help="port for sending mail to it (default: %(default)s)"
    )
    parser.add_argument(
        "--data", type=Path, default=Path("data/demo"), help="folder for everything (default: %(default)s)"
    )
    parser.add_argument("--fresh", action="store_true", help="start over: the folder's demo is deleted first")
    parser.add_argument("--no-messages", action="store_true", help="nobody writes but you")
    parser.add_argument("--relay", default="", metavar="HOST:PORT", help="send answers to this SMTP server on loopback")


def run(options: Namespace) -> int:
    data: Path = options.data.absolute()
    if not _ports_free(options):
        return 1
    if options.fresh and not _start_over(data):
        return 1
    data.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{options.port}"
    os.environ.update(
        PUTTHROUGH_DATA=str(data),
        DATABASE_URL="",
        PUTTHROUGH_URL=url,
        PUTTHROUGH_SMTP_PORT=str(options.smtp_port),
        PUTTHROUGH_POSTBOX=str(data / "postbox"),
        PUTTHROUGH_HOSTS="127.0.0.1,localhost,[::1]",
    )
    setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return _serve(options, data, url)


def _ports_free(options: Namespace) -> bool:
    asked = (("127.0.0.1", options.port, "--port"), ("127.0.0.1", options.smtp_port, "--smtp-port"))
    problems = [words for host, port, option in asked if (words := trouble(host, port, option))]
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return not problems


def _start_over(data: Path) -> bool:
    """Delete an earlier demo, and nothing that is not one."""
    if data.exists() and any(data.iterdir()) and not (data / MARK).exists():
        print(f"{data} is not a demo's folder, so it was not deleted. Choose another with --data.", file=sys.stderr)
        return False
    shutil.rmtree(data, ignore_errors=True)
    return True


def _serve(options: Namespace, data: Path, url: str) -> int:
    from putthrough.config.serve import serve
    from putthrough.demo import body, live, seed

    seeded = seed.seed()
    about = _about(data, url, options.smtp_port, body.ENQUIRIES, seeded.token)
    resident = live.Residents(
        data / "postbox",
        relay=options.relay,
        write_to=("127.0.0.1", options.smtp_port),
        writing=not options.no_messages,
        history=seeded.fresh and not options.no_messages,
    )

    def ready() -> None:
        resident.start()
        (data / MARK).write_text(json.dumps(about, indent=1))
        _say(about, url, data)

    try:
        serve(host="127.0.0.1", port=options.port, ready=ready)
    finally:
        resident.stop()
    return 0


def _about(data: Path, url: str, smtp_port: int, address: str, token: str) -> dict[str, Any]:
    from putthrough.demo.seed import everybody

    before = json.loads((data / MARK).read_text()) if (data / MARK).exists() else {}
    return {
        "url": url,
        "smtp": f"127.0.0.1:{smtp_port}",
        "address": address,
        "api_token": token or before.get("api_token", ""),
        "users": [
            {"email": p.email, "password": p.password, "role": p.role, "name": p.name, "teams": p.teams}
            for p in everybody()
        ],
    }


def _say(about: dict[str, Any], url: str, data: Path) -> None:
    width = max(len(user["email"]) for user in about["users"])
    lines = [
        "",
        "Ambleford Council and the Ambleford Hospitals (fictional) are open. Sign in as one of:",
        "",
        *(f"  {u['email']:<{width}}  {u['password']:<24}  {_does(u)}" for u in about["users"]),
        "",
        f"Write to {about['address']} by any mail client through {about['smtp']}, for example:",
        "",
        f"  {_write_command(about)}",
        "",
        f"Harriet Holm has it a second later; answers by email land in {data / 'postbox'}.",
        f"Or play the resident at {url}/rehearsal/. Ctrl-C stops everything; the data stays.",
        "",
        f"Ready: {url}",
    ]
    print("\n".join(lines), flush=True)


def _does(user: dict[str, Any]) -> str:
    teams = [key.replace("-", " ") for key in user["teams"][:3]]
    return f"{user['role'].replace('_', ' ')}" + (f" ({', '.join(teams)})" if teams else "")


def _write_command(about: dict[str, Any]) -> str:
    host, _, port = about["smtp"].rpartition(":")
    mail = "From: you@post.example\\nSubject: Pothole\\n\\nThere is a deep pothole in Larch Road."
    send = f"sendmail('you@post.example', '{about['address']}', '{mail}')"
    return f"python3 -c \"import smtplib; smtplib.SMTP('{host}', {port}).{send}\""
