"""Pictures and videos, which the server of whoever wrote keeps, and no other. (``com.atproto.sync.getBlob``.)

Which server that is stands in their identity's document: of a did:plc in a directory, of a did:web at the name itself
(AT Protocol specification "DID"; both read November 2026). Strangers write what stands there.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from putthrough.channels.bluesky import reading, session
from putthrough.channels.contract import AccountView, ChannelError, Unreadable

DIRECTORY = "https://plc.directory"
_LARGEST_FILE = 40 * 1024 * 1024
_LARGEST_DOCUMENT = 256 * 1024
_NOWHERE = "Where this file is kept cannot be found out. Open the message on Bluesky."


def fetched(account: AccountView, raw: bytes, part: str) -> bytes:
    """Raises Unreadable and ChannelError."""
    try:
        told = json.loads(raw)
        blob, _ = reading.media(told["record"])[int(part)]
        did, cid = str(told["author"]["did"]), str(blob["ref"]["$link"])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Unreadable("This file cannot be found in what arrived.") from error
    url = f"{_server(account, did)}/xrpc/com.atproto.sync.getBlob?did={quote(did)}&cid={quote(cid)}"
    return session.BLUESKY.file(url, home=_own(account), largest=_LARGEST_FILE)


def _own(account: AccountView) -> str:
    return account.credentials.get("pds") or session.service(account)


def _server(account: AccountView, did: str) -> str:
    directory = str(account.settings.get("directory") or DIRECTORY).rstrip("/")
    method, _, name = did.removeprefix("did:").partition(":")
    places = {"plc": f"{directory}/{quote(did, safe=':')}", "web": f"https://{quote(name)}/.well-known/did.json"}
    if method not in places:
        raise ChannelError(_NOWHERE, permanent=True)
    document = session.BLUESKY.file(places[method], home=directory, largest=_LARGEST_DOCUMENT)
    try:
        server = session.server_in(json.loads(document))
    except ValueError:
        server = ""
    if not server:
        raise ChannelError(_NOWHERE, permanent=True)
    return server
