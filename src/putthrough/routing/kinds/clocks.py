"""Which of the law's clocks a kind of message has. Registered with ``following`` from ``journey.py``.

A request for information or for one's own data, or a complaint about data, is valid on any channel and to anybody
(ICO), so its clock runs, provisionally, as soon as it is suggested; every other clock waits for a person. When a
person says that it is none of the kind, the clock is dropped.
"""

from __future__ import annotations

from datetime import datetime

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.deadlines import actions
from putthrough.deadlines.queries import policy
from putthrough.deadlines.table import REGIMES, defaults
from putthrough.directory.queries import organisation
from putthrough.routing.kinds.actions import INFORMATION
from putthrough.routing.kinds.detect import Kind
from putthrough.routing.models import KindFound

_REGIMES = {
    Kind.FOI_EIR: ("foia", "foisa"),
    Kind.SAR: ("sar",),
    Kind.DP_COMPLAINT: ("dp_complaint",),
    Kind.COMPLAINT: ("nhs2009", "lgsco", "hos", "spso", "nipso", "nhswales"),
    Kind.HAZARD: ("awaab",),
}
_State = KindFound.State


def follow_kind(conversation: Conversation, kind: str, state: str, by: str, received_at: datetime) -> None:
    """Begin or drop what follows from a kind's new state, in the transaction of that change."""
    regime = _regime(kind)
    if regime is None:
        return
    if state == _State.REJECTED:
        actions.drop(conversation, regime, by=by, reason=f"{by} said that it is none of that kind")
    elif state == _State.CONFIRMED or kind in INFORMATION:
        _begin(conversation, regime, received_at, by)


def _regime(kind: str) -> str | None:
    """Of the kind's regimes the one that a body like ours in our nation is usually under; people start any other."""
    nation, wanted = organisation().nation, _REGIMES.get(Kind(kind), ())
    ours = defaults(policy().body, nation)
    return next((one for one in ours if one in wanted and nation in REGIMES[one].nations), None)


def _begin(conversation: Conversation, regime: str, received_at: datetime, by: str) -> None:
    """A conversation that is closed has its clocks behind it."""
    try:
        actions.begin(conversation, regime, received_at=received_at, by=by)
    except CannotBeDone:
        return
