"""Two real worker processes on one PostgreSQL, and one of them killed: everything is filed once, in whole threads."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from putthrough.audit.queries import verify
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.demo.seed import seed
from putthrough.intake import envelope
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from putthrough.kit.time import now

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
PUTTHROUGH = Path(sys.executable).with_name("putthrough")
ACCOUNTS, PEOPLE, EACH = 5, 10, 6


def address_of_database() -> str:
    set_to = connection.settings_dict
    who = f"{quote(set_to['USER'])}:{quote(set_to['PASSWORD'])}@" if set_to["USER"] else ""
    where = f"{quote(set_to['HOST'], safe='')}:{set_to['PORT']}" if set_to["PORT"] else quote(set_to["HOST"], safe="")
    return f"postgres://{who}{where}/{set_to['NAME']}"


def worker(folder: Path) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "DATABASE_URL": address_of_database(),
        "PUTTHROUGH_DATA": str(folder),
        "PUTTHROUGH_LOG": "ERROR",
    }
    return subprocess.Popen([PUTTHROUGH, "work", "--interval", "0.05"], env=env)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    running = [worker(tmp_path), worker(tmp_path)]
    yield running
    for one in running:
        one.kill()
        one.wait()


def message(person: int, number: int) -> dict[str, object]:
    """Direct messages of one person belong to one conversation, however they are spread over workers."""
    return {
        "id": f"{person}-{number}",
        "channel": "rehearsal",
        "contact": f"@person{person}",
        "text": f"Message {number} about the bins.",
        "sent_at": now().isoformat(),
    }


def test_two_workers_file_each_message_once_though_one_is_killed(workers: list[subprocess.Popen[bytes]]) -> None:
    seed()
    accounts = [
        save_account(Account(channel="rehearsal", address=f"@body{number}", name=f"Body {number}"))
        for number in range(ACCOUNTS)
    ]
    for number in range(EACH):
        for person in range(PEOPLE):
            keep([(account.pk, envelope.seal(message(person, number))) for account in accounts])
        if number == EACH // 2:
            workers[0].kill()
    give_up = time.monotonic() + 90
    while Arrival.objects.filter(state="new").exists() and time.monotonic() < give_up:
        time.sleep(0.1)

    assert set(Arrival.objects.values_list("state", flat=True)) == {"filed"}
    assert Message.objects.count() == ACCOUNTS * PEOPLE * EACH
    assert Message.objects.values("arrival").distinct().count() == ACCOUNTS * PEOPLE * EACH
    assert Conversation.objects.count() == ACCOUNTS * PEOPLE
    assert verify().broken_at is None
