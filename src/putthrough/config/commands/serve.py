"""putthrough serve: for real use, behind a proxy that speaks TLS."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from putthrough.config.cli import setup
from putthrough.config.ports import trouble


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=8, help="requests at once (default: %(default)s)")


def run(options: Namespace) -> int:
    setup()
    from django.conf import settings
    from django.core.management import call_command

    from putthrough.config.serve import serve

    smtp = trouble(settings.SMTP_HOST, settings.SMTP_PORT, "PUTTHROUGH_SMTP_PORT")
    if words := trouble(options.host, options.port, "--port") or smtp:
        print(words, file=sys.stderr)
        return 1

    call_command("migrate", verbosity=0)
    url = f"http://{options.host}:{options.port}"
    serve(
        host=options.host, port=options.port, threads=options.threads, ready=lambda: print(f"Ready: {url}", flush=True)
    )
    return 0
