"""Bluesky's private messages, after the lexicon chat.bsky.convo as read in November 2026.

The service that keeps them is not published. ``Talk`` is one conversation, which the double of an account's server
holds. ``ChatService`` is for real servers, which hand on to it what their accounts ask, with a token that they signed.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from tests.doubles.webdouble import Asked, Said, WebDouble

CONVO = "convo1"
SORTED = str.maketrans("0123456789", "234567abcd")  # the digits of timestamp identifiers, in their order
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SECP256K1 = b"\xe7\x01"  # the prefix of such a key in a did:key


class Talk:
    """One conversation between ``us`` and ``pat``: ``chat`` are its messages, oldest first."""

    def __init__(self, us: Mapping[str, str], pat: Mapping[str, str]) -> None:
        self.us, self.pat = us, pat
        self.chat: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.takes_messages = True
        self._number = 0

    def next(self) -> str:
        self._number += 1
        return f"3k{self._number:011d}".translate(SORTED)

    def moment(self) -> str:
        return (datetime.now(UTC) + timedelta(microseconds=self._number)).isoformat(timespec="microseconds")

    def says(self, text: str, *, by: str = "", at: datetime | None = None) -> str:
        message = {"id": f"m{self.next()}", "rev": self.next(), "text": text, "sender": {"did": by or self.pat["did"]}}
        self.chat.append({**message, "sentAt": at.isoformat(timespec="microseconds") if at else self.moment()})
        return f"{CONVO}/{message['id']}"

    def takes_back(self, identity: str) -> None:
        for message in self.chat:
            if identity.endswith(f"/{message['id']}"):
                del message["text"]

    def convos(self, asked: Asked) -> Said:
        status = "request" if CONVO in self.requests else "accepted"
        if not self.chat or asked.one("status", status) != status:
            return Said(200, {"convos": []})
        convo = {"id": CONVO, "rev": self.chat[-1]["rev"], "members": [self.us, self.pat], "status": status}
        return Said(200, {"convos": [convo]})

    def messages(self, asked: Asked) -> Said:
        before = int(asked.one("cursor") or len(self.chat))
        first = max(0, before - int(asked.one("limit", "50")))
        return Said(200, {"messages": self.chat[first:before][::-1], **({"cursor": str(first)} if first else {})})

    def availability(self, asked: Asked) -> Said:
        return Said(200, {"canChat": self.takes_messages and asked.one("members") == self.pat["did"]})

    def for_members(self, asked: Asked) -> Said:
        if not self.takes_messages:
            return Said(400, {"error": "InvalidRequest", "message": "recipient has disabled incoming messages"})
        return Said(200, {"convo": {"id": CONVO, "rev": self.next(), "members": [self.us, self.pat]}})

    def accept(self, asked: Asked) -> Said:
        self.requests = []
        return Said(200, {})

    def say(self, asked: Asked) -> Said:
        identity = self.says(asked.json()["message"]["text"], by=self.us["did"])
        return Said(200, {"id": identity.partition("/")[2], "text": asked.json()["message"]["text"]})


CHAT_METHODS: dict[str, Callable[[Any, Asked], Said]] = {
    "chat.bsky.convo.listConvos": Talk.convos,
    "chat.bsky.convo.getMessages": Talk.messages,
    "chat.bsky.convo.getConvoAvailability": Talk.availability,
    "chat.bsky.convo.getConvoForMembers": Talk.for_members,
    "chat.bsky.convo.acceptConvo": Talk.accept,
    "chat.bsky.convo.sendMessage": Talk.say,
}


class ChatService(WebDouble, Talk):
    """Known to the network as ``did``; ``plc`` is the directory that says with which key an account signs."""

    def __init__(self) -> None:
        WebDouble.__init__(self)
        nobody = {"did": "", "handle": ""}
        Talk.__init__(self, nobody, nobody)
        self.did = self.plc = ""

    def kind(self, asked: Asked) -> str:
        return "other"

    def answer(self, asked: Asked) -> Said:
        method = asked.path.removeprefix("/xrpc/")
        who = self._who(asked, method)
        if not who:
            return Said(401, {"error": "AuthenticationRequired", "message": "This token is not good for this"})
        return CHAT_METHODS[method](self, asked) if who == self.us["did"] else Said(200, {"convos": []})

    def _who(self, asked: Asked, method: str) -> str:
        """Whose token it is, if it is for this service and method (specification "XRPC", service authentication)."""
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        signed, _, signature = token.rpartition(".")
        claims = json.loads(_unpacked(signed.partition(".")[2]))
        ours = claims["aud"].partition("#")[0] == self.did and claims["lxm"] == method
        if not ours or claims["exp"] < time.time():
            return ""
        account = str(claims["iss"])
        key = httpx.get(f"{self.plc}/{account}/data").json()["verificationMethods"]["atproto"]
        return account if _fits(key, signed, _unpacked(signature)) else ""


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _fits(key: str, signed: str, signature: bytes) -> bool:
    """Whether a did:key's owner signed this (ES256K, the two numbers one after the other)."""
    number = 0
    for sign in key.removeprefix("did:key:z"):
        number = number * 58 + _BASE58.index(sign)
    point = number.to_bytes((number.bit_length() + 7) // 8).removeprefix(_SECP256K1)
    halves = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), point)
        public.verify(utils.encode_dss_signature(*halves), signed.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
