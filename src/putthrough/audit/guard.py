"""The database itself refuses to change or remove an entry: triggers, which stand from the first migration on.

Whoever may alter tables can lift them; that the chain was changed then is what ``verify`` finds.
"""

from __future__ import annotations

from collections.abc import Sequence

WORDS = "The audit chain is only ever added to."
_SQLITE = [
    f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    for verb in ("update", "delete")
]
_POSTGRES = [
    "CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$",
    "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry"
    " FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()",
    "CREATE TRIGGER audit_entry_all_stay BEFORE TRUNCATE ON audit_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()",
]


_LIFTED = {
    "sqlite": ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
    "postgresql": ["DROP FUNCTION audit_entry_stays CASCADE"],
}


def standing(vendor: str) -> Sequence[str]:
    """The statements that put the triggers there, for ``sqlite`` or ``postgresql``."""
    return _SQLITE if vendor == "sqlite" else _POSTGRES


def lifted(vendor: str) -> Sequence[str]:
    """Those that take them away."""
    return _LIFTED[vendor]
