"""Whether it can do its work, said honestly: each thing that can be wrong is made wrong."""

from __future__ import annotations

import threading
from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from putthrough.channels.actions import save_account, went_well, went_wrong
from putthrough.channels.contract import Arrived, ChannelError
from putthrough.channels.models import Account
from putthrough.intake.actions import keep, set_aside
from putthrough.intake.models import Arrival
from putthrough.jobs import actions as jobs
from putthrough.jobs import steps, worker
from putthrough.jobs.models import Heartbeat
from putthrough.kit.time import now
from putthrough.oversight import queries
from putthrough.oversight.queries import health, not_ready

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def at_work(db):
    jobs.beat(every=0)


@pytest.fixture
def account(db):
    return save_account(Account(channel="rehearsal", address="@westmoor", name="Westmoor Council"))


def wrong():
    return {line.what: line.words for line in health() if not line.works}


def test_it_can_work(at_work, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert "no-store" in answer["Cache-Control"]


def test_before_any_worker_has_started(client, db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"]) == (503, False)
    assert "No worker has started yet" in answer.json()["reasons"][0]


def test_a_worker_that_fell_silent(at_work, time_machine):
    time_machine.move_to(now() + timedelta(seconds=119))
    assert not_ready() == []
    time_machine.move_to(now() + timedelta(seconds=5))
    (reason,) = not_ready()
    assert "No worker has written anything for 2 min" in reason


def test_a_disk_that_is_nearly_full(at_work, monkeypatch, client):
    monkeypatch.setattr(queries.shutil, "disk_usage", lambda path: Disk(10**12, 10**12, 199_000_000))
    assert "199.0 MB are free" in client.get("/healthz").json()["reasons"][0]


def test_a_database_that_may_not_grow(at_work):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has a limit of its own")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count")
        (most,) = cursor.fetchone()
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 8}")
        try:
            assert "may not grow" in not_ready()[0]
        finally:
            cursor.execute(f"PRAGMA max_page_count = {most}")


def test_a_database_that_does_not_answer(db, monkeypatch, client):
    def gone():
        raise OperationalError("could not connect to postgres://putthrough:sesame@db")

    monkeypatch.setattr(queries, "_is_full", gone)
    (reason,) = client.get("/healthz").json()["reasons"]
    assert "does not answer (OperationalError)" in reason
    assert "sesame" not in reason
    assert wrong() == {"Database": reason}


def test_only_looking_is_answered(client, db):
    assert client.post("/healthz").status_code == 405


def test_all_is_well(at_work, account):
    went_well(account, again_in=60)
    assert wrong() == {}
    assert {line.what for line in health()} >= {"Database", "Worker", "Room", "Answers", "Arrivals", "Filing"}


def test_an_account_in_trouble_says_what_to_do(at_work, account):
    went_wrong(account, ChannelError("The password is not accepted. Enter it again.", permanent=True))
    assert "The password is not accepted. Enter it again." in wrong()["Account Westmoor Council (@westmoor)"]


def test_what_waits_too_long_is_told(at_work, account):
    keep([(account.pk, Arrived("1", b"{}", now() - timedelta(minutes=6)))])
    assert "has waited for 6 min" in wrong()["Filing"]


def test_what_was_set_aside_is_counted_and_no_breakdown(at_work, account):
    keep([(account.pk, Arrived("1", b"{}"))])
    set_aside(Arrival.objects.get().pk, "It is not a post.")
    assert wrong() == {}
    assert any(line.words.startswith("1 could not be read") for line in health())


class TestSignOfLife:
    def test_it_is_written_at_most_so_often(self, db, monkeypatch):
        clock = [100.0]
        monkeypatch.setattr(jobs.time, "monotonic", lambda: clock[0])
        monkeypatch.setattr(jobs, "_beaten", [float("-inf")])
        jobs.beat()
        first = Heartbeat.objects.get().at
        clock[0] += jobs.EVERY - 1
        jobs.beat()
        assert Heartbeat.objects.get().at == first
        clock[0] += 2
        jobs.beat()
        assert Heartbeat.objects.get().at > first

    def test_a_database_that_takes_nothing_does_not_end_the_worker(self, db, monkeypatch):
        def refuses(**_):
            raise OperationalError("database or disk is full")

        monkeypatch.setattr(Heartbeat.objects, "filter", refuses)
        jobs.beat(every=0)

    def test_a_long_step_shows_that_it_gets_on(self, monkeypatch):
        left, seen = [3], []

        def work():
            left[0] -= 1
            return left[0]

        monkeypatch.setattr(steps, "_steps", {"long": steps.Step("long", work)})
        monkeypatch.setattr(steps, "_watchers", [])
        steps.watch(lambda: seen.append(left[0]))
        steps.run_step.call("long")
        assert seen == [2, 1]

    def test_the_worker_gives_one_as_soon_as_it_starts(self, monkeypatch):
        given = threading.Event()
        monkeypatch.setattr(worker, "beat", lambda every=0: given.set())
        monkeypatch.setattr(steps, "_steps", {})
        monkeypatch.setattr(steps, "_watchers", [])
        one = worker.Worker(sweep_seconds=0.01)
        one.start()
        assert given.wait(30)
        one.stop()
