"""Finding what an address of Set-up names."""

from __future__ import annotations

from putthrough.channels import queries
from putthrough.channels.models import Account
from putthrough.directory.access import NotVisible


def found_account(pk: int) -> Account:
    """Raises NotVisible."""
    row = queries.account(pk)
    if row is None:
        raise NotVisible("There is no such account.")
    return row
