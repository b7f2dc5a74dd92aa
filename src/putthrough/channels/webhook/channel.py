"""Another network, joined without our code: signed JSON in by ``accept``, signed JSON out to one address."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import regex

from putthrough.channels.contract import (
    AccountView,
    Arrived,
    Batch,
    Change,
    ChannelError,
    Checked,
    Field,
    FilesOut,
    Guide,
    Incoming,
    Limits,
    Outgoing,
    Preview,
    Receipt,
    Unreadable,
)
from putthrough.channels.webhook import events
from putthrough.channels.webhook.answers import receipt
from putthrough.channels.webhook.signing import HEADER, Forged, check, sign
from putthrough.kit.filetypes import DOCUMENTS, PICTURES
from putthrough.kit.http import Answer, NoAnswer, Web
from putthrough.kit.time import now

_GRAPHEME = regex.compile(r"\X")


class WebhookChannel:
    key = "webhook"
    name = "Another network, by webhook"
    how = "on their network"
    vouches = True
    fields: Sequence[Field] = (
        Field(
            "network", "What people call it", "Such as Town forum, Contact form.", pattern=".{1,60}", wrong="A name."
        ),
        Field(
            "url",
            "Where answers are delivered",
            "The web address of the other side, beginning with https://.",
            pattern=r"https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*",
            wrong="Write an address that begins with https://.",
        ),
        Field("secret", "Secret", "At least 20 characters that only both sides know.", secret=True),
        Field(
            "old_secret",
            "Secret of before",
            "While the other side still signs with it; empty otherwise.",
            secret=True,
            required=False,
        ),
        Field(
            "characters",
            "Most characters in an answer",
            "Empty where there is no limit.",
            required=False,
            pattern=r"[1-9]\d{0,5}",
            wrong="A whole number.",
        ),
        Field(
            "posts",
            "Posts of our own",
            "Whether the other side also shows what we say to everybody.",
            required=False,
            choices=(("", "Only answers go there"), ("yes", "Posts of our own go there too")),
        ),
    )
    guide = Guide(
        needs=["Somebody who can program the other side: a form, a bot, or a network of your own."],
        steps=[
            "Make up a secret of at least 20 characters and save this account with it.",
            "Give the secret and the webhook's address, shown here after saving, to whoever programs the other side.",
            "They follow docs/channels/webhook.md: two kinds of message, each signed.",
            "Press “Test this connection”.",
        ],
        permissions=["None anywhere else."],
        costs="Nothing is charged by anybody.",
        waiting="As long as the other side takes to be programmed; often an afternoon.",
        source="Putthrough's own document docs/channels/webhook.md.",
    )

    def receive(self, account: AccountView, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Nothing is asked for: it is brought."""
        return iter(())

    def accept(self, account: AccountView, headers: Mapping[str, str], body: bytes) -> Sequence[Arrived]:
        known = [account.credentials.get("secret", ""), account.credentials.get("old_secret", "")]
        try:
            check(headers.get(HEADER, ""), body, known, now=int(now().timestamp()))
            return events.split(body)
        except Forged as error:
            raise ChannelError(str(error), permanent=True) from error
        except Unreadable as error:
            raise ChannelError(str(error)) from error

    def read(self, account: AccountView, raw: bytes) -> Incoming | Change:
        return events.read(account, raw)

    def attachment(self, account: AccountView, raw: bytes, part: str) -> bytes:
        return events.file(raw, part)

    def message_id(self, account: AccountView) -> str:
        return f"pt-{secrets.token_hex(16)}"

    def send(self, account: AccountView, outgoing: Outgoing) -> Receipt:
        """The other side knows our id, so that one whose answer was lost is simply brought again."""
        if problems := self.preview(account, outgoing).problems:
            raise ChannelError(" ".join(problems), permanent=True)
        return receipt(_posted(account, _reply(outgoing), key=outgoing.message_id), outgoing.message_id)

    def everybody(self, account: AccountView) -> str:
        takes = account.settings.get("posts") == "yes"
        return f"Everybody on {_network(account)} may see this." if takes else ""

    def limits(self, account: AccountView) -> Limits:
        most = str(account.settings.get("characters") or "")
        return Limits(int(most) if most.isdigit() else None)

    def files_out(self, account: AccountView, *, private: bool) -> FilesOut:
        return FilesOut(5, PICTURES + DOCUMENTS, 5_000_000)

    def preview(self, account: AccountView, outgoing: Outgoing) -> Preview:
        used, most = len(_GRAPHEME.findall(outgoing.text)), self.limits(account).characters
        network = _network(account)
        under = ", under what it answers" if outgoing.to else ""
        everybody = f"Everybody on {network} may see this{under}."
        return Preview(
            sender=f"{account.name} {account.address}",
            recipient=outgoing.to_name or outgoing.to or "everybody",
            audience=f"Only {outgoing.to} will see this, on {network}." if outgoing.private else everybody,
            parts=[outgoing.text],
            used=used,
            limit=most,
            problems=[f"It is {used - most} characters too long. Shorten it."] if most and used > most else [],
        )

    def test(self, account: AccountView) -> Sequence[Checked]:
        try:
            receipt(_posted(account, {"type": "ping"}, key="ping"), "ping")
        except ChannelError as error:
            return [Checked("Delivering answers", False, str(error))]
        return [Checked("Delivering answers", True, "The other side knows our signature.")]


def _network(account: AccountView) -> str:
    return str(account.settings.get("network") or "the network")


def _posted(account: AccountView, message: Mapping[str, Any], *, key: str) -> Answer:
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    signed = sign(body, account.credentials.get("secret", ""), at=int(now().timestamp()))
    headers = {"Content-Type": "application/json", HEADER: signed, "Idempotency-Key": key}
    try:
        with Web() as web:
            return web.ask("POST", str(account.settings.get("url", "")), headers=headers, content=body, largest=65536)
    except NoAnswer as error:
        raise ChannelError(str(error)) from error


def _reply(outgoing: Outgoing) -> dict[str, Any]:
    files = [
        {"name": f.name, "media_type": f.media_type, "alt": f.alt, "content": base64.b64encode(f.content).decode()}
        for f in outgoing.files
    ]
    return {
        "type": "reply" if outgoing.to else "post",
        "id": outgoing.message_id,
        "to": outgoing.to,
        "text": outgoing.text,
        "private": outgoing.private,
        "in_reply_to": outgoing.in_reply_to,
        "thread": outgoing.thread,
        "subject": outgoing.subject,
        "from": outgoing.from_name,
        "files": files,
    }


CHANNEL = WebhookChannel()
