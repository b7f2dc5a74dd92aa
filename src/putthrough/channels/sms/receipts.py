"""Texts of ours that could not be delivered. After "REST API: delivery receipts, statuses", read November 2026."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from putthrough.channels.contract import Arrived, Automatic, Incoming
from putthrough.channels.sms.numbers import normal

OURS = "pt-"
"""What the references of texts that we send begin with."""
FAILED = {
    "permanent-failure": "the number does not exist",
    "temporary-failure": "the telephone was off or could not be reached for days",
    "technical-failure": "there was a fault between GOV.UK Notify and the telephone network; send it again",
}


def failures(told: Iterable[Mapping[str, Any]]) -> list[Arrived]:
    """Those of these notifications that did not arrive, in the form of the callback and of the list alike."""
    return [_arrived(one) for one in told if one.get("status") in FAILED and _is_ours(one)]


def _is_ours(one: Mapping[str, Any]) -> bool:
    return str(one.get("reference") or "").startswith(OURS)


def _arrived(one: Mapping[str, Any]) -> Arrived:
    moment = str(one.get("completed_at") or one.get("created_at"))
    kept = {"status": one["status"], "reference": one["reference"], "id": one["id"], "at": moment}
    kept["to"] = str(one.get("to") or one.get("phone_number") or "")
    return Arrived(f"receipt:{one['id']}", json.dumps(kept).encode(), datetime.fromisoformat(moment))


def read(told: Mapping[str, Any]) -> Incoming:
    """The notice as a message in the conversation that the text belongs to. Raises KeyError or ValueError."""
    return Incoming(
        handle=normal(str(told["to"]))[:254],
        text=f"The text could not be delivered: {FAILED[told['status']]}.",
        sent_at=datetime.fromisoformat(told["at"]),
        message_id=f"receipt-{told['id']}",
        refers_to=[str(told["reference"])],
        automatic=Automatic.BOUNCE,
    )
