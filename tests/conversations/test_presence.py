"""Who else is here: shown to nobody and about nobody without access, at the cost of one row and few writes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from putthrough.audit.models import Entry
from putthrough.conversations import presence
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation, Presence, Watcher
from putthrough.directory import access
from putthrough.directory.models import Team, User
from putthrough.handover.actions import claim, pass_on
from putthrough.jobs.steps import sweep
from putthrough.kit.time import local_day, now
from tests.cast import POTHOLE, Cast, person, raise_the_curtain, resident_writes

HOLDERS = ("harriet", "wilf", "tess", "clem", "ada", "ivy")


def names(viewer: User, row: Conversation) -> list[str]:
    return [one.user.name.split()[0] for one in presence.others(viewer, row)]


def colleague(cast: Cast) -> User:
    return person("Hal Best", User.Role.RESPONDER, cast.highways)


def writes_counted(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as caught:
        act()
    return sum(one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE") for one in caught.captured_queries)


def test_two_who_look_see_each_other_and_leave_no_trace(cast: Cast) -> None:
    row, hal = resident_writes(POTHOLE), colleague(cast)
    before = Entry.objects.count()
    assert presence.look(row, by=cast.harriet) == []
    assert [one.user for one in presence.look(row, by=hal)] == [cast.harriet]
    assert names(cast.harriet, row) == ["Hal"]
    assert Entry.objects.count() == before


def test_who_has_gone_is_gone_after_a_minute_and_then_forgotten(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(now(), tick=False)
    row, hal = resident_writes(POTHOLE), colleague(cast)
    presence.look(row, by=hal)
    time_machine.shift(59)
    assert names(cast.harriet, row) == ["Hal"]
    time_machine.shift(2)
    assert names(cast.harriet, row) == []
    time_machine.shift(300)
    sweep()
    assert not Presence.objects.exists()


def test_a_viewer_is_noted_once_in_twenty_seconds(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(now(), tick=False)
    row = resident_writes(POTHOLE)

    def look() -> None:
        presence.look(row, by=cast.harriet)

    assert writes_counted(look) == 1
    time_machine.shift(19)
    assert writes_counted(look) == 0
    time_machine.shift(2)
    assert writes_counted(look) == 1
    assert Presence.objects.count() == 1


def test_writing_says_since_when_and_ends(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(now(), tick=False)
    row, hal, began = resident_writes(POTHOLE), colleague(cast), now()
    presence.write(row, by=hal)
    for _ in range(8):
        time_machine.shift(15)
        presence.write(row, by=hal)
    (one,) = presence.others(cast.harriet, row)
    assert presence.writes(one)
    assert one.writing_since == began
    assert presence.writers(cast.harriet, [row]) == {row.pk: ["Hal Best"]}
    assert presence.writers(hal, [row]) == {}
    presence.put_down(row, by=hal)
    assert presence.writers(cast.harriet, [row]) == {}
    assert names(cast.harriet, row) == ["Hal"]


def test_who_stopped_writing_only_looks_and_begins_anew_later(cast: Cast, time_machine: Any) -> None:
    time_machine.move_to(now(), tick=False)
    row, hal = resident_writes(POTHOLE), colleague(cast)
    presence.write(row, by=hal)
    time_machine.shift(121)
    presence.look(row, by=hal)
    assert names(cast.harriet, row) == ["Hal"]
    assert presence.writers(cast.harriet, [row]) == {}
    presence.write(row, by=hal)
    assert presence.others(cast.harriet, row)[0].writing_since == now()


def test_who_loses_the_conversation_is_not_shown_in_it_any_more(cast: Cast) -> None:
    row = resident_writes(POTHOLE)
    presence.look(row, by=cast.harriet)
    pass_on(row, cast.waste, by=cast.harriet)
    assert names(cast.wilf, row) == ["Harriet"]  # her team goes on seeing who has it
    Watcher.objects.all().delete()
    assert names(cast.wilf, row) == []
    assert presence.others(cast.harriet, Conversation.objects.get(pk=row.pk)) == []


class NobodyWithoutAccess(TestCase):
    """Whatever the roles, teams, covers and watchers are: shown is who may see it, to those who may see it."""

    def setUp(self) -> None:
        self.cast = raise_the_curtain()
        self.row = resident_writes(POTHOLE)
        self.people = [getattr(self.cast, name) for name in HOLDERS]

    @settings(max_examples=40)
    @given(
        owner=st.sampled_from(["highways", "waste", "triage", "comms"]),
        watching=st.sets(st.sampled_from(["highways", "waste", "comms"])),
        private=st.booleans(),
        escalated=st.booleans(),
        covered=st.booleans(),
        inactive=st.sets(st.sampled_from(HOLDERS)),
    )
    def test_shown_is_who_may_see_it(
        self, owner: str, watching: set[str], private: bool, escalated: bool, covered: bool, inactive: set[str]
    ) -> None:
        self._stand(owner, watching, private=private, escalated=escalated, covered=covered, inactive=inactive)
        Presence.objects.bulk_create(
            Presence(user=one, conversation=self.row, seen_at=now(), wrote_at=now(), writing_since=now())
            for one in self.people
        )
        may = [one for one in self._fresh() if access.visible(one, Conversation).filter(pk=self.row.pk).exists()]
        for viewer in self._fresh():
            expected = sorted(one.name for one in may if one != viewer)
            shown = [one.user.name for one in presence.others(viewer, self._row())]
            assert shown == (expected if viewer in may else [])
            if viewer in may:
                assert presence.writers(viewer, [self._row()]).get(self.row.pk, []) == expected

    def _stand(
        self, owner: str, watching: set[str], *, private: bool, escalated: bool, covered: bool, inactive: set[str]
    ) -> None:
        Conversation.objects.filter(pk=self.row.pk).update(
            owner=getattr(self.cast, owner), private=private, escalated_at=now() if escalated else None
        )
        for name in watching:
            Watcher.objects.create(conversation=self.row, team=getattr(self.cast, name))
        until = local_day(now()) + timedelta(days=1) if covered else local_day(now()) - timedelta(days=1)
        Team.objects.filter(pk=self.cast.highways.pk).update(cover=self.cast.waste, away_until=until)
        User.objects.filter(pk__in=[getattr(self.cast, name).pk for name in inactive]).update(is_active=False)

    def _fresh(self) -> list[User]:
        return list(User.objects.filter(pk__in=[one.pk for one in self.people]))

    def _row(self) -> Conversation:
        return Conversation.objects.get(pk=self.row.pk)


def connect_to(file: Path) -> None:
    """This thread's own connection. SQLite's database of the tests is in memory and knows no waiting, so there it is to
    a copy in a file, as in use."""
    if connection.vendor == "sqlite":
        own = connections.create_connection("default")
        own.settings_dict = {**own.settings_dict, "NAME": str(file)}
        connections["default"] = own


def copy_to(file: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_exactly_one_has_it(tmp_path: Path) -> None:
    cast = raise_the_curtain()
    row, hal = resident_writes(POTHOLE), colleague(cast)
    file, start, told = tmp_path / "copy.sqlite3", threading.Barrier(2), dict[int, str]()
    copy_to(file)

    def take(user: User) -> None:
        connect_to(file)
        seen = Conversation.objects.get(pk=row.pk)
        start.wait()
        try:
            claim(seen, by=user)
            holder = Conversation.objects.get(pk=row.pk).holder_id
            told[user.pk] = "has it" if holder == user.pk else "does not"
        except CannotBeDone as error:
            told[user.pk] = str(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=take, args=[user]) for user in (cast.harriet, hal)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    winner = hal if told[hal.pk] == "has it" else cast.harriet
    loser = cast.harriet if winner == hal else hal
    assert told == {winner.pk: "has it", loser.pk: f"{winner} has just taken this in hand. Nothing was changed."}
