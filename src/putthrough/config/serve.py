"""One gunicorn process with threads. On SQLite the worker lives in it; on PostgreSQL ``putthrough work`` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from gunicorn.app.base import BaseApplication

from putthrough.channels.registry import channels
from putthrough.config.companions import Companion, companions
from putthrough.deadlines.clocks import due
from putthrough.kit.apart import one_thread_a_product
from putthrough.kit.time import now
from putthrough.routing.known import known


class Server(BaseApplication):
    """gunicorn, told what to do by us rather than by a file or the command line."""

    def __init__(self, *, host: str, port: int, threads: int, ready: Callable[[], None]) -> None:
        self.bind, self.threads, self.ready = f"{host}:{port}", threads, ready
        self.running: list[Companion] = []
        super().__init__()

    def load_config(self) -> None:
        values = {
            "bind": self.bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": self.threads,
            "timeout": 120,
            "graceful_timeout": 5,
            "keepalive": 15,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._start,
            "worker_exit": self._stop,
        }
        for key, value in values.items():
            if key in self.cfg.settings:
                self.cfg.set(key, value)

    def load(self) -> Any:
        from putthrough.config.wsgi import application

        return application

    def _start(self, _worker: object) -> None:
        _warm()
        for companion in companions():
            companion.start()
            self.running.append(companion)
        self.ready()

    def _stop(self, _server: object, _worker: object) -> None:
        while self.running:
            self.running.pop().stop()


def _warm() -> None:
    """Directory, calendar and addresses are read before the first message and the first page of the day need them."""
    channels()
    due(now(), 1, known().working_days)
    reverse("web:inbox")


def serve(*, host: str, port: int, threads: int = 8, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until Ctrl-C."""
    one_thread_a_product()
    Server(host=host, port=port, threads=threads, ready=ready).run()
