"""Pictures that go out with a status. After Mastodon's documentation, "media" API methods, read December 2026."""

from __future__ import annotations

import time
from collections.abc import Sequence

from putthrough.channels.contract import AccountView, ChannelError, File, FilesOut
from putthrough.channels.mastodon.api import Instance
from putthrough.kit.filetypes import PICTURES

_MOST, _LARGEST = 4, 8_000_000
_PATIENCE, _BETWEEN = 60.0, 1.0  # seconds for all pictures of a status, and between two looks
_SLOW = "The instance is still working on the picture. It is tried again."


def may_go_out(account: AccountView) -> FilesOut:
    """As the instance said when somebody signed in; where it said nothing, what every instance takes."""
    most, largest = account.settings.get("max_files"), account.settings.get("max_file_size")
    return FilesOut(
        most if isinstance(most, int) and most > 0 else _MOST,
        PICTURES,
        largest if isinstance(largest, int) and largest > 0 else _LARGEST,
    )


def put_there(instance: Instance, files: Sequence[File]) -> list[str]:
    """Their ids at the instance, by which a status has them. What no status takes is thrown away there."""
    until = time.monotonic() + _PATIENCE
    return [_put(instance, one, until) for one in files]


def _put(instance: Instance, file: File, until: float) -> str:
    made = instance.upload("/api/v2/media", {"description": file.alt}, (file.name, file.content, file.media_type))
    identity = str(made.get("id", ""))
    while not made.get("url"):
        if time.monotonic() > until:
            raise ChannelError(_SLOW)
        time.sleep(_BETWEEN)
        made = instance.get(f"/api/v1/media/{identity}")
    return identity
