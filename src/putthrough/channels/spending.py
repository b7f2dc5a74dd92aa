"""What networks charge for reading and sending, counted by day, with a budget that warns and stops.

Days are UTC, as the networks bill. The budget is the account's own setting, in its channel's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import F

from putthrough.channels.abilities import Charges
from putthrough.channels.contract import ChannelError
from putthrough.channels.models import Account, Spent
from putthrough.channels.registry import channel
from putthrough.kit.time import now

BUDGET = "budget_per_day"
_WARN_AT = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Today:
    """What an account has cost today. ``budget`` is None where nobody set one."""

    spent: Decimal
    budget: Decimal | None
    currency: str

    @property
    def over(self) -> bool:
        return self.budget is not None and self.spent >= self.budget

    @property
    def near(self) -> bool:
        return self.budget is not None and self.spent >= self.budget * _WARN_AT

    @property
    def words(self) -> str:
        of = f" of {self.budget:.2f}" if self.budget is not None else ""
        return f"{self.currency} {self.spent:.2f}{of} spent today"


def today(account: Account) -> Today | None:
    """None where the network charges nothing."""
    network = channel(account.channel)
    if not isinstance(network, Charges):
        return None
    row = Spent.objects.filter(account=account, day=now().date()).first()
    return Today(row.amount if row else Decimal(0), _budget(account), network.currency)


def _budget(account: Account) -> Decimal | None:
    try:
        amount = Decimal(str(account.settings.get(BUDGET) or ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def charge(account: Account, cost: Decimal) -> None:
    """Add what something cost. Call it in the transaction that keeps what was paid for."""
    if cost <= 0:
        return
    row, _ = Spent.objects.get_or_create(account=account, day=now().date())
    Spent.objects.filter(pk=row.pk).update(amount=F("amount") + cost)


def check(account: Account) -> None:
    """Raises ChannelError, to be tried again when the next day begins, when today's budget is spent."""
    so_far = today(account)
    if so_far is None or not so_far.over:
        return
    moment = now()
    tomorrow = datetime.combine(moment.date() + timedelta(days=1), time(), UTC)
    raise ChannelError(
        f"Today's budget is used up ({so_far.words}). Reading goes on at midnight UTC. "
        "To go on now, raise the budget in Set-up, Accounts.",
        retry_after=(tomorrow - moment).total_seconds(),
    )
