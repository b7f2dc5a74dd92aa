"""What X's refusals mean and what to do next, in plain words.

After docs.x.com "Response codes and errors" and "Rate limits" (22 August 2026) and the "detail" that X gives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from putthrough.channels.contract import ChannelError
from putthrough.kit.http import Answer
from putthrough.kit.text import one_line
from putthrough.kit.time import now

SIGN_IN_AGAIN = "X does not accept our sign-in any more. Sign in again in Set-up, Accounts."
_CREDIT = ("credit", "usage-cap", "usage cap", "spend cap", "spending limit")
_NO_CREDIT = (
    "The app's credit at X, or its limit there, is used up. Buy more or raise it in the Developer Console; "
    "it is tried again in an hour."
)
_HOUR = 3600.0
_LONGEST_WAIT = 24 * 3600.0
_DEFAULT_WAIT = 15 * 60.0
_REASONS = (
    (
        ("otherwise engaged", "reply to this conversation", "only reply to or quote"),
        "X takes an answer through its interface only to somebody who mentioned or quoted us. "
        "Open the post on X, answer there, and paste your answer's address here.",
    ),
    (
        ("not permitted to reply", "not allowed to reply", "restricted who can reply"),
        "The writer limits who may answer this post. Send them a direct message, or answer by email or telephone.",
    ),
    (
        ("deleted or not visible", "could not find tweet", "unable to find"),
        "The post is not there any more, or hidden from us.",
    ),
    (
        ("cannot send messages to this user", "cannot send direct message", "not allowed to send", "permission to dm"),
        "They take no direct messages from us. Ask them in public to write to us, or use email or telephone.",
    ),
    (("blocked",), "They have blocked this account. Use email or telephone."),
    (("cashtag",), "X takes at most one cashtag (such as $ABC) in a post. Take the others out."),
    (("too long", "longer than", "length"), "X says that it is too long. Shorten it."),
    (("suspended", "locked"), "X has locked or suspended our account. Sign in at x.com and see what X asks for."),
    (("scope", "oauth2-permissions"), "The sign-in lacks a permission. Sign in again in Set-up, Accounts."),
    (
        ("client-forbidden", "client-not-enrolled", "enrolled"),
        "X does not let the app do this. Check its project in the Developer Console.",
    ),
)


def refusal(answer: Answer, doing: str) -> ChannelError:
    """Why X did not do it. ``doing`` ends the sentence "X did not let us ..."."""
    if answer.status == 401:
        return ChannelError(SIGN_IN_AGAIN, permanent=True)
    if answer.status in (402, 403, 429) and any(sign in told(answer) for sign in _CREDIT):
        return ChannelError(_NO_CREDIT, retry_after=_HOUR)
    if answer.status == 429:
        return _too_often(answer)
    if answer.status >= 500:
        words = f"X has trouble of its own ({answer.status}). It is tried again."
        return ChannelError(words, retry_after=answer.retry_after)
    why = reason(answer) or "See whether x.com lets you do it, and whether the app has the permission."
    return ChannelError(f"X did not let us {doing} ({answer.status}). {why}", permanent=True)


def reason(answer: Answer) -> str:
    """X's reason in our words, empty where we know none."""
    said = told(answer)
    return next((words for signs, words in _REASONS if any(sign in said for sign in signs)), "")


def told(answer: Answer) -> str:
    """All that X says about a refusal, lower case, on one line; it may quote people and is not shown."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return ""
    return one_line(" ".join(_texts(found)), 2000).lower()


def is_duplicate(answer: Answer) -> bool:
    """X takes the same words from the same account only once in a while."""
    return answer.status == 403 and "duplicate" in told(answer)


def wait(answer: Answer) -> float:
    """Seconds until X takes more: ``x-rate-limit-reset`` is in seconds since 1970; it sends no Retry-After."""
    mark = answer.headers.get("x-rate-limit-reset", "").strip()
    day = answer.headers.get("x-user-limit-24hour-reset", "").strip()
    if answer.headers.get("x-user-limit-24hour-remaining", "").strip() == "0" and day:
        mark = day
    if not (mark.isascii() and mark.isdigit()):
        return answer.retry_after or _DEFAULT_WAIT
    return min(max(1.0, float(mark[:12]) - now().timestamp()), _LONGEST_WAIT)


def _too_often(answer: Answer) -> ChannelError:
    seconds = wait(answer)
    minutes = max(1, round(seconds / 60))
    words = f"X takes no more requests for {minutes} {'minute' if minutes == 1 else 'minutes'}. It is tried again then."
    return ChannelError(words, retry_after=seconds)


def _texts(found: Any) -> list[str]:
    if isinstance(found, str):
        return [found]
    if isinstance(found, Mapping):
        kept = [
            found[key] for key in ("title", "detail", "type", "message", "reason", "error", "errors") if key in found
        ]
        return [text for one in kept for text in _texts(one)]
    if isinstance(found, list):
        return [text for one in found[:5] for text in _texts(one)]
    return []
