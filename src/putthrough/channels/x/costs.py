"""What an answer on X costs, in US dollars, by the account's price table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from putthrough.channels.contract import AccountView
from putthrough.channels.x.addresses import has_address
from putthrough.channels.x.options import EXEMPT, options, price


def of_posts(account: AccountView, texts: Sequence[str]) -> list[Decimal]:
    """Of each part. The first answers who called us; the others answer ourselves, which is a post like any other.

    X does not say what a called-for answer with a web address costs: the dearer is taken.
    """
    return [price(account, "link") if has_address(text) else _plain(account, at) for at, text in enumerate(texts)]


def words(account: AccountView, texts: Sequence[str]) -> str:
    """One sentence on what a public answer costs, and what it would cost without its address, or with one."""
    total, plain = sum(of_posts(account, texts)), sum(_plain(account, at) for at in range(len(texts)))
    if total != plain:
        return f"This reply costs about {money(total)} because of the web address; without it, about {money(plain)}."
    dearer = plain - _plain(account, 0) + price(account, "link")
    return f"This reply costs about {money(plain)}; with a link it would cost {money(dearer)}."


def money(amount: Decimal | int) -> str:
    """``$0.01``; as many places as it needs, two at least."""
    exact = Decimal(amount)
    return f"${exact:.2f}" if exact == exact.quantize(Decimal("0.01")) else f"${exact.normalize():f}"


def _plain(account: AccountView, at: int) -> Decimal:
    called = at == 0 and options(account).reply_access != EXEMPT
    return price(account, "reply" if called else "post")
