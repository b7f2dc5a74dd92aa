"""Whether a port can be had, asked before anything is started."""

from __future__ import annotations

import socket


def trouble(host: str, port: int, option: str) -> str:
    """In plain words why nothing can listen there and which option to change; empty when it can, or for port 0."""
    if not port:
        return ""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"Port {port} is reserved for the administrator. Choose one above 1023 with {option}."
        except OSError as error:
            why = f"Port {port} on {host} cannot be had ({error.strerror})."
            return f"{why} Stop what uses it, or choose another with {option}."
    return ""
