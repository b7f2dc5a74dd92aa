"""What networks charge: counted, warned of, stopped, and going on the next day."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine

from putthrough.channels import spending
from putthrough.channels.actions import save_account
from putthrough.channels.models import Account, Spent
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.models import Conversation
from putthrough.intake.actions import take
from putthrough.intake.models import Arrival
from putthrough.replies.actions import send
from putthrough.replies.preview import preview
from tests.cast import Cast, raise_the_curtain
from tests.doubles.manysided import NETWORK, PRICE, SECRET, fresh, message

EVENING = datetime(2026, 3, 3, 22, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    fresh()
    return raise_the_curtain()


def an_account(budget: str) -> Account:
    row = Account(channel="manysided", address="@borough", name="Example Borough", settings={"budget_per_day": budget})
    return save_account(row, credentials={"secret": SECRET})


def waiting(number: int) -> None:
    NETWORK.waiting = [message(f"p{at}", f"Potholes on Mill Rise, number {at}.") for at in range(number)]


def test_reading_is_counted_and_without_a_budget_never_stops(cast: Cast) -> None:
    account = an_account("")
    waiting(5)
    assert take(account) == 5
    assert Spent.objects.get().amount == PRICE * 5
    so_far = spending.today(account)
    assert so_far is not None
    assert (so_far.over, so_far.near, so_far.words) == (False, False, "USD 1.25 spent today")


def test_reading_stops_at_the_budget_and_goes_on_the_next_day(cast: Cast) -> None:
    waiting(5)
    with time_machine.travel(EVENING, tick=False):
        account = an_account("0.50")
        assert take(account) == 2
        account.refresh_from_db()
        assert account.health == Account.Health.FAILING
        assert "USD 0.50 of 0.50 spent today" in account.trouble
        assert account.next_attempt_at == datetime(2026, 3, 4, tzinfo=UTC)
        assert take(account) == 0
    with time_machine.travel(datetime(2026, 3, 4, 0, 1, tzinfo=UTC), tick=False):
        assert take(account) == 2
    assert Arrival.objects.count() == 4


def test_a_raised_budget_goes_on_at_once(cast: Cast) -> None:
    waiting(5)
    account = an_account("0.50")
    take(account)
    account.settings["budget_per_day"] = "10"
    save_account(account, by=cast.clem)
    assert take(account) == 3


def an_answer_waits(account: Account) -> Conversation:
    waiting(2)
    take(account)
    file_waiting()
    return Conversation.objects.filter(account=account).earliest("pk")


def test_an_answer_warns_near_the_budget_and_stops_over_it_with_its_words_kept(cast: Cast) -> None:
    row = an_answer_waits(an_account("0.60"))
    assert "USD 0.50 of 0.60 spent today." in preview(row, "Thank you.").notes
    spending.charge(row.account, Decimal("0.10"))
    assert "budget is used up" in preview(row, "Thank you.").problems[0]
    with pytest.raises(CannotBeDone, match="budget is used up"):
        send(row, "Thank you.", by=cast.harriet)


@pytest.mark.parametrize("typed", ["", "lots", "NaN", None])
def test_what_is_no_amount_is_no_budget(cast: Cast, typed: str | None) -> None:
    account = an_account("")
    account.settings["budget_per_day"] = typed
    so_far = spending.today(account)
    assert so_far is not None
    assert not so_far.over


def test_a_network_that_charges_nothing_has_no_sum(cast: Cast) -> None:
    assert spending.today(cast.account) is None
    spending.check(cast.account)
