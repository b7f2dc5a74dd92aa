"""Meta's Graph API: every call carries a proof that it comes from the app.

Documents "Secure requests", "Handle errors" and "Rate limits", read November 2026.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from putthrough.channels.asking import Network, said, told
from putthrough.channels.contract import AccountView, ChannelError
from putthrough.kit.http import Answer, NoAnswer, Web

BASE, DIALOG, VERSION = "https://graph.facebook.com", "https://www.facebook.com", "v24.0"
_SIGN_IN = "Meta does not accept our sign-in any more. Press “Sign in at the network” in Set-up, Accounts."
_PERHAPS = "Meta did not say whether it took this ({why}). Look there before it is sent again."
_TOO_MUCH = frozenset({4, 17, 32, 613, 80001, 80002, 80006})
_SIGNED_OUT = frozenset({102, 190})
_TEMPORARY = frozenset({1, 2, 1200})
_NOT_SURE = frozenset({1, 2})  # "may be sent successfully, but the endpoint returns an error" ("Error codes")
OUTSIDE_WINDOW = frozenset({2018278, 2018065, 2534022})
_WORDS = {
    10: "Meta refuses it: {why}. The app may lack a permission that Meta reviews, or the time to answer is over.",
    200: "Meta refuses it: {why}. Give the app the permission in Meta's settings, and sign in again in Set-up.",
    368: "Meta has shut this account's answers for a while: {why}. See Page quality there, then send it again.",
    551: "They cannot be written to at the moment: they may have blocked the account. Reach them another way.",
    10900: "This comment has been answered in private already; Meta allows that once. Answer in public.",
}
_HOUR = 3600.0


def _why(body: Mapping[str, Any]) -> str:
    error = body.get("error")
    return str(error.get("message", "")) if isinstance(error, dict) else ""


META = Network("Meta", lambda answer: _wait(answer), _why)


def _wait(answer: Answer) -> float:
    """Minutes until calls are taken again stand in the header of the business's use; otherwise an hour rolls on."""
    try:
        usage = json.loads(answer.headers.get("x-business-use-case-usage", "{}"))
        minutes = [one["estimated_time_to_regain_access"] for uses in usage.values() for one in uses]
        return max(minutes) * 60.0 or _HOUR
    except (ValueError, KeyError, TypeError, AttributeError):
        return _HOUR


def codes(answer: Answer) -> tuple[int, int]:
    """Code and subcode of an error, 0 where there is none."""
    error = said(answer).get("error")
    found = [error.get(name, 0) for name in ("code", "error_subcode")] if isinstance(error, dict) else [0, 0]
    code, subcode = (one if isinstance(one, int) else 0 for one in found)
    return code, subcode


class Refused(ChannelError):
    """Meta said no; ``subcode`` is its own finer reason."""

    def __init__(self, words: str, subcode: int) -> None:
        super().__init__(words, permanent=True)
        self.subcode = subcode


class Graph:
    """The Graph API as one account may ask it, used with ``with``. Each call raises ChannelError."""

    def __init__(self, account: AccountView, *, token: str = "") -> None:
        self._token = token or account.credentials.get("page_token", "")
        self._secret = account.credentials.get("app_secret", "")
        if not self._token:
            raise ChannelError("This account is not connected yet. Sign in at the network in Set-up.", permanent=True)
        base = str(account.settings.get("graph") or BASE).rstrip("/")
        self._base = f"{base}/{account.settings.get('version') or VERSION}"
        self._web = Web()

    def __enter__(self) -> Graph:
        self._web.__enter__()
        return self

    def __exit__(self, *how: Any) -> None:
        self._web.__exit__(*how)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return told(META, self._asked("GET", f"{self._base}/{path}?{urlencode({**self._proof, **query})}"))

    def next(self, url: str) -> dict[str, Any]:
        """The next page, at an address that Meta gave."""
        if not url.startswith(f"{self._base}/"):
            raise ChannelError("Meta sent on to another server, which is not followed. It is tried again.")
        return told(META, self._asked("GET", f"{url}&{urlencode({'appsecret_proof': self._proof['appsecret_proof']})}"))

    def every(self, page: Any) -> Iterator[dict[str, Any]]:
        """What is on this page of a list and on those after it."""
        while page:
            yield from page.get("data") or []
            following = str((page.get("paging") or {}).get("next") or "")
            page = self.next(following) if following else None

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Says and does something: asked twice, it is done twice."""
        url = f"{self._base}/{path}?{urlencode(self._proof)}"
        return told(META, self._asked("POST", url, body))

    def delete(self, path: str) -> None:
        self._asked("DELETE", f"{self._base}/{path}?{urlencode(self._proof)}")

    @property
    def _proof(self) -> dict[str, str]:
        proof = hmac.new(self._secret.encode(), self._token.encode(), sha256).hexdigest()
        return {"access_token": self._token, "appsecret_proof": proof}

    def _asked(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Answer:
        risky = method == "POST"
        content = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"} if body is not None else {}
        try:
            answer = self._web.ask(method, url, headers=headers, content=content)
        except NoAnswer as error:
            if risky and not error.unsent:
                raise ChannelError(_PERHAPS.format(why="no answer"), uncertain=True) from error
            raise ChannelError(str(error)) from error
        if answer.fine:
            return answer
        raise refusal(answer, risky=risky)


def refusal(answer: Answer, *, risky: bool = False) -> ChannelError:
    """What an error of Meta's means. Its codes say more than the status, which is nearly always 400."""
    code, subcode = codes(answer)
    if code in _SIGNED_OUT or answer.status == 401:
        return ChannelError(_SIGN_IN, permanent=True)
    if code in _TOO_MUCH or answer.status == 429:
        words = "Meta asks for patience: too much was asked of it. It is tried again."
        return ChannelError(words, retry_after=_wait(answer))
    if code in _NOT_SURE and risky:
        return ChannelError(_PERHAPS.format(why=META.reason(answer)), uncertain=True)
    if code in _TEMPORARY and answer.status < 500:
        return ChannelError("Meta is in trouble for the moment. It is tried again.")
    if answer.status >= 500:
        return META.refusal(answer, risky=risky)
    if code in _WORDS:
        return Refused(_WORDS[code].format(why=META.reason(answer)), subcode)
    return Refused(str(META.refusal(answer)), subcode)
