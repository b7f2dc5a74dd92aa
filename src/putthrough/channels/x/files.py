"""Pictures of posts, fetched from where X keeps them and from nowhere else."""

from __future__ import annotations

import json

from putthrough.channels.contract import AccountView, ChannelError
from putthrough.channels.x.options import options
from putthrough.channels.x.shapes import objects
from putthrough.kit.http import NoAnswer, Web, host_of

_LARGEST = 20 * 1024 * 1024
_KEEPER = "pbs.twimg.com"


def attachment(account: AccountView, raw: bytes, part: str) -> bytes:
    """The bytes of a picture. Raises ``ChannelError``. It is public: no token goes along."""
    try:
        listed = objects(json.loads(raw).get("media"))
    except (ValueError, AttributeError):
        listed = []
    url = next((str(one.get("url") or "") for one in listed if str(one.get("media_key"))[:80] == part), "")
    if not _is_at_x(account, url):
        raise ChannelError("X did not say where this picture is. Open the post on X.", permanent=True)
    try:
        with Web() as web:
            answer = web.ask("GET", url, largest=_LARGEST)
    except NoAnswer as error:
        raise ChannelError(str(error)) from error
    if answer.status in (403, 404, 410):
        raise ChannelError("X does not have this picture any more.", permanent=True)
    if not answer.fine:
        raise ChannelError(f"X did not hand over the picture ({answer.status}). Try again later.")
    return answer.body


def _is_at_x(account: AccountView, url: str) -> bool:
    if url.startswith("https://") and host_of(url) == _KEEPER:
        return True
    return url.startswith(f"{options(account).api}/media/")
