from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import cast, nothing_collected, nothing_remembered

__all__ = ["cast", "nothing_collected", "nothing_remembered"]


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
