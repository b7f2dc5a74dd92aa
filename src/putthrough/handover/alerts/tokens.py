"""The signed link in an alert: whoever was told may say with it that they have it, and do nothing else."""

from __future__ import annotations

import re

from django.conf import settings

from putthrough.kit.secrets import same, signature

_PURPOSE = "say that somebody has an alert"
_FORM = re.compile(r"([0-9]{1,17})-([a-z2-7]{16})")


def token(telling: int) -> str:
    return f"{telling}-{signature(settings.SECRET_KEY, _PURPOSE, str(telling), length=16)}"


def telling_of(text: str) -> int | None:
    """The id of the telling in a token that we signed, None for any other text."""
    found = _FORM.fullmatch(text)
    return int(found[1]) if found and same(token(int(found[1])), text) else None
