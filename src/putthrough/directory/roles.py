"""Who may do what, as one table: a verb and the roles that have it at all.

What a role may do it to (its own team's conversations, say) is the business of ``access.register``.
"""

from __future__ import annotations

from putthrough.directory.models import User

_R = User.Role
_STAFF = frozenset({_R.TRIAGER, _R.RESPONDER, _R.COMMS_LEAD})

VERBS: dict[str, frozenset[str]] = {
    "claim": frozenset({_R.TRIAGER, _R.RESPONDER}),
    "pass_on": _STAFF,
    "decline": frozenset({_R.TRIAGER, _R.RESPONDER}),
    "reply": _STAFF,
    "approve": _STAFF,
    "note": _STAFF | {_R.INFORMATION_GOVERNANCE},
    "close": _STAFF,
    "run_clocks": _STAFF | {_R.INFORMATION_GOVERNANCE},
    "reopen": _STAFF,
    "make_evidence": _STAFF | {_R.INFORMATION_GOVERNANCE},
    "tag": _STAFF,
    "name_tags": frozenset({_R.TRIAGER, _R.COMMS_LEAD, _R.ADMINISTRATOR}),
    "split": _STAFF,
    "join": _STAFF,
    "run_incident": _STAFF,
    "post": _STAFF,
    "approve_post": frozenset({_R.COMMS_LEAD, _R.ADMINISTRATOR}),
    "triage": frozenset({_R.TRIAGER, _R.COMMS_LEAD}),
    "set_up_directory": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "set_up_clocks": frozenset({_R.ADMINISTRATOR}),
    "set_up_rules": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD, _R.TRIAGER}),
    "set_up_routing": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "set_up_accounts": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "set_up_people": frozenset({_R.ADMINISTRATOR}),
    "set_up_trust": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "set_up_alerts": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "set_up_checks": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "set_up_retention": frozenset({_R.ADMINISTRATOR, _R.INFORMATION_GOVERNANCE}),
    "import": frozenset({_R.ADMINISTRATOR}),
    "see_overview": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "see_health": frozenset({_R.ADMINISTRATOR, _R.COMMS_LEAD}),
    "rehearse": frozenset(_R),
}
