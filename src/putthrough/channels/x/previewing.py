"""How an answer will look on X, who will see it, and what it costs."""

from __future__ import annotations

import re

from putthrough.channels.contract import AccountView, Outgoing, Preview
from putthrough.channels.x import costs
from putthrough.channels.x.addresses import has_address
from putthrough.channels.x.counting import LIMIT, weighted
from putthrough.channels.x.cutting import parts, why_not
from putthrough.channels.x.options import EXEMPT, options, price
from putthrough.channels.x.sending import LONGEST_MESSAGE, problems

EVERYBODY = "Everybody on X can see this."
_MENTION = re.compile(r"(?<![\w@/])@(\w{1,20})\b", re.ASCII)


def preview(account: AccountView, outgoing: Outgoing) -> Preview:
    return _message(account, outgoing) if outgoing.private else _posts(account, outgoing)


def _posts(account: AccountView, outgoing: Outgoing) -> Preview:
    texts = [outgoing.text.strip()] if why_not(outgoing.text) else parts(outgoing.text)
    return Preview(
        sender=f"{account.name} {account.address}",
        recipient=outgoing.to or "everybody",
        audience=f"Everybody on X can see this, under the post by {outgoing.to} that it answers."
        if outgoing.to
        else EVERYBODY,
        parts=texts,
        used=weighted(outgoing.text.strip()),
        limit=LIMIT,
        unit="characters as X counts them",
        problems=problems(outgoing),
        notes=list(_notes(account, outgoing, texts)),
    )


def _notes(account: AccountView, outgoing: Outgoing, texts: list[str]) -> list[str]:
    notes = [costs.words(account, texts)]
    if len(texts) > 1:
        notes.append(f"It is too long for one post and becomes {len(texts)}, each numbered and under the one before.")
    if has_address(outgoing.text):
        notes.append("X shortens the web address and may show a card of the page under it.")
    others = [
        name for name in _MENTION.findall(outgoing.text) if f"@{name.lower()}" not in (outgoing.to, account.address)
    ]
    if others and options(account).reply_access != EXEMPT:
        named = ", ".join(f"@{name}" for name in dict.fromkeys(others))
        notes.append(f"X may refuse an answer that names others ({named}). Take the @ away to be sure.")
    return notes


def _message(account: AccountView, outgoing: Outgoing) -> Preview:
    return Preview(
        sender=f"{account.name} {account.address}",
        recipient=outgoing.to,
        audience=f"Only {outgoing.to} will see this, as a direct message.",
        parts=[outgoing.text],
        used=len(outgoing.text),
        limit=LONGEST_MESSAGE,
        problems=problems(outgoing),
        notes=[f"This direct message costs about {costs.money(price(account, 'message'))}."],
    )
