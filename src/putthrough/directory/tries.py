"""How often somebody may try to sign in. Counted in rows, so that several processes count together.

An address that nobody has is counted like one that somebody has: the limit does not tell who exists.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db.models import F

from putthrough.directory.models import Tries
from putthrough.kit.time import now

WINDOW = timedelta(minutes=15)
OF_AN_ACCOUNT = 10
OF_AN_ADDRESS = 100  # a whole office may stand behind one address


class TooManyTries(Exception):
    """``str(error)`` says what to do; ``new`` is true for the first of a row of refusals."""

    def __init__(self, *, new: bool) -> None:
        super().__init__("Signing in was tried too often. Wait 15 minutes, then try again.")
        self.new = new


def take(email: str, address: str) -> None:
    """Count one more try. Raises TooManyTries when there have been too many of the account or from the address.

    It is counted before the password is looked at, so that tries at the same moment cannot all slip through.
    """
    _take(_from(address), OF_AN_ADDRESS)
    _take(_at(email), OF_AN_ACCOUNT)


def forgive(email: str, address: str) -> None:
    """The password was right: the account starts anew, and this try does not count against the address."""
    Tries.objects.filter(key=_at(email)).delete()
    Tries.objects.filter(key=_from(address), count__gt=0).update(count=F("count") - 1)


def forget() -> int:
    """Take away what is too old to count. Returns how many rows."""
    return Tries.objects.filter(since__lte=now() - WINDOW).delete()[0]


def _take(key: str, most: int) -> None:
    moment = now()
    Tries.objects.bulk_create([Tries(key=key, since=moment)], ignore_conflicts=True)
    Tries.objects.filter(key=key, since__lte=moment - WINDOW).update(since=moment, count=0)
    if not Tries.objects.filter(key=key, count__lt=most).update(count=F("count") + 1):
        raise TooManyTries(new=Tries.objects.filter(key=key, count=most).update(count=most + 1) == 1)


def _at(email: str) -> str:
    return _key("account", email.strip().lower())


def _from(address: str) -> str:
    return _key("address", _network(address))


def _network(address: str) -> str:
    """Who has one IPv6 address has a whole /64 of them."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    return str(known if known.version == 4 else ip_network(f"{known}/64", strict=False))


def _key(kind: str, value: str) -> str:
    """Keyed, so that the table holds no addresses that anybody typed."""
    return hmac.new(settings.SECRET_KEY.encode(), f"tries:{kind}:{value}".encode(), sha256).hexdigest()
