"""Signed names of mails to colleagues: one for answering, one for the links in it; neither opens the other.

They stand in addresses, message ids and links: lower case letters, digits and hyphens alone. When they expire stands
on the ``Notice`` that they name.
"""

from __future__ import annotations

import re

from django.conf import settings

from putthrough.conversations.colleagues import MARK
from putthrough.kit.secrets import same, signature

LINK = "l-"
_PURPOSES = {MARK: "answer by ordinary email", LINK: "link in an ordinary email"}
_LENGTH = 16
_FORM = rf"([a-z])-([0-9]{{1,17}})-([a-z2-7]{{{_LENGTH}}})"
_WHOLE = re.compile(_FORM)
IN_TEXT = re.compile(rf"\b{_FORM}\b", re.IGNORECASE)
"""Anything that looks like one, wherever it stands: a colleague's words that hold one still hold our mail."""


def token(pk: int, kind: str = MARK) -> str:
    return f"{kind}{pk}-{signature(settings.SECRET_KEY, _PURPOSES[kind], str(pk), length=_LENGTH)}"


def notice_of(text: str, kind: str = MARK) -> int | None:
    """The id of the notice in a token that we signed for this purpose, None for any other text."""
    found = _WHOLE.fullmatch(text.lower())
    if found is None or f"{found[1]}-" != kind:
        return None
    pk = int(found[2])
    return pk if same(token(pk, kind), text.lower()) else None


def message_id(pk: int, domain: str) -> str:
    """A mail's own id holds its token: a program that answers elsewhere than to Reply-To still refers to it."""
    return f"{token(pk)}@{domain}"


def of_message_id(public_id: str) -> int | None:
    return notice_of(public_id.partition("@")[0])
