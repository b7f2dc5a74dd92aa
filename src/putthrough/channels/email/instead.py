"""What is kept in the place of an email that cannot be had: its headers, if any, and a sentence saying what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from putthrough.channels.contract import ChannelError

_BODY_HEADERS = re.compile(rb"(?im)^(?:content-[a-z-]+|mime-version)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*")
_LINE_END = re.compile(rb"\r\n|\r|\n")
MOST_HEADERS = 256 * 1024
LARGEST = 35 * 1024 * 1024
TRIES = 5
_TRIES_WHILE_DOWN = 100


@dataclass(slots=True)
class Visit:
    """What a mail server did in one visit, by which one broken email is told from a server that is down."""

    handed_over: int = 0
    withheld: int = 0

    def gives_up(self, tries: int) -> bool:
        """Whether an email asked for so often is not asked for again.

        While the server hands over other things, it is this email that is broken. A server that hands over
        nothing is waited for much longer, else an outage would cost every email that came in before it.
        """
        return tries >= (TRIES if self.handed_over else _TRIES_WHILE_DOWN)

    def check(self, *, most: int) -> None:
        """Raises ``ChannelError`` when going on makes no sense: more than ``most`` asked for, none handed over."""
        if self.withheld > most and not self.handed_over:
            words = "The mail server lists emails but does not hand them over. They are asked for again; "
            raise ChannelError(words + "if it stays so, ask whoever runs it.")


def too_large(headers: bytes, *, size: int | None, where: str) -> bytes:
    """An email above ``LARGEST``. ``size`` in bytes, None when it is not known; ``where`` names its mailbox."""
    how_large = f"{size / (1024 * 1024):.0f} MB large, " if size else "larger than Putthrough takes, "
    text = f"(This email is {how_large}so only its headers were fetched. Open it in the mailbox {where}.)"
    return _composed(headers, text)


def unfetchable(headers: bytes, *, where: str, mark: str) -> bytes:
    """An email that the server would not hand over, see ``Visit``. ``mark`` tells it from any other such."""
    text = f"(The mail server did not hand over this email. Look for it in the mailbox {where}: {mark}.)"
    return _composed(headers, text)


def _composed(headers: bytes, text: str) -> bytes:
    block = _LINE_END.sub(b"\r\n", headers.strip(b"\r\n") + b"\n") if headers.strip() else b""
    block = _BODY_HEADERS.sub(b"", block)
    kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    return block + f"{kind}\r\n{text}\r\n".encode()
