"""What the other side's answer to a delivery means."""

from __future__ import annotations

from putthrough.channels.contract import ChannelError, Receipt
from putthrough.kit.http import Answer, NotJson
from putthrough.kit.text import shorten

_HAS_IT = 409
_SIGNATURE = (401, 403)
_PATIENCE = 429


def receipt(answer: Answer, ours: str) -> Receipt:
    """The other side has it: now, or (409) from an earlier attempt. Raises ChannelError otherwise."""
    if not answer.fine and answer.status != _HAS_IT:
        raise _refusal(answer)
    said = _said(answer)
    theirs, url = said.get("id", ""), said.get("url", "")
    return Receipt(ours, f"taken by {answer.host}", url=url, parts=[theirs] if theirs else [])


def _refusal(answer: Answer) -> ChannelError:
    if answer.status in _SIGNATURE:
        words = f"{answer.host} does not accept our signature. Compare the secret on both sides in Set-up, Accounts."
        return ChannelError(words, permanent=True)
    if answer.status == _PATIENCE:
        return ChannelError(f"{answer.host} asks for patience. It is tried again.", retry_after=answer.retry_after)
    if answer.status >= 500:
        return ChannelError(f"{answer.host} is in trouble (status {answer.status}). It is tried again.")
    reason = shorten(_said(answer).get("error", ""), 200) or f"status {answer.status}"
    words = f"{answer.host} does not take it: {reason}. Change the answer, or ask whoever looks after the other side."
    return ChannelError(words, permanent=True)


def _said(answer: Answer) -> dict[str, str]:
    try:
        return {key: value for key, value in answer.json().items() if isinstance(value, str)}
    except NotJson:
        return {}
