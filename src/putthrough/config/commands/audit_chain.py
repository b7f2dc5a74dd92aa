"""putthrough audit verify, putthrough audit end."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from putthrough.config.cli import setup


def arguments(parser: ArgumentParser) -> None:
    said = (
        "verify: walk the whole chain of entries and check each; end: print the last one's number and hash, to be kept"
    )
    parser.add_argument("what", choices=["verify", "end"], help=said)
    parser.add_argument(
        "--kept", type=_kept, action="append", default=[], metavar="NUMBER:HASH", help="what end printed earlier"
    )


def _kept(text: str) -> tuple[int, str]:
    number, _, hash = text.partition(":")
    if not (number.isdigit() and len(hash) == 64):
        raise ArgumentTypeError("Give what putthrough audit end printed: a number, a colon and 64 hexadecimal digits.")
    return int(number), hash.lower()


def run(options: Namespace) -> int:
    setup()
    from putthrough.audit import queries

    if options.what == "end":
        number, hash = queries.end()
        print(f"{number}:{hash}")
        return 0
    verdict = queries.verify()
    print(verdict.words)
    gone = [number for number, hash in options.kept if not queries.holds(number, hash)]
    for number in gone:
        print(f"Entry {number} is not the one that was written down: the chain was made anew before it.")
    return 0 if verdict.broken_at is None and not gone else 1
