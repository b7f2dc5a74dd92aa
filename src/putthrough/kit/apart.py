"""Work in a process of its own: the room that it takes is given back when it ends, and it ends when its asker does."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection

_NICE = 5  # others wait for what is done beside it
_context = get_context("spawn")


class BrokeOff(Exception):
    """It came to no end: it failed, or was killed. The text says by what."""


def apart(module: str, asked: bytes, *, beat: Callable[[], None] = lambda: None, every: float = 10.0) -> bytes:
    """What ``answer(asked)`` of ``module`` says, worked out in another process. ``beat`` is called about every
    ``every`` seconds meanwhile. Raises ValueError with its words where that refuses, else BrokeOff."""
    here, there = _context.Pipe()
    process = _context.Process(target=_answer, args=(there, module), daemon=True)
    process.start()
    there.close()
    try:
        here.send_bytes(asked)
        while not here.poll(every):
            beat()
        said, words = here.recv_bytes(), here.recv_bytes()
    except (EOFError, OSError):
        process.join()
        raise BrokeOff(f"exit status {process.exitcode}") from None
    finally:
        process.kill()
        process.join()
        here.close()
    return _told(said, words)


def one_thread_a_product() -> None:
    """A worker has threads enough of its own: one that multiplies on every core waits for all of them, and on a busy
    machine takes several times as long. Call it before numpy is loaded; what is done apart keeps to it too."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _told(said: bytes, words: bytes) -> bytes:
    if said == b"":
        return words
    if said == b"refused":
        raise ValueError(words.decode())
    raise BrokeOff(words.decode())


def _answer(there: Connection, module: str) -> None:
    """The other process. What it says is two parts: nothing or what went wrong, and the answer or why."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the asker
    threading.Thread(target=_end_with_asker, daemon=True).start()
    os.nice(_NICE)
    said, words = b"", b""
    try:
        words = import_module(module).answer(there.recv_bytes())
    except ValueError as refused:
        said, words = b"refused", str(refused).encode("utf-8", "replace")
    except Exception as error:
        said, words = b"broke off", type(error).__name__.encode()
    there.send_bytes(said)
    there.send_bytes(words)


def _end_with_asker() -> None:
    asker = parent_process()
    if asker is not None:
        asker.join()
        os._exit(1)
