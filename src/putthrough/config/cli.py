"""The ``putthrough`` command: our own verbs, and Django's management commands for everything else."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from importlib import import_module

_OURS = {
    "demo": "the running product with a fictional public body",
    "serve": "the web server (and, on SQLite, everything else)",
    "work": "a worker process, for PostgreSQL",
    "import": "bring in services, or an organisation's own old messages",
    "route": "say where messages would go, and why",
    "gather": "say which messages are about one event, and which a bulk reply may answer",
    "learn": "start from messages that were put to their service before",
    "evaluate": "how good routing learnt from labelled messages is",
    "check": "configuration and health in plain words",
    "deadline": "when a statutory clock ends, and which days it leaves out",
    "key": "make an API key for a program",
    "rotate": "another key for the credentials of accounts",
    "audit": "prove that nobody changed what is recorded",
    "oversight": "count the figures of the overview anew from what is recorded",
}
_MODULES = {"import": "bring_in", "check": "look_over", "audit": "audit_chain", "key": "api_key"}


def main() -> None:
    """Run a verb of ours, or hand over to Django. Exit status 0, or 1 with plain words on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "putthrough.config.settings")
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb in _OURS:
        raise SystemExit(_unless_nobody_reads(sys.argv[1:]))
    if verb in ("", "-h", "--help", "help"):
        print(_overview())
        raise SystemExit(0)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def _unless_nobody_reads(arguments: list[str]) -> int:
    """As ``putthrough route | head`` ends: quietly, for whoever read has read enough."""
    try:
        return run(arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run(arguments: list[str]) -> int:
    """One of our verbs with its arguments; returns the exit status."""
    verb = arguments[0]
    module = import_module(f"putthrough.config.commands.{_MODULES.get(verb, verb)}")
    parser = ArgumentParser(prog=f"putthrough {verb}", description=_OURS[verb].capitalize() + ".")
    module.arguments(parser)
    status: int = module.run(parser.parse_args(arguments[1:]))
    return status


def _overview() -> str:
    lines = [f"  putthrough {verb:<8} {what}" for verb, what in _OURS.items()]
    return "\n".join(["Putthrough: every message to the team that is responsible.", "", *lines, ""]) + (
        "\nEach says more with --help. Django's own commands work too: migrate, createcachetable, shell …"
    )


def setup() -> None:
    """Load Django; commands call it once their settings are in the environment."""
    import django

    django.setup()
