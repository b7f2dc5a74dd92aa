"""An answer to a comment, or in private; and looking whether one of which no receipt came is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Outgoing, Receipt
from putthrough.channels.meta.flavour import Flavour
from putthrough.channels.meta.graph import OUTSIDE_WINDOW, Graph, Refused
from putthrough.kit.cutting import CannotBeCut, cut


def parts(flavour: Flavour, outgoing: Outgoing) -> list[str]:
    """Private messages are cut where they are too long, comments are not. Raises CannotBeCut."""
    return cut(outgoing.text, flavour.fits) if outgoing.private else [outgoing.text]


def problems(flavour: Flavour, outgoing: Outgoing) -> list[str]:
    over = len(outgoing.text) - flavour.most_comment
    if not outgoing.private:
        return [f"It is {over} characters too long for a comment. Shorten it."] if over > 0 else []
    try:
        parts(flavour, outgoing)
    except CannotBeCut as error:
        return [f"It is too long to be sent: {error}"]
    return []


def send(flavour: Flavour, account: AccountView, outgoing: Outgoing) -> Receipt:
    """Raises ChannelError."""
    if wrong := problems(flavour, outgoing):
        raise ChannelError(" ".join(wrong), permanent=True)
    with Graph(account) as graph:
        if not outgoing.private:
            made = graph.post(f"{outgoing.in_reply_to}/{flavour.answers}", {"message": outgoing.text})
            return Receipt(str(made.get("id", "")), "posted")
        return _send_private(flavour, account, graph, outgoing)


def _send_private(flavour: Flavour, account: AccountView, graph: Graph, outgoing: Outgoing) -> Receipt:
    texts = parts(flavour, outgoing)
    there = _there(flavour, graph, outgoing) if outgoing.attempt > 1 or len(texts) > 1 else []
    for text in texts[len(there) :]:
        there.append(_message(account, graph, outgoing, text))
    return Receipt(there[0], "sent", parts=there)


def _message(account: AccountView, graph: Graph, outgoing: Outgoing, text: str) -> str:
    """Within a day as a response; after that as a person's answer, where Meta lets this account do so."""
    body = {"recipient": _recipient(outgoing), "messaging_type": "RESPONSE", "message": {"text": text}}
    try:
        made = graph.post("me/messages", body)
    except Refused as error:
        if error.subcode not in OUTSIDE_WINDOW or account.settings.get("human_agent") != "yes":
            raise
        made = graph.post("me/messages", {**body, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})
    return str(made.get("message_id", ""))


def _recipient(outgoing: Outgoing) -> dict[str, str]:
    """Whoever wrote in private; or whoever wrote the comment that is answered in private."""
    return {"comment_id": outgoing.in_reply_to} if is_private_reply(outgoing) else {"id": outgoing.to}


def is_private_reply(outgoing: Outgoing) -> bool:
    """Messages have ids that begin with ``m_`` or are long and coded; comments and posts have figures."""
    return outgoing.private and outgoing.in_reply_to.replace("_", "").isdigit()


def read_back(flavour: Flavour, account: AccountView, outgoing: Outgoing) -> Receipt | None:
    """What is there of it, if all of it is."""
    with Graph(account) as graph:
        if outgoing.private:
            there = _there(flavour, graph, outgoing)
            return Receipt(there[0], "sent", parts=there) if len(there) == len(parts(flavour, outgoing)) else None
        fields = f"id,from,{flavour.words}"
        for one in graph.get(f"{outgoing.in_reply_to}/{flavour.answers}", fields=fields).get("data") or []:
            if _is_ours(account, one) and str(one.get(flavour.words, "")).strip() == outgoing.text.strip():
                return Receipt(str(one["id"]), "posted")
    return None


def _is_ours(account: AccountView, one: dict[str, Any]) -> bool:
    writer = str((one.get("from") or {}).get("id", ""))
    return writer in (account.address, str(account.settings.get("page_id", "")))


def _there(flavour: Flavour, graph: Graph, outgoing: Outgoing) -> list[str]:
    """The ids of those of its parts that the exchange holds after what they answer, in order."""
    ours = {str(one.get("message", "")).strip(): str(one["id"]) for one in _since(flavour, graph, outgoing)}
    found: list[str] = []
    for text in parts(flavour, outgoing):
        if text.strip() not in ours:
            break
        found.append(ours[text.strip()])
    return found


def _since(flavour: Flavour, graph: Graph, outgoing: Outgoing) -> Iterator[dict[str, Any]]:
    """Messages of the exchange after the one that is answered, newest first; none that the other person wrote."""
    fields = "messages.limit(50){id,message,from,created_time}"
    if is_private_reply(outgoing):
        told = graph.get(outgoing.in_reply_to, fields=f"private_reply_conversation{{{fields}}}")
        exchanges = [told.get("private_reply_conversation") or {}]
    else:
        query = {"platform": flavour.platform, "user_id": outgoing.to, "fields": fields}
        exchanges = graph.get("me/conversations", **query).get("data") or []
    for exchange in exchanges:
        for one in (exchange.get("messages") or {}).get("data") or []:
            if one.get("id") == outgoing.in_reply_to:
                break
            if str((one.get("from") or {}).get("id", "")) != outgoing.to:
                yield one
