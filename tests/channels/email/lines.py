"""A server of lines that says what a test wants: for what a real one cannot be made to say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

Answer = Callable[[bytes], bytes]


class Lines:
    """Greets, then answers each line with ``answer(line)``; keeps the lines in ``heard``. Used with ``with``."""

    def __init__(self, greeting: bytes, answer: Answer = lambda line: b"") -> None:
        self._greeting, self._answer = greeting, answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = "127.0.0.1", int(self._listening.getsockname()[1])
        self.heard: list[bytes] = []
        self._threads = [threading.Thread(target=self._run)]

    def __enter__(self) -> Lines:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            talk = threading.Thread(target=self._talk, args=[connection])
            self._threads.append(talk)
            talk.start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, suppress(OSError):
            connection.sendall(self._greeting)
            for line in lines:
                self.heard.append(line)
                connection.sendall(self._answer(line))


class Mailbox(Lines):
    """A mailbox server that refuses the bodies of what is ``withheld``, and their headers unless ``headers``."""

    def __init__(
        self, mails: dict[int, bytes], *, withheld: Callable[[int], bool] = lambda uid: False, headers: bool = False
    ) -> None:
        super().__init__(b"* OK ready\r\n", self.answer)
        self.mails, self._withheld, self._headers = mails, withheld, headers
        self.searched = b""  # said before what a search found

    def answer(self, line: bytes) -> bytes:
        tag, *said = line.split()
        return tag + b" NO not now\r\n" if self._refuses(said) else self._told(said) + tag + b" OK done\r\n"

    def _refuses(self, said: list[bytes]) -> bool:
        what = b" ".join(said[3:])
        if b"BODY.PEEK" not in what or (self._headers and b"HEADER" in what):
            return False
        return any(self._withheld(int(uid)) for uid in said[2].split(b","))

    def _told(self, said: list[bytes]) -> bytes:
        verb = b" ".join(said[:2] if said[0] == b"UID" else said[:1])
        if verb == b"CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if verb == b"EXAMINE":
            return b"* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT %d] x\r\n" % (max(self.mails) + 1)
        if verb == b"UID SEARCH":
            first, last = map(int, said[3].split(b":"))
            found = b"".join(b" %d" % uid for uid in self.mails if first <= uid <= last)
            return self.searched + b"* SEARCH" + found + b"\r\n"
        return b"".join(self._mail(int(uid), said[3:]) for uid in said[2].split(b",")) if verb == b"UID FETCH" else b""

    def _mail(self, uid: int, what: list[bytes]) -> bytes:
        mail = self.mails[uid]
        if b"RFC822.SIZE" in what:
            return b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (uid, uid, len(mail))
        if b"HEADER" in b"".join(what):
            mail = mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(mail), mail)


def smtp(*, extensions: bytes = b"", final: bytes = b"250 OK") -> Lines:
    """A mail server that takes everything and answers the end of an email with ``final``."""
    inside: list[bool] = [False]

    def answer(line: bytes) -> bytes:
        verb = line[:4].upper()
        if inside[0]:
            inside[0] = line != b".\r\n"
            return b"" if inside[0] else final + b"\r\n"
        inside[0] = verb == b"DATA"
        return {b"DATA": b"354 go\r\n", b"AUTH": b"235 OK\r\n", b"EHLO": b"250-x\r\n%s250 HELP\r\n" % extensions}.get(
            verb, b"250 OK\r\n"
        )

    return Lines(b"220 ready\r\n", answer)
