"""Trouble of the network in plain words that say what to do."""

from __future__ import annotations

import socket
import ssl

from putthrough.channels.contract import ChannelError


def unreachable(error: BaseException, host: str, port: int, what: str) -> ChannelError:
    """Why a server cannot be reached. Never permanent: networks come back, and names are mended elsewhere."""
    return ChannelError(f"The {what} {host}, port {port}: {_why(error)}")


def _why(error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no such name. Check how the server's name is written, and this machine's network."
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({error.verify_message}). "
            "Have it renewed, or check the server's name in the account's settings."
        )
    if isinstance(error, ssl.SSLError):
        return "no encrypted connection came about. Check the port and the encryption in the account's settings."
    if isinstance(error, TimeoutError):
        return "it did not answer in time. It is tried again; if it stays so, ask whoever runs it."
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there. Check the port in the account's settings, or ask whether the server runs."
    return "the connection broke. It is tried again; if it stays so, ask whoever runs it."
