"""Workers take turns by kind: what waits for a network keeps nothing else waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from putthrough.jobs import steps, wake, worker
from putthrough.jobs.steps import Step


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A network that says nothing until the event is set."""
    answers = threading.Event()
    monkeypatch.setattr(steps, "_watchers", [])
    monkeypatch.setattr(worker, "beat", lambda every=0: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    yield answers
    answers.set()


def test_a_network_that_does_not_answer_keeps_no_row_waiting(
    monkeypatch: pytest.MonkeyPatch, hanging: threading.Event
) -> None:
    asked, filed = threading.Event(), threading.Event()

    def send() -> int:
        asked.set()
        hanging.wait(60)
        return 0

    def file() -> int:
        filed.set()
        return 0

    monkeypatch.setattr(steps, "_steps", {"send": Step("send", send, lane="networks"), "file": Step("file", file)})
    running = worker.workers(sweep_seconds=60)
    for one in running:
        one.start()
    try:
        wake.ring("send")
        assert asked.wait(30)
        wake.ring("file")
        assert filed.wait(30)
    finally:
        hanging.set()
        for one in running:
            one.stop()


def test_a_nudge_wakes_only_the_workers_that_have_the_step() -> None:
    rows, networks = wake.Bell(["file"]), wake.Bell(["send"])
    wake.ring("file")
    assert rows.wait(30) == {"file"}
    assert networks.wait(0) == frozenset()
    rows.take_down()
    networks.take_down()


def test_steps_are_named_in_the_order_of_the_journey() -> None:
    assert steps.names() == (
        "poll",
        "follow",
        "file",
        "alert",
        "answers",
        "batches",
        "bulk",
        "prepare",
        "deliver",
        "private",
        "reconcile",
        "prepare_posts",
        "publish",
        "reconcile_posts",
        "bounces",
        "remind_answers",
        "presence",
        "links",
        "fall_back",
        "remind_clocks",
        "notices",
        "retain",
        "mail",
        "lost-mail",
        "sittings",
        "tries",
        "gather",
        "encode",
        "learn",
        "figures",
    )
    assert steps.names(lane="networks") == (
        "poll",
        "follow",
        "deliver",
        "reconcile",
        "publish",
        "reconcile_posts",
        "links",
        "remind_clocks",
        "mail",
    )
