"""What a network hands over is kept, whatever the database and the channel do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from putthrough.audit.chain import GENESIS
from putthrough.audit.models import Head
from putthrough.channels.contract import Arrived
from putthrough.channels.models import Account
from putthrough.conversations.models import Message
from putthrough.intake.actions import keep, take, try_again
from putthrough.intake.models import Arrival
from putthrough.intake.queries import set_aside
from putthrough.jobs import steps
from tests import laws
from tests.body import PUBLIC, WASTE, World, build
from tests.doubles.scripted import BREAKS_READING, NETWORK, Order
from tests.story import filed, posted

BROKE_OFF = "Receiving broke off (KeyError). It is tried again; tell whoever looks after Putthrough."
MORNING = "2026-03-03T09:00:00+00:00"


@pytest.fixture
def town(db: None) -> World:
    return build()


@pytest.fixture
def built(transactional_db: None) -> Iterator[World]:
    """The body in a database that is emptied afterwards by hand, search index included."""
    Head.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
    yield build()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO message_words(message_words) VALUES ('delete-all')")
        else:
            cursor.execute("TRUNCATE message_words")


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite may take no further page."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        yield
        cursor.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def locked() -> Iterator[None]:
    """Another process holds the database: nothing can be written for longer than anybody waits."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def long_text(number: int) -> str:
    return f"quibble {number} " + "x" * 20_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no page limit to set")
def test_a_full_disk_refuses_what_it_cannot_keep_and_goes_on_when_there_is_room(built: World):
    row = built.accounts["alpha"]
    with full_disk():
        with pytest.raises(OperationalError, match="full"):
            keep([(row.pk, Arrived(str(n), long_text(n).encode())) for n in range(40)])
        assert not Arrival.objects.exists()
        for number in range(40):
            posted(long_text(number))
        steps.sweep()
        assert Message.objects.count() < 40
    filed()
    assert Message.objects.count() == 40
    laws.at_rest(built)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["poll", "file"])
def test_a_locked_database_loses_nothing_and_sets_nothing_aside(built: World, step: str):
    posted("quibble ")
    if step == "file":
        steps.sweep(frozenset({"poll"}))
    with locked():
        steps.sweep(frozenset({step}))
        assert not Message.objects.exists()
    filed()
    assert Message.objects.count() == 1
    assert not Arrival.objects.filter(state=Arrival.State.ASIDE).exists()


def test_what_is_handed_over_again_is_kept_once(town: World):
    row = town.accounts["alpha"]
    for _ in range(2):
        keep([(row.pk, Arrived("1", b"{}")), (row.pk, Arrived("2", b"{}")), (row.pk, Arrived("1", b"{}"))])
    assert sorted(Arrival.objects.values_list("external_id", flat=True)) == ["1", "2"]


def test_the_same_id_on_two_accounts_is_two_messages(town: World):
    keep([(town.accounts[key].pk, Arrived("1", b"{}")) for key in ("alpha", "beta")])
    assert Arrival.objects.count() == 2


@pytest.mark.parametrize(
    ("fault", "health", "words"),
    [
        (Order.TEMPORARY, "failing", "The network is busy. It will be tried again."),
        (Order.PERMANENT, "stopped", "The network does not know this person. Check the name."),
        (
            Order.BREAKS_AFTER,
            "failing",
            BROKE_OFF,
        ),
    ],
)
def test_trouble_with_a_network_is_its_accounts_own_and_told_in_plain_words(
    town: World, fault: Order, health: str, words: str
):
    posted("quibble ")
    NETWORK.receiving.append(fault)
    row = town.accounts["alpha"]
    assert take(row) == 0
    row.refresh_from_db()
    assert (row.health, row.trouble) == (health, words)
    assert take(row) == 1
    row.refresh_from_db()
    assert row.health == Account.Health.GOOD


def test_one_broken_account_does_not_keep_the_others_waiting(town: World):
    posted("quibble ", to=WASTE)
    posted("quibble ")
    NETWORK.receiving.append(Order.BREAKS_AFTER)  # whoever is asked first
    steps.sweep()
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("text", "at"), [(f"quibble {BREAKS_READING}", MORNING), ("quibble broken", "never")])
def test_what_cannot_be_read_stands_in_triage_with_the_reason_and_can_be_tried_again(town: World, text: str, at: str):
    posted("quibble before ")
    NETWORK.post(PUBLIC, "@sam", text, at=at)
    posted("quibble after ")
    filed()
    assert Message.objects.count() == 2
    (aside,) = set_aside(town.people["tess"])
    assert aside.reason
    assert "quibble" not in aside.reason
    assert set_aside(town.people["harriet"]) == []
    mended = bytes(aside.raw).replace(BREAKS_READING.encode(), b"").replace(b"never", MORNING.encode())
    Arrival.objects.filter(pk=aside.pk).update(raw=mended)
    try_again(aside, by="Tess")
    filed()
    assert Message.objects.count() == 3
    laws.hold(town)


@pytest.mark.parametrize("poison", ["\ud800", "\0"])
def test_characters_that_no_database_takes_harm_only_their_own_message(town: World, poison: str):
    posted(f"quibble {poison} ")
    posted("quibble well ", by="@pat")
    filed()
    assert Message.objects.filter(text="quibble well ").count() == 1
    laws.at_rest(town)
