"""The reference of a conversation that people are asked to quote when they write or ring elsewhere. Pure but for the
key. It says which conversation is meant and proves nothing about who quotes it."""

from __future__ import annotations

import re

from django.conf import settings

from putthrough.kit.secrets import same, signature

_PURPOSE = "quoted reference"
_QUOTED = re.compile(r"(?<![\w-])PT[\s-]{0,2}(\d{1,12})[\s-]{0,2}([a-z2-7]{5})(?![\w-])", re.IGNORECASE)
_MOST = 5


def reference(conversation_id: int) -> str:
    """``PT-12-kxv4q``: the last five cannot be guessed."""
    return f"PT-{conversation_id}-{_signed(conversation_id)}"


def quoted(text: str) -> list[int]:
    """The ids of the conversations whose references stand in a text, in their order; a wrong one is passed over."""
    found = list(_QUOTED.finditer(text))[:_MOST]
    return list(dict.fromkeys(int(one[1]) for one in found if same(one[2].lower(), _signed(int(one[1])))))


def _signed(conversation_id: int) -> str:
    return signature(settings.SECRET_KEY, _PURPOSE, str(conversation_id), length=5)
