"""Web addresses that a stranger gave us: none of them may lead our own machine into its private network (SSRF)."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit


def may_be_asked(url: str, *, home: str = "") -> bool:
    """Whether an address leads to the public internet, or to ``home``, the server that an administrator entered.

    Names are looked up, however they are written: all that they lead to has to be public (the special-purpose
    registries of IANA, as ``ipaddress`` knows them).
    """
    try:
        wanted, known = urlsplit(url), urlsplit(home)
        host, port = wanted.hostname or "", wanted.port
    except ValueError:
        return False
    if wanted.scheme not in ("http", "https") or not host:
        return False
    if (wanted.scheme, host, port) == (known.scheme, known.hostname, known.port):
        return True
    return _is_public(host)


def _is_public(host: str) -> bool:
    found = _written(host) or looked_up(host)
    return bool(found) and all(_is_global(address) for address in found)


def _written(host: str) -> list[str]:
    """The address that stands there in figures, also in the forms of old (``0x7f.1``, ``2130706433``)."""
    try:
        return [str(ip_address(host.partition("%")[0]))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except (OSError, UnicodeError):
        return []


def looked_up(host: str) -> list[str]:
    """All addresses of a name, none where there is no such name."""
    try:
        return [str(address[0]) for *_, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def _is_global(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    plain = inner or address
    return plain.is_global and not plain.is_multicast
