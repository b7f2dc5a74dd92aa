"""Answering on X: a reply, a numbered thread of them, or a direct message, each once.

X has no key by which it knows the same request again, so what is in doubt is looked for among our own posts.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from putthrough.channels.contract import AccountView, ChannelError, Outgoing, Receipt
from putthrough.channels.x import costs, posts, trouble
from putthrough.channels.x.addresses import addresses
from putthrough.channels.x.api import Api
from putthrough.channels.x.cutting import parts, why_not
from putthrough.channels.x.options import options, price, user_id
from putthrough.channels.x.reading import message_id
from putthrough.channels.x.shapes import objects
from putthrough.kit.http import Answer, NoAnswer, NotJson

LONGEST_MESSAGE = 10_000
_EPOCH = 1288834974657
"""The millisecond from which X counts: the upper bits of a post's number are its time since then."""
_CLOCKS_DIFFER = timedelta(minutes=1)
_MAY_HAVE_IT = "X did not say whether it took this ({why}). It is looked for on X before it is sent again."
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")
_SHORTENED = re.compile(r"https?://t\.co/\w+")
Json = dict[str, Any]


@dataclass(slots=True)
class _Done:
    """What is there of an answer, and what it cost so far."""

    ids: list[str] = field(default_factory=list)
    cost: Decimal = Decimal(0)


def send(account: AccountView, outgoing: Outgoing) -> Receipt:
    """Raises ``ChannelError``."""
    if wrong := problems(outgoing):
        raise ChannelError(wrong[0], permanent=True)
    with Api(account) as api:
        return _message(account, api, outgoing) if outgoing.private else _posts(account, api, outgoing)


def problems(outgoing: Outgoing) -> list[str]:
    """What X would refuse whatever else is true."""
    found = []
    if not outgoing.text.strip():
        found.append("There is nothing in it yet.")
    if outgoing.private and len(outgoing.text) > LONGEST_MESSAGE:
        found.append(f"It is {len(outgoing.text) - LONGEST_MESSAGE} characters too long for a direct message.")
    if outgoing.in_reply_to.startswith("chat:"):
        found.append("This exchange is encrypted, and only X itself can answer in it. Open X to answer.")
    if not outgoing.private and outgoing.in_reply_to and not outgoing.in_reply_to.isdigit():
        found.append("This is no public post, so it cannot be answered in public.")
    if outgoing.to and not outgoing.private and not outgoing.in_reply_to:
        found.append("There is no post that it would answer.")
    if not outgoing.private and (uncut := why_not(outgoing.text)):
        found.append(uncut)
    if not outgoing.private and len({one.upper() for one in _CASHTAG.findall(outgoing.text)}) > 1:
        found.append("X takes at most one cashtag (such as $ABC) in a post. Take the others out.")
    return found


def read_back(account: AccountView, outgoing: Outgoing) -> Receipt | None:
    """What became of an answer in doubt, looked for among what we wrote since. Raises ``ChannelError``."""
    with Api(account) as api:
        if outgoing.private:
            return _message_there(account, api, outgoing)
        texts, done = parts(outgoing.text), _Done()
        _there(account, _since(account, api, _after(outgoing), done), outgoing, texts, done)
        if len(done.ids) < len(texts):
            return None
        return _receipt(account, done, "found on X", also=sum(costs.of_posts(account, texts)))


def delete(account: AccountView, external_id: str) -> None:
    """Raises ``ChannelError``; that it is gone already is no error."""
    kind, _, rest = external_id.partition(":")
    path = f"/2/dm_events/{rest.rpartition(':')[2]}" if kind == "dm" else f"/2/tweets/{external_id}"
    answer = _done(account, "DELETE", path)
    if not answer.fine and answer.status != 404:
        raise trouble.refusal(answer, "take it back")


def hide(account: AccountView, external_id: str, *, hidden: bool) -> None:
    """Raises ``ChannelError``. X hides only answers to posts of ours."""
    if not external_id.isdigit():
        raise ChannelError("Only a public answer under a post of ours can be hidden.", permanent=True)
    answer = _done(account, "PUT", f"/2/tweets/{external_id}/hidden", {"hidden": hidden})
    if not answer.fine:
        raise trouble.refusal(answer, "hide it" if hidden else "show it again")


def _done(account: AccountView, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
    try:
        with Api(account) as api:
            return api.ask(method, path, body=body)
    except NoAnswer as error:
        raise ChannelError(str(error)) from error


def _posts(account: AccountView, api: Api, outgoing: Outgoing) -> Receipt:
    """Each part answers the one before. What an earlier attempt sent is not sent again."""
    texts, done = parts(outgoing.text), _Done()
    if outgoing.attempt > 1 or len(texts) > 1:
        _there(account, _since(account, api, _after(outgoing), done), outgoing, texts, done)
    prices = costs.of_posts(account, texts)
    for at in range(len(done.ids), len(texts)):
        try:
            parent = [outgoing.in_reply_to, *done.ids][-1]
            done.ids.append(_post(account, api, texts[at], parent, after=parent or _after(outgoing)))
        except ChannelError as error:
            raise _so_far(error, at, len(texts)) from error
        done.cost += prices[at]
    return _receipt(account, done, "posted on X")


def _after(outgoing: Outgoing) -> str:
    """The post after which ours stand: what is answered, or the number that X would have given as we began."""
    if outgoing.in_reply_to or outgoing.since is None:
        return outgoing.in_reply_to
    begins = (outgoing.since - _CLOCKS_DIFFER).timestamp() * 1000
    return str(max(int(begins) - _EPOCH, 0) << 22)


def _post(account: AccountView, api: Api, text: str, parent: str, *, after: str) -> str:
    body: Json = {"text": text} | ({"reply": {"in_reply_to_tweet_id": parent}} if parent else {})
    answer = _written(api, "/2/tweets", body)
    if trouble.is_duplicate(answer):
        return _duplicate(account, api, text, parent, after=after)
    if not answer.fine:
        raise trouble.refusal(answer, "post this answer" if parent else "post this")
    return _new_id(answer, "id")


def _duplicate(account: AccountView, api: Api, text: str, parent: str, *, after: str) -> str:
    """X says that we posted these words already: perhaps by the request whose answer was lost."""
    try:
        known = [one for one in _since(account, api, after, _Done()) if _is(one, text, parent)]
    except ChannelError as error:
        words = f"X says that these words were posted already, but not where: {error}"
        raise ChannelError(words, uncertain=True) from error
    if known:
        return str(known[0]["id"])
    words = "X says that we posted the same words a short while ago. Say it in other words and send it again."
    raise ChannelError(words, permanent=True)


def _written(api: Api, path: str, body: Mapping[str, Any]) -> Answer:
    try:
        return api.ask("POST", path, body=body)
    except NoAnswer as error:
        if error.unsent:
            raise ChannelError(f"It was not sent: {error}") from error
        raise ChannelError(_MAY_HAVE_IT.format(why="no answer"), uncertain=True) from error


def _new_id(answer: Answer, key: str) -> str:
    try:
        data = answer.json().get("data")
    except NotJson:
        data = None
    identity = str(data.get(key, "")) if isinstance(data, dict) else ""
    if not identity.isdigit():
        raise ChannelError(_MAY_HAVE_IT.format(why="it gave no number"), uncertain=True)
    return identity


def _so_far(error: ChannelError, at: int, most: int) -> ChannelError:
    if at == 0:
        return error
    told = f"{at} of {most} parts were posted. Of the next: {error}"
    return ChannelError(told, permanent=error.permanent, uncertain=error.uncertain, retry_after=error.retry_after)


def _since(account: AccountView, api: Api, after: str, done: _Done) -> list[Json]:
    """Our own posts since another one, the oldest first."""
    query = {"max_results": "100", "tweet.fields": "referenced_tweets,entities,note_tweet"}
    query |= {"since_id": after} if after else {}
    found: list[Json] = []
    for _ in range(32):  # X keeps 3,200 posts in a timeline
        page = api.get(f"/2/users/{user_id(account)}/tweets", query, "look among our own posts")
        found += objects(page.get("data"))
        meta = page.get("meta")
        token = meta.get("next_token") if isinstance(meta, dict) else None
        if not token:
            break
        query["pagination_token"] = str(token)
    done.cost += price(account, "mention_read") * len(found)
    return sorted((one for one in found if str(one.get("id", "")).isdigit()), key=lambda one: int(one["id"]))


def _there(account: AccountView, own: list[Json], outgoing: Outgoing, texts: list[str], done: _Done) -> None:
    """Fills in the ids of the parts that are there, from the first on."""
    parent = outgoing.in_reply_to
    for text in texts:
        known = next((str(one["id"]) for one in own if _is(one, text, parent)), "")
        if not known:
            return
        done.ids.append(known)
        parent = known


def _is(post: Json, text: str, parent: str) -> bool:
    answered = posts.references_of(post, "replied_to")
    return (parent in answered if parent else not answered) and _same(post, text)


def _same(post: Json, text: str) -> bool:
    """X shortens addresses, escapes signs and puts names before an answer: whatever it does, these are our words."""
    note = post.get("note_tweet") or post.get("note_post")
    told = html.unescape(str(note.get("text") if isinstance(note, dict) else post.get("text") or ""))
    return _masked(told) == _masked(text) or _plain(posts.words(post)) == _plain(text)


def _masked(text: str) -> str:
    """Without addresses, for X tells another one for each."""
    text = unicodedata.normalize("NFC", _SHORTENED.sub("\0", text))
    for one in reversed(addresses(text)):
        text = f"{text[: one.start]}\0{text[one.end :]}"
    return _unnamed(text)


def _plain(text: str) -> str:
    """With the real addresses, of which X writes out the beginning."""
    return _unnamed(unicodedata.normalize("NFC", re.sub(r"https?://", "", text)))


def _unnamed(text: str) -> str:
    return re.sub(r"^(?:@\w+ )+", "", " ".join(text.split()))


def _receipt(account: AccountView, done: _Done, words: str, *, also: Decimal | int = 0) -> Receipt:
    first, wanted = done.ids[0], options(account)
    url = f"{wanted.site}/{account.address.lstrip('@')}/status/{first}"
    more = done.ids if len(done.ids) > 1 else ()
    return Receipt(first, words, url, tuple(more), done.cost + also)


def _message(account: AccountView, api: Api, outgoing: Outgoing) -> Receipt:
    to, looked_up = _recipient(account, api, outgoing)
    if outgoing.attempt > 1 and (known := _among_messages(account, api, outgoing, to)):
        return known
    answer = _written(api, f"/2/dm_conversations/with/{to}/messages", {"text": outgoing.text})
    if not answer.fine:
        raise trouble.refusal(answer, "send this direct message")
    identity = message_id(user_id(account), _new_id(answer, "dm_event_id"))
    return Receipt(identity, "sent on X", cost=price(account, "message") + looked_up)


def _recipient(account: AccountView, api: Api, outgoing: Outgoing) -> tuple[str, Decimal]:
    """The number of the person, and what finding it cost: their own messages hold it."""
    us = user_id(account)
    for reference in (outgoing.in_reply_to, *reversed(outgoing.references)):
        kind, _, rest = reference.partition(":")
        sender = rest.partition(":")[0]
        if kind == "dm" and sender.isdigit() and sender != us:
            return sender, Decimal(0)
    number = outgoing.to.rpartition("/")[2]
    if outgoing.to.startswith("x.com/i/user/") and number.isdigit():
        return number, Decimal(0)
    name = outgoing.to.lstrip("@")
    if not re.fullmatch(r"\w{1,20}", name, re.ASCII):
        raise ChannelError(f"{outgoing.to} is no name on X. Check whom it is for.", permanent=True)
    found = api.get(f"/2/users/by/username/{name}", {}, f"find @{name}").get("data")
    identity = str(found.get("id", "")) if isinstance(found, dict) else ""
    if not identity.isdigit():
        raise ChannelError(f"X knows nobody called @{name} any more. Use email or telephone.", permanent=True)
    return identity, price(account, "user_read")


def _message_there(account: AccountView, api: Api, outgoing: Outgoing) -> Receipt | None:
    to, _ = _recipient(account, api, outgoing)
    return _among_messages(account, api, outgoing, to)


def _among_messages(account: AccountView, api: Api, outgoing: Outgoing, to: str) -> Receipt | None:
    us, after = user_id(account), outgoing.in_reply_to.rpartition(":")[2]
    query = {
        "max_results": "20",
        "event_types": "MessageCreate",
        "dm_event.fields": "sender_id,text,created_at,entities",
    }
    page = api.get(f"/2/dm_conversations/with/{to}/dm_events", query, "look among our own direct messages")
    for one in objects(page.get("data")):
        newer = not after.isdigit() or int(str(one.get("id") or 0)) > int(after)
        if newer and str(one.get("sender_id")) == us and _same(one, outgoing.text):
            read = price(account, "message_read") * len(objects(page.get("data")))
            return Receipt(message_id(us, str(one["id"])), "found on X", cost=price(account, "message") + read)
    return None
