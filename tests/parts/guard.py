"""Tests stay on this machine: reaching out from this process fails, in plain words, and fails the test."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

reached: list[str] = []
_CONNECTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


class OutsideError(RuntimeError):
    """Not an OSError: code that expects the network to fail must not take this for that."""


def install() -> None:
    """For the life of the process: an audit hook sees every socket, whoever opens it."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        address = arguments[1]
        if isinstance(address, tuple) and isinstance(address[0], str | bytes):
            _stay_home(address[0])
    elif event in _LOOKUPS:
        _stay_home(arguments[0])


def _stay_home(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not loopback(name):
        reached.append(str(name))
        raise OutsideError(f"A test tried to reach {name!r}. Tests use loopback only: use a real part or a double.")


def loopback(host: str | None) -> bool:
    """No host at all is this machine, for a look-up; a name may be `localhost` only."""
    if not host or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
