"""Files that go or went out with an answer of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from putthrough.conversations.models import Conversation
from putthrough.kit.text import size_words
from putthrough.replies.enclosing import may_go_with, rules_in_words
from putthrough.replies.models import Enclosure
from putthrough.web.forms import EnclosureForm


def enclosure(row: Enclosure) -> dict[str, str]:
    """As ``components/message.html`` shows the files of a message."""
    url = reverse("web:enclosure", args=[row.pk])
    return {"url": url, "name": row.name, "size_words": size_words(row.size), "refused": "", "alt": row.alt}


def box(row: Conversation, going: Sequence[Enclosure], *, privately: bool) -> dict[str, Any]:
    """What goes with a draft and the form for one more, as ``components/enclosures.html`` shows them."""
    allowed = may_go_with(row, in_private=privately)
    return {
        "enclose": EnclosureForm(rules=rules_in_words(allowed)) if allowed else None,
        "enclosures": [{"pk": one.pk, **enclosure(one)} for one in going],
    }
