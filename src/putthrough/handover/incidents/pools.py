"""What may stand in one incident: the body's own teams share theirs, an office has its own."""

from __future__ import annotations

from putthrough.directory.models import Team

_SHARE = frozenset({Team.Kind.SERVICE, Team.Kind.TRIAGE, Team.Kind.COMMS})


def pool_of(owner: Team) -> str:
    """Empty for the teams of the body itself; any other kind of team keeps to itself."""
    return "" if owner.kind in _SHARE else f"{owner.kind}:{owner.key}"[:80]
