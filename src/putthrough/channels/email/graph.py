"""Microsoft 365 mail through Microsoft Graph v1.0.

After the documents "message: delta", "Get MIME content of a message" and "user: sendMail" of the Graph v1.0 reference,
and "Microsoft Graph throttling guidance".
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from putthrough.channels.contract import AccountView, Arrived, Batch, ChannelError, Outgoing, Receipt
from putthrough.channels.email import instead, tokens
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.options import options
from putthrough.channels.email.outgoing import compose
from putthrough.kit.http import Answer, NoAnswer, NotJson, TooLarge, Web
from putthrough.kit.text import one_line

_MOST_MESSAGES = 50
_MOST_BYTES = 8 * 1024 * 1024
_PREFER = f'IdType="ImmutableId", odata.maxpagesize={_MOST_MESSAGES}'
_MAY_HAVE_IT = (
    "Microsoft 365 did not say whether it took the email ({why}). Look into the mailbox's sent items before "
    "it is sent again."
)


class Gone(Exception):
    """The place to go on from is not known there any more (410, "Sync state is not found")."""


def receive(account: AccountView, stored: Mapping[str, Any]) -> Iterator[Batch]:
    """What came into the inbox since the cursor ``{"link", "late"}``. Raises ``ChannelError``."""
    with Mailbox(account) as mailbox:
        late = {str(key): int(tries) for key, tries in dict(stored.get("late", {})).items()}
        link = str(stored.get("link") or "")
        reader = _Reader(mailbox, account.address, late)
        if late:
            yield from reader.batches([{"id": key} for key in list(late)], link, most_withheld=_MOST_MESSAGES - 1)
        try:
            yield from reader.pages(link or mailbox.first_page)
        except Gone:
            try:
                yield from reader.pages(mailbox.first_page)
            except Gone as error:
                words = "Microsoft 365 loses the place in this mailbox again and again. It is tried again."
                raise ChannelError(words) from error


def send(account: AccountView, outgoing: Outgoing) -> Receipt:
    """One email, sent and kept in the mailbox's sent items. Raises ``ChannelError``."""
    content = base64.b64encode(compose(account, outgoing))
    with Mailbox(account) as mailbox:
        try:
            answer = mailbox.ask("POST", f"{mailbox.user}/sendMail", content=content)
        except NoAnswer as error:
            if error.unsent:
                raise ChannelError(f"The email was not sent: {error}") from error
            raise ChannelError(_MAY_HAVE_IT.format(why="no answer"), uncertain=True) from error
    if answer.status in (500, 502, 504):
        raise ChannelError(_MAY_HAVE_IT.format(why=f"status {answer.status}"), uncertain=True)
    if not answer.fine:
        raise refusal(answer, "send as this mailbox (Mail.Send)")
    return Receipt(outgoing.message_id, "taken by Microsoft 365")


class Mailbox:
    """One user's mailbox, asked with a token that is renewed once when it is not accepted."""

    def __init__(self, account: AccountView) -> None:
        wanted = options(account)
        self.user = f"{wanted.graph_base}/users/{quote(wanted.graph_user, safe='@')}"
        self.first_page = f"{self.user}/mailFolders/inbox/messages/delta?changeType=created&$select=receivedDateTime"
        self._account = account
        self._base = f"{wanted.graph_base}/"
        self._token = tokens.usable(account)
        self._web = Web()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.__exit__(kind, error, trace)

    def ask(self, method: str, url: str, *, content: bytes | None = None) -> Answer:
        """Raises ``NoAnswer``; ``ChannelError`` for an address that is not Graph's, for the token must not go there."""
        if not url.startswith(self._base):
            raise ChannelError("Microsoft 365 sent on to another server, which is not followed. It is tried again.")
        answer = self._ask(method, url, content)
        if answer.status == 401:
            self._token = tokens.renewed(self._account)["access_token"]
            answer = self._ask(method, url, content)
        return answer

    def _ask(self, method: str, url: str, content: bytes | None) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Prefer": _PREFER}
        if content is not None:
            headers["Content-Type"] = "text/plain"
        return self._web.ask(method, url, headers=headers, content=content, largest=instead.LARGEST)

    def page(self, url: str) -> dict[str, Any]:
        """Raises ``Gone`` when it is to be started over, else ``ChannelError``."""
        try:
            answer = self.ask("GET", url)
        except NoAnswer as error:
            raise ChannelError(str(error)) from error
        if answer.status == 410 or _code(answer).lower() in ("syncstatenotfound", "resyncrequired"):
            raise Gone
        if not answer.fine:
            raise refusal(answer, "read this mailbox (Mail.Read)")
        try:
            return answer.json()
        except NotJson as error:
            raise ChannelError(f"{error} It is tried again.") from error

    def mime(self, key: str) -> Answer:
        """An email as it came. Raises ``NoAnswer``; ``ChannelError`` when it should not be asked at this moment."""
        answer = self.ask("GET", f"{self.user}/messages/{quote(key, safe='')}/$value")
        if answer.status in (401, 403, 429, 503):
            raise refusal(answer, "read this mailbox (Mail.Read)")
        return answer

    def headers(self, key: str) -> bytes:
        """What is known of an email that cannot be had whole: its own headers, as far as Graph tells them."""
        try:
            answer = self.ask("GET", f"{self.user}/messages/{quote(key, safe='')}?$select=internetMessageHeaders")
            listed = answer.json().get("internetMessageHeaders") if answer.fine else None
        except (NoAnswer, NotJson):
            return b""
        pairs = [one for one in listed or [] if isinstance(one, dict) and {"name", "value"} <= set(one)]
        lines = [f"{one['name']}: {one['value']}" for one in pairs]
        return "\r\n".join(" ".join(line.split()) for line in lines)[: instead.MOST_HEADERS].encode()


class _Reader:
    """Turns pages of messages into batches. ``late`` counts how often each message was asked for in vain."""

    def __init__(self, mailbox: Mailbox, where: str, late: dict[str, int]) -> None:
        self._mailbox = mailbox
        self._where = where
        self._late = late
        self._visit = instead.Visit()

    def pages(self, link: str) -> Iterator[Batch]:
        while True:
            page = self._mailbox.page(link)
            following = str(page.get("@odata.nextLink") or page.get("@odata.deltaLink") or "")
            yield from self.batches(_listed(page), link, following=following)
            if not page.get("@odata.nextLink"):
                return
            link = following

    def batches(
        self, listed: list[dict[str, Any]], link: str, *, following: str = "", most_withheld: int = 1
    ) -> Iterator[Batch]:
        """Only the last batch of a page moves on: one that is interrupted is read again, and nothing doubles.

        Raises ``ChannelError`` after more than ``most_withheld`` in vain: few old ones do not keep new ones back.
        """
        arrived: list[Arrived] = []
        size = 0
        for one in listed:
            raw = self._raw(str(one["id"]))
            if raw is None:
                continue
            arrived.append(Arrived(external_id(raw), raw, _moment(one.get("receivedDateTime"))))
            size += len(raw)
            if size > _MOST_BYTES:
                yield Batch(arrived, self._cursor(link), more=True)
                arrived, size = [], 0
        yield Batch(arrived, self._cursor(following or link), more=bool(following))
        self._visit.check(most=most_withheld)

    def _cursor(self, link: str) -> dict[str, Any]:
        return {"link": link, "late": dict(self._late)} if self._late else {"link": link}

    def _raw(self, key: str) -> bytes | None:
        """None for what was deleted meanwhile, and for what is asked for again later."""
        try:
            answer = self._mailbox.mime(key)
        except TooLarge:
            self._late.pop(key, None)
            return instead.too_large(self._mailbox.headers(key), size=None, where=self._where)
        except NoAnswer as error:
            if error.unsent:
                raise ChannelError(str(error)) from error
            return self._again(key)
        if answer.fine or answer.status == 404:
            self._visit.handed_over += 1
            self._late.pop(key, None)
            return answer.body if answer.fine else None
        return self._again(key)

    def _again(self, key: str) -> bytes | None:
        self._visit.withheld += 1
        tries = self._late[key] = self._late.get(key, 0) + 1
        if tries < instead.TRIES:
            return None
        headers = self._mailbox.headers(key)
        self._visit.handed_over += bool(headers)
        if not self._visit.gives_up(tries):
            return None
        del self._late[key]
        return instead.unfetchable(headers, where=self._where, mark=f"its id is {key}")


def refusal(answer: Answer, may: str) -> ChannelError:
    """Why Graph did not do it, and what to do; only its error code is told, for its messages name people."""
    why = f"{answer.status} {_code(answer)}".strip()
    if answer.status in (401, 403):
        do = f"An administrator of Microsoft 365 must allow the application to {may}."
        return ChannelError(f"Microsoft 365 does not allow it ({why}). {do}", permanent=True)
    if answer.status == 404:
        do = "Check the mailbox in the account's settings."
        return ChannelError(f"Microsoft 365 knows no such mailbox ({why}). {do}", permanent=True)
    if answer.status == 429 or answer.status >= 500:
        words = f"Microsoft 365 is busy ({why}). It is tried again."
        return ChannelError(words, retry_after=answer.retry_after)
    words = f"Microsoft 365 refused it ({why}). Check the account's settings."
    return ChannelError(words, permanent=True)


def _listed(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The messages of a page, oldest first. Raises ``ChannelError`` for what is not such a page."""
    listed = page.get("value")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ChannelError("Microsoft 365 answered in another form than it documents. It is tried again.")
    present = [one for one in listed if "@removed" not in one and one.get("id")]
    return sorted(present, key=lambda one: str(one.get("receivedDateTime", "")))


def _code(answer: Answer) -> str:
    try:
        error = answer.json().get("error")
    except NotJson:
        return ""
    return one_line(str(error.get("code", "")), 60) if isinstance(error, dict) else ""


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
