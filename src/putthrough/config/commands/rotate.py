"""putthrough rotate: another key for the credentials of accounts, as after somebody left who could read the old one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta

from putthrough.config.cli import setup

_LIVES = timedelta(minutes=2)
_RUNS = (
    "Putthrough is running. Stop it first (a running process knows only the old key and could not open what is sealed "
    "with the new one), then run this, then start it again. Nothing was changed."
)
_BY_HAND = (
    "PUTTHROUGH_CREDENTIAL_KEYS has one key. Put this one in front of it, with a comma between, and run this again:\n"
)


def arguments(parser: ArgumentParser) -> None:
    """None: what is to be done follows from where the keys are kept."""


def run(options: Namespace) -> int:
    setup()
    from django.conf import settings

    from putthrough.config import keys
    from putthrough.jobs.queries import last_beat
    from putthrough.kit.secrets import new_key
    from putthrough.kit.time import now

    beat = last_beat()
    if beat is not None and now() - beat < _LIVES:
        return _refused(_RUNS)
    if settings.CREDENTIAL_KEYS_GIVEN:
        known = list(settings.CREDENTIAL_KEYS)
        return _sealed(known, "Now take the old keys out of the variable.") if len(known) > 1 else _new(new_key())
    known = keys.put_in_front(settings.DATA, new_key())
    status = _sealed(known, "The old keys were taken out of the file.")
    if status == 0:
        keys.keep_first(settings.DATA)
    return status


def _new(key: str) -> int:
    print(_BY_HAND + key)
    return 1


def _refused(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


def _sealed(known: list[str], then: str) -> int:
    """Every account's credentials with the first key, or none."""
    from putthrough.channels.actions import seal_anew

    number, closed = seal_anew(known)
    if closed:
        names = ", ".join(closed)
        return _refused(
            f"The credentials of {names} can be opened with none of the keys. Enter them again in Set-up, Accounts, or "
            "put the key back that was in use then. Nothing was changed, and all keys were kept."
        )
    print(f"The credentials of {number} account{'' if number == 1 else 's'} are sealed with the new key. {then}")
    return 0
