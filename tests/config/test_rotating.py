"""Another key for the credentials: everything is sealed with it, or nothing is changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.config import keys
from putthrough.config.cli import run
from putthrough.jobs.models import Heartbeat
from putthrough.kit.secrets import Sealed, new_key, unseal
from putthrough.kit.time import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(settings: Any, tmp_path: Path) -> list[str]:
    settings.DATA, settings.CREDENTIAL_KEYS_GIVEN = tmp_path, []
    settings.CREDENTIAL_KEYS = keys.credential_keys(tmp_path)
    for name in ("one", "two"):
        account = Account(channel="email", address=f"{name}@council.example", name=name.capitalize())
        save_account(account, credentials={"smtp_password": name})
    return list(settings.CREDENTIAL_KEYS)


def opened(known: list[str]) -> list[str]:
    return [unseal(row.sealed, keys=known)["smtp_password"] for row in Account.objects.order_by("pk")]


def test_all_are_sealed_with_a_new_key_and_the_old_one_opens_nothing(
    old: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rotate"]) == 0
    assert "2 accounts" in capsys.readouterr().out
    new = keys.credential_keys(tmp_path)
    assert len(new) == 1
    assert opened(new) == ["one", "two"]
    with pytest.raises(Sealed):
        opened(old)
    assert (tmp_path / "credentials.key").stat().st_mode & 0o077 == 0


def test_while_it_runs_nothing_is_changed(old: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": now() - timedelta(seconds=5)})
    assert run(["rotate"]) == 1
    assert "Stop it first" in capsys.readouterr().err
    assert (keys.credential_keys(tmp_path), opened(old)) == (old, ["one", "two"])


def test_what_no_key_opens_is_named_and_nothing_is_changed(
    old: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Account.objects.filter(name="Two").update(sealed="spoilt")
    assert run(["rotate"]) == 1
    assert "The credentials of Two can be opened with none" in capsys.readouterr().err
    assert unseal(Account.objects.get(name="One").sealed, keys=old) == {"smtp_password": "one"}
    assert set(old) < set(keys.credential_keys(tmp_path)), "all keys were kept"


def test_keys_of_the_environment_are_put_there_by_hand(
    old: list[str], settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CREDENTIAL_KEYS_GIVEN = old
    assert run(["rotate"]) == 1
    words = capsys.readouterr().out
    assert "Put this one in front of it" in words
    settings.CREDENTIAL_KEYS = settings.CREDENTIAL_KEYS_GIVEN = [words.split()[-1], *old]
    assert run(["rotate"]) == 0
    assert opened(settings.CREDENTIAL_KEYS[:1]) == ["one", "two"]
    assert new_key() != new_key()
