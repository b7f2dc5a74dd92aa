"""How long what kinds of conversation are kept, in months after the last word of a closed one. Pure.

A conversation of several kinds is kept as long as the longest of their groups says. The proposals are usual practice,
not law: councils keep case files of complaints for six years and enquiries for one or two (Local Government
Association and NHS records guidance name such spans); each body decides and answers for its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NEVER = 0
"""Months that mean: not deleted."""


@dataclass(frozen=True, slots=True)
class Group:
    """``kinds`` are those of ``routing``; none: all that is in no other group. ``proposed`` are months."""

    key: str
    label: str
    kinds: tuple[str, ...]
    proposed: int


OTHER = "other"
GROUPS = (
    Group("safety", "Safeguarding, risk to life and hazards", ("safeguarding", "risk_to_life", "hazard"), NEVER),
    Group("complaint", "Complaints", ("complaint",), 72),
    Group("information", "FOI, subject access, data protection", ("foi_eir", "sar", "dp_complaint"), 36),
    Group("spam", "Spam", ("spam",), 3),
    Group(OTHER, "Everything else", (), 24),
)


def proposed() -> dict[str, int]:
    return {group.key: group.proposed for group in GROUPS}


def outlast(key: str, months: Mapping[str, int]) -> list[str]:
    """The kinds by which a conversation is kept longer than the group's months."""
    own = months[key]
    if own == NEVER:
        return []
    longer = [group for group in GROUPS if months[group.key] == NEVER or months[group.key] > own]
    return [kind for group in longer for kind in group.kinds]
