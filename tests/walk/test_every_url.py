"""Every address × every role: who gets in is written down in ``table.py``, and an address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from putthrough.directory.actions import make_token
from tests.walk.table import ARGUMENTS, BODIES, METHODS, TABLE, WHO
from tests.walk.world import World, build

PATTERNS = {"static"}  # WhiteNoise and Django serve these to anybody; nothing of ours decides


def addresses(at: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in (at or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        elif f"{prefix}{one.name}" not in PATTERNS:
            yield f"{prefix}{one.name}", one


@pytest.fixture
def world(cast) -> World:
    return build(cast)


def test_every_address_has_a_name_and_its_rows():
    named = [name for name, _ in addresses()]
    assert all(not name.endswith("None") for name in named), "Give each address a name."
    walked = {(key.partition("#")[0], method) for key, method in TABLE}
    missing = [(name, method) for name in named for method in METHODS if (name, method) not in walked]
    gone = sorted(key for key, _ in walked if key not in named)
    assert not missing, f"Write into tests/walk/table.py who may: {missing}"
    assert not gone, f"Take out of tests/walk/table.py: {gone}"


@pytest.mark.parametrize(("key", "method"), sorted(TABLE))
def test_who_gets_in(world, key, method):
    assert walk(world, key, method) == TABLE[key, method], f"{' '.join(WHO)} get something else at {method} {key}"


def walk(world: World, key: str, method: str) -> str:
    return " ".join(str(_status(world, who, key, method)) for who in WHO)


def _status(world: World, who: str, key: str, method: str) -> int:
    """What one of them gets; whatever it changed is taken back, so that all find the same world."""
    name, kwargs = key.partition("#")[0], {part: value(world) for part, value in ARGUMENTS.get(key, {}).items()}
    body = {part: value(world) for part, value in BODIES.get(key, {}).items()}
    client, json = _client(world, who, name), {"content_type": "application/json"} if name.startswith("api:") else {}
    with transaction.atomic():
        url = reverse(name, kwargs=kwargs)
        answer = client.post(url, body, **json) if method == "POST" else client.get(url)
        transaction.set_rollback(True)
    status: int = answer.status_code
    return status


def _client(world: World, who: str, name: str) -> Client:
    user = world.people.get(who)
    if user is None:
        return Client()
    if name.startswith("api:"):
        return Client(headers={"Authorization": f"Bearer {make_token(user, 'walk')}"})
    client = Client()
    client.force_login(user)
    return client
