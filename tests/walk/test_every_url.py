"""Every address × every role: who gets in is written down in ``table.py``, and an address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from putthrough.directory.actions import make_token
from putthrough.directory.models import User
from putthrough.kit.time import now
from tests.cast import raise_the_curtain
from tests.walk.table import ARGUMENTS, BODIES, METHODS, TABLE, WHO
from tests.walk.world import World, build

pytestmark = pytest.mark.django_db
PATTERNS = {"static"}  # WhiteNoise and Django serve these to anybody; nothing of ours decides


def addresses(at: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (at or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        elif f"{prefix}{one.name}" not in PATTERNS:
            yield f"{prefix}{one.name}", one


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all: each step's changes are taken back, and no time passes in which something could run out."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(now(), tick=False):
        yield build(raise_the_curtain())
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def keys(world: World) -> Mapping[str, tuple[str, str]]:
    """By role, the session and the API token that somebody comes with."""
    return {who: (_session(user), make_token(user, "walk")) for who, user in world.people.items()}


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_every_address_has_a_name_and_its_rows():
    named = [name for name, _ in addresses()]
    assert all(not name.endswith("None") for name in named), "Give each address a name."
    walked = {(key.partition("#")[0], method) for key, method in TABLE}
    missing = [(name, method) for name in named for method in METHODS if (name, method) not in walked]
    gone = sorted(key for key, _ in walked if key not in named)
    assert not missing, f"Write into tests/walk/table.py who may: {missing}"
    assert not gone, f"Take out of tests/walk/table.py: {gone}"


@pytest.mark.parametrize(("key", "method"), sorted(TABLE))
def test_who_gets_in(world, keys, key, method):
    said = " ".join(str(_status(world, keys.get(who), key, method)) for who in WHO)
    assert said == TABLE[key, method], f"{' '.join(WHO)} get something else at {method} {key}"


def _status(world: World, keys: tuple[str, str] | None, key: str, method: str) -> int:
    """What one of them gets; whatever it changed is taken back, so that all find the same world."""
    name, kwargs = key.partition("#")[0], {part: value(world) for part, value in ARGUMENTS.get(key, {}).items()}
    body = {part: value(world) for part, value in BODIES.get(key, {}).items()}
    client, json = _client(keys, name), {"content_type": "application/json"} if name.startswith("api:") else {}
    with transaction.atomic():
        url = reverse(name, kwargs=kwargs)
        answer = client.post(url, body, **json) if method == "POST" else client.get(url)
        transaction.set_rollback(True)
    status: int = answer.status_code
    return status


def _client(keys: tuple[str, str] | None, name: str) -> Client:
    if keys is None:
        return Client()
    session, token = keys
    if name.startswith("api:"):
        return Client(headers={"Authorization": f"Bearer {token}"})
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client
