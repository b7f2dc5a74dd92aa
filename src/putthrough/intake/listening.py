"""Accounts that a network must be asked for: a thread each, so that a slow mailbox keeps nobody else waiting.

With several processes the claim on ``next_attempt_at`` decides who asks; a lost one costs a minute.
"""

from __future__ import annotations

import threading

import structlog
from django.db import DatabaseError, close_old_connections, connections

from putthrough.channels.abilities import Listens
from putthrough.channels.actions import claim_poll, due_now, went_wrong
from putthrough.channels.contract import ChannelError
from putthrough.channels.models import Account
from putthrough.channels.queries import account, accounts, view
from putthrough.channels.registry import channel
from putthrough.intake.actions import take
from putthrough.jobs.steps import later
from putthrough.kit.secrets import Sealed

log = structlog.get_logger()

_PATIENCE = 120.0  # each time of listening signs in anew


def _listens(row: Account) -> bool:
    return row.enabled and row.health != Account.Health.STOPPED and isinstance(channel(row.channel), Listens)


class Listener(threading.Thread):
    """Reads one account whenever it is due or its network says that something arrived."""

    def __init__(self, account_id: int, stopping: threading.Event) -> None:
        super().__init__(name=f"listen-{account_id}", daemon=True)
        self.account_id = account_id
        self._stopping = stopping

    def run(self) -> None:
        try:
            while not self._stopping.is_set() and self._once():
                close_old_connections()
        finally:
            connections.close_all()

    def _once(self) -> bool:
        """Ask, then listen. False when the account is gone, off or stopped: the thread ends."""
        try:
            row = account(self.account_id)
            if row is None or not _listens(row):
                return False
            if claim_poll(row):
                take(row)
            self._listen(row)
        except DatabaseError as error:  # locked or full: the account's mail waits where it is
            log.warning("listening pauses", account=self.account_id, kind=type(error).__name__)
            self._stopping.wait(5)
        return True

    def _listen(self, row: Account) -> None:
        network = channel(row.channel)
        if row.health == Account.Health.FAILING or not isinstance(network, Listens):
            self._stopping.wait(2)
            return
        try:
            if network.listen(view(row), _PATIENCE):
                due_now(row)
        except (ChannelError, Sealed) as error:
            went_wrong(row, error if isinstance(error, ChannelError) else ChannelError(str(error), permanent=True))


class Listeners(threading.Thread):
    """Keeps a listener on every account that has one, also on those that are added or mended while it runs."""

    def __init__(self) -> None:
        super().__init__(name="listeners", daemon=True)
        self._stopping = threading.Event()
        self._threads: dict[int, Listener] = {}

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except DatabaseError as error:
                log.warning("accounts cannot be read", kind=type(error).__name__)
            self._stopping.wait(3)
        connections.close_all()

    def _look(self) -> None:
        for row in accounts():
            running = self._threads.get(row.pk)
            if _listens(row) and (running is None or not running.is_alive()):
                self._threads[row.pk] = Listener(row.pk, self._stopping)
                self._threads[row.pk].start()

    def stop(self) -> None:
        self._stopping.set()


def nudge(row: Account) -> None:
    """Something arrived at this account: read it now rather than when it is due."""
    due_now(row)
    later("poll")
