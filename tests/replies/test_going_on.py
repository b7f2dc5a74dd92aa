"""Whoever answered before there were steps goes on as before; what was on its way then still leaves."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from putthrough.delivery.models import Delivery
from putthrough.replies.models import Reply, Trust
from putthrough.replies.trusting import step_of
from tests.body import POTHOLE, build
from tests.doubles.scripted import NETWORK
from tests.story import filed, written

migration = import_module("putthrough.replies.migrations.0003_answering")
pytestmark = pytest.mark.django_db


def test_they_are_trusted_on_what_there_is_and_checked_on_what_comes_later():
    town = build()
    Trust.objects.all().delete()
    migration.those_who_answer_today(apps, None)
    assert step_of(town.people["harriet"], "scripted") == Trust.Step.TRUSTED
    assert step_of(town.people["harriet"], "bluesky") == Trust.Step.CHECKED
    assert not Trust.objects.filter(user__in=[town.people["ada"], town.people["ivy"]]).exists(), "they answer nobody"


def test_what_was_held_then_leaves():
    town = build()
    row = written(f"a {POTHOLE}", private=False)
    Reply.objects.create(
        conversation=row, author=town.people["harriet"], text="Soon.", state="held", send_at=row.opened_at
    )
    migration.seal_what_is_on_its_way(apps, None)
    filed()
    assert (NETWORK.texts, Delivery.objects.get().state) == (["Soon."], Delivery.State.SENT)
