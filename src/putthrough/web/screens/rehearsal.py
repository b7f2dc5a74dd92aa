"""The simulated network as its public sees it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from putthrough.channels.models import Account
from putthrough.channels.queries import of_channel
from putthrough.channels.rehearsal import network
from putthrough.channels.rehearsal.models import Post
from putthrough.conversations.queries import homes
from putthrough.web.doors import viewer
from putthrough.web.forms_rehearsal import DIRECT, Compose, Resident
from putthrough.web.screens import postbox
from putthrough.web.screens.words import when_words

_LAST = "resident"
_FIRST = "@rosa"
_HUES = 5


def our_accounts() -> list[Account]:
    return of_channel("rehearsal")


def remember(request: HttpRequest, handle: str) -> None:
    """The next post is likely to come from the same made-up person."""
    request.session[_LAST] = handle


@dataclass(frozen=True, slots=True)
class Square:
    """What one drawing of the page needs to know: whose accounts are ours, and where staff see each post."""

    request: HttpRequest
    accounts: Sequence[Account]
    answering: tuple[int, Resident] | None = None
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def ours(self) -> dict[str, str]:
        return {account.address: account.name for account in self.accounts}

    def shown(self, post: Post) -> dict[str, Any]:
        """One post, as ``rehearsal/post.html`` shows it."""
        name = self.ours.get(post.handle) or post.name or _name(post.handle)
        home = self.seen.get(str(post.pk))
        return {
            "id": post.pk,
            "name": name,
            "initials": "".join(word[0] for word in name.split()[:2]).upper(),
            "hue": zlib.crc32(post.handle.encode()) % _HUES + 1,
            "handle": post.handle,
            "when_words": when_words(post.at),
            "text": post.text,
            "pictures": post.pictures,
            "ours": post.handle in self.ours,
            "url": reverse("web:conversation", args=[home]) if home else "",
        }

    def thread(self, thread: network.Thread) -> dict[str, Any]:
        """A post with its answers, and a form to answer the newest of ours or else the post itself."""
        said = [thread.post, *thread.answers]
        to = next((post for post in reversed(said) if post.handle in self.ours), thread.post)
        resident = next((post.handle for post in said if post.handle not in self.ours), _FIRST)
        form = Resident(accounts=self.accounts, initial={"who": resident}, auto_id=f"answer-{to.pk}-%s")
        if self.answering and self.answering[0] == to.pk:
            form = self.answering[1]
        return {
            **self.shown(thread.post),
            "replies": [self.shown(answer) for answer in thread.answers],
            "reply_form": form,
            "reply_url": reverse("web:rehearsal-answer", args=[to.pk]),
        }

    def exchange(self, exchange: network.Exchange) -> dict[str, Any]:
        names = {post.handle: post.name for post in exchange.lines if post.name}
        resident = names.get(exchange.resident) or _name(exchange.resident)
        given = {"who": exchange.resident, "account": exchange.account, "how": DIRECT}
        prefix = f"direct-{exchange.lines[0].pk}-%s"
        return {
            "title": f"{resident} and {self.ours[exchange.account]}",
            "lines": [{**self.shown(post), "who": self.shown(post)["name"]} for post in exchange.lines],
            "form": Compose(accounts=self.accounts, initial=given, hidden=True, auto_id=prefix),
            "url": reverse("web:rehearsal-write"),
        }


def page(
    request: HttpRequest, *, compose: Compose | None = None, answering: tuple[int, Resident] | None = None
) -> dict[str, Any]:
    """The whole page; ``compose`` and ``answering`` (the post answered, the form) as they came, if they were wrong."""
    accounts = our_accounts()
    threads, exchanges = network.public_timeline(), network.exchanges({account.address for account in accounts})
    square = Square(request, accounts, answering, _homes(request, accounts, threads))
    form = compose or Compose(accounts=accounts, initial={"who": request.session.get(_LAST, _FIRST)})
    return {
        "network_name": "Rehearsal network",
        "network_words": "A small network of our own, to practise on.",
        "post_box_url": reverse("web:post-box") if postbox.folder(request) else "",
        "compose": {"form": form, "url": reverse("web:rehearsal-write")} if accounts else None,
        "posts": [square.thread(thread) for thread in threads],
        "directs": [square.exchange(exchange) for exchange in exchanges],
        "live_url": f"{reverse('web:rehearsal-arrived')}?since={network.newest_id()}",
        "live_every": "3s",
        "empty": _EMPTY if accounts else _NO_ACCOUNT,
    }


def _homes(request: HttpRequest, accounts: Sequence[Account], threads: Sequence[network.Thread]) -> dict[str, int]:
    posts = [str(post.pk) for thread in threads for post in (thread.post, *thread.answers)]
    return homes(viewer(request), [account.pk for account in accounts], posts)


_EMPTY = {"title": "Nobody has posted yet", "words": "Write the first post above, as a resident would."}
_NO_ACCOUNT = {
    "title": "There is no account to write to",
    "words": "Add an account on the channel Rehearsal in Set-up; residents write to it here.",
}


def _name(handle: str) -> str:
    """``@rosa_penn`` as a name: Rosa Penn."""
    return " ".join(part.capitalize() for part in handle.lstrip("@").split("_") if part) or handle
