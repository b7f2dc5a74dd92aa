"""An answer to a comment, or in private; and looking whether one of which no receipt came is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Outgoing, Receipt
from putthrough.channels.meta.flavour import Flavour
from putthrough.channels.meta.graph import OUTSIDE_WINDOW, Graph, Refused
from putthrough.channels.meta.webhooks import MENTION
from putthrough.kit.cutting import CannotBeCut, cut


def parts(flavour: Flavour, outgoing: Outgoing) -> list[str]:
    """Private messages are cut where they are too long, comments are not. Raises CannotBeCut."""
    return cut(outgoing.text, flavour.fits) if outgoing.private else [outgoing.text]


def problems(flavour: Flavour, outgoing: Outgoing) -> list[str]:
    over = len(outgoing.text) - flavour.most_comment
    if not outgoing.private:
        return [f"It is {over} characters too long for a comment. Shorten it."] if over > 0 else []
    if is_private_reply(outgoing) and not flavour.fits(outgoing.text):
        most = f"{flavour.most} {flavour.unit}"
        return [f"A comment can be answered in private by one message only, of at most {most}. Shorten it."]
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
            return _send_public(flavour, account, graph, outgoing)
        return _send_private(flavour, account, graph, outgoing)


def _send_public(flavour: Flavour, account: AccountView, graph: Graph, outgoing: Outgoing) -> Receipt:
    """Under what is answered; where we were mentioned under somebody else's picture, by "IG User Mentions"."""
    path, body = f"{outgoing.in_reply_to}/{flavour.answers}", {"message": outgoing.text}
    if outgoing.in_reply_to.startswith(MENTION):
        media, _, comment = outgoing.in_reply_to.removeprefix(MENTION).partition("_")
        path = f"{account.address}/mentions"
        body |= {"media_id": media} | ({"comment_id": comment} if comment else {})
    return Receipt(str(graph.post(path, body).get("id", "")), "posted")


def _send_private(flavour: Flavour, account: AccountView, graph: Graph, outgoing: Outgoing) -> Receipt:
    texts = parts(flavour, outgoing)
    there = _there(flavour, graph, outgoing) if outgoing.attempt > 1 else []
    for text in texts[len(there) :]:
        there.append(_message(account, graph, outgoing, text))
    return Receipt(there[0], "sent", parts=there)


def _message(account: AccountView, graph: Graph, outgoing: Outgoing, text: str) -> str:
    """Within a day as a response; after that as a person's answer, where Meta lets this account do so."""
    body = {"recipient": _recipient(account, outgoing), "messaging_type": "RESPONSE", "message": {"text": text}}
    try:
        made = graph.post("me/messages", body)
    except Refused as error:
        if error.subcode not in OUTSIDE_WINDOW or account.settings.get("human_agent") != "yes":
            raise
        made = graph.post("me/messages", {**body, "messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})
    return str(made.get("message_id", ""))


def _recipient(account: AccountView, outgoing: Outgoing) -> dict[str, str]:
    """Whoever wrote in private; or whoever wrote the comment, or the post on our Page, that is answered in private."""
    if not is_private_reply(outgoing):
        return {"id": outgoing.to}
    is_post = outgoing.in_reply_to.startswith(f"{account.address}_")
    return {"post_id" if is_post else "comment_id": outgoing.in_reply_to}


def is_private_reply(outgoing: Outgoing) -> bool:
    """Messages have ids that begin with ``m_`` or are long and coded; comments and posts have figures."""
    return outgoing.private and outgoing.in_reply_to.replace("_", "").isdigit()


def read_back(flavour: Flavour, account: AccountView, outgoing: Outgoing) -> Receipt | None:
    """What is there of it, if all of it is."""
    with Graph(account) as graph:
        if outgoing.private:
            there = _there(flavour, graph, outgoing)
            return Receipt(there[0], "sent", parts=there) if len(there) == len(parts(flavour, outgoing)) else None
        for one in _answers(flavour, graph, outgoing.in_reply_to):
            if _is_ours(account, one) and str(one.get(flavour.words, "")).strip() == outgoing.text.strip():
                return Receipt(str(one["id"]), "posted")
    return None


def _answers(flavour: Flavour, graph: Graph, to: str) -> Iterator[dict[str, Any]]:
    """All answers to a comment or post. An answer to an answer is added to the comment above it, by Meta's rule.

    Raises ChannelError where Meta shows none, so that nobody takes that for a proof.
    """
    if to.startswith(MENTION):
        raise ChannelError("Meta does not show answers to a mention. Look there whether it arrived.")
    above = graph.get(to, fields=flavour.above).get(flavour.above.partition("{")[0])
    parent = str(above.get("id", "")) if isinstance(above, dict) else str(above or "")
    for one in filter(None, (to, parent)):
        query = {"fields": f"id,from,{flavour.words}", "limit": "100", **flavour.newest_first}
        yield from graph.every(graph.get(f"{one}/{flavour.answers}", **query))


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
    if is_private_reply(outgoing) and flavour.tells_private_replies:
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
