"""Asking a network over HTTP, and saying in plain words what came of it: the same for every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from putthrough.channels.contract import ChannelError
from putthrough.kit.http import Answer, NoAnswer, NotJson, Web
from putthrough.kit.strangers import may_be_asked
from putthrough.kit.text import shorten

_SIGN_IN_AGAIN = "{name} does not accept our sign-in any more. Sign in again in Set-up, Accounts."
_PATIENCE = "{name} asks for patience: too much was asked of it at once. It is tried again."
_TROUBLE = "{name} is in trouble (status {status}). It is tried again."
_PERHAPS = "{name} did not say whether it took this ({why}). Look there before it is sent again."
_INSIDE = "This file is not fetched: its address leads nowhere in public. Open the message on {name}."
_NOT_GIVEN = "{name} does not hand this file to us (status {status}). Open the message on {name} to see it."
_REFUSED = "{name} does not take this: {why}. Change it, or answer on {name} itself."


@dataclass(frozen=True, slots=True)
class Network:
    """How one network speaks: its name, where it says how long to wait (seconds), and why it refuses."""

    name: str
    wait: Callable[[Answer], float | None] = lambda answer: answer.retry_after
    why: Callable[[Mapping[str, Any]], str] = lambda said: str(said.get("error", ""))

    def ask(self, web: Web, method: str, url: str, *, risky: bool = False, **more: Any) -> Answer:
        """The answer, if it is a good one. Raises ChannelError.

        ``risky``: to ask twice would do it twice, so that where no answer came nobody knows whether it was done.
        """
        try:
            answer = web.ask(method, url, **more)
        except NoAnswer as error:
            if risky and not error.unsent:
                raise ChannelError(_PERHAPS.format(name=self.name, why="no answer"), uncertain=True) from error
            raise ChannelError(str(error)) from error
        if answer.fine:
            return answer
        raise self.refusal(answer, risky=risky)

    def file(self, url: str, *, home: str, largest: int) -> bytes:
        """A file at an address that stood in a message, of at most ``largest`` bytes. Raises ChannelError.

        Whoever wrote the message chose the address: it is asked only in public, or at ``home``.
        """
        if not may_be_asked(url, home=home):
            raise ChannelError(_INSIDE.format(name=self.name), permanent=True)
        try:
            with Web() as web:
                answer = web.ask("GET", url, largest=largest)
        except NoAnswer as error:
            raise ChannelError(str(error)) from error
        if answer.status in (401, 403, 404, 410):
            raise ChannelError(_NOT_GIVEN.format(name=self.name, status=answer.status), permanent=True)
        if not answer.fine:
            raise self.refusal(answer)
        return answer.body

    def refusal(self, answer: Answer, *, risky: bool = False) -> ChannelError:
        """What a bad answer means and what to do."""
        status, about = answer.status, {"name": self.name, "status": answer.status}
        if status == 401:
            return ChannelError(_SIGN_IN_AGAIN.format(**about), permanent=True)
        if status == 429:
            return ChannelError(_PATIENCE.format(**about), retry_after=self.wait(answer))
        if status >= 500 and risky:
            return ChannelError(_PERHAPS.format(**about, why=f"status {status}"), uncertain=True)
        if status >= 500:
            return ChannelError(_TROUBLE.format(**about))
        return ChannelError(_REFUSED.format(**about, why=self.reason(answer)), permanent=True)

    def reason(self, answer: Answer) -> str:
        """Why, in the network's own words as far as it gives any."""
        return shorten(self.why(said(answer)), 200).rstrip(".") or f"status {answer.status}"


def said(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer, empty where there is none."""
    try:
        return answer.json()
    except NotJson:
        return {}


def told(network: Network, answer: Answer) -> dict[str, Any]:
    """The JSON object that was asked for. Raises ChannelError, to be tried again, when it is none."""
    try:
        return answer.json()
    except NotJson as error:
        raise ChannelError(f"{network.name} answered with something that cannot be read. It is tried again.") from error
