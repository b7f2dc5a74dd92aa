"""What a writer sees of checks and of those who look first, and what those who look see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from putthrough.channels.contract import Preview
from putthrough.channels.registry import how
from putthrough.conversations.models import Conversation
from putthrough.conversations.standing import account_of
from putthrough.directory.models import User
from putthrough.kit.difference import difference
from putthrough.kit.time import age_in_words, now
from putthrough.replies import clearing, queries
from putthrough.replies.approving import version
from putthrough.replies.checks.catalogue import BY_KEY, Level
from putthrough.replies.findings import Concern, concerns
from putthrough.replies.hours import next_open
from putthrough.replies.models import Reply, Review, Trust
from putthrough.replies.policy import hours, policy
from putthrough.replies.preview import preview
from putthrough.web.screens.enclosures import enclosure
from putthrough.web.screens.words import channel_name, title, when_words

_TAGS = {
    Level.WARN: ("Please look", "note"),
    Level.ASK: ("A colleague looks first", "warning"),
    Level.BLOCK: ("It cannot be sent like this", "danger"),
}


class Look:
    """What becomes of an answer when send is pressed, worked out once for the button and the sentence beside it."""

    def __init__(
        self, user: User, row: Conversation, shown: Preview, found: Sequence[Concern], *, in_private: bool
    ) -> None:
        self.row, self.shown = row, shown
        step = clearing.step_for(user, row, in_private=in_private)
        self.channel = account_of(row, in_private=in_private).channel
        self.practice = step == Trust.Step.REHEARSAL
        alone = clearing.goes_alone(step, private=row.private or in_private)
        self.asks = not self.practice and (not alone or any(one.level == Level.ASK for one in found))
        self.who = queries.who_looks(Reply(author=user, conversation=row)) if self.practice or self.asks else ""

    @property
    def label(self) -> str:
        """What stands on the button."""
        if self.practice:
            return f"Show it to {_small(self.who)}, for practice"
        if self.asks:
            return f"Have {_small(self.who)} look at it first"
        return f"Send to {self.row.contact} {how(self.channel)}"

    def words(self, seconds: int) -> str:
        """What pressing it does, in plain sentences."""
        if self.practice:
            return f"You are practising: nothing is sent. {self.who} reads it and tells you what they think."
        if self.asks:
            return f"{self.who} looks at this before it goes. Nothing is sent until they say yes. {_by_when()}".strip()
        return f"{self.shown.audience} It leaves {seconds} seconds after you press; you can stop it until then."


def _small(who: str) -> str:
    return "a colleague" if who == "A colleague" else who


def _by_when() -> str:
    """Honest about nights and weekends."""
    begins = next_open(hours(policy()), now())
    return "" if begins <= now() else f"Nobody looks before {when_words(begins)}."


def concern_lines(found: Sequence[Concern]) -> list[dict[str, Any]]:
    """Findings as ``components/concerns.html`` shows them."""
    return [
        {
            "key": one.key,
            "name": one.check.name,
            "tag": _TAGS[one.level][0],
            "kind": _TAGS[one.level][1],
            "words": one.words[:200],
            "why": one.why,
            "do": one.check.do,
            "objection": one.objection,
        }
        for one in found
    ]


def unseen_warnings(found: Sequence[Concern], seen: Sequence[str]) -> bool:
    """Whether there is something to say that the writer has not been shown yet."""
    return any(one.level == Level.WARN and one.key not in seen for one in found)


def about(user: User, row: Conversation, text: str, *, in_private: bool) -> list[Concern]:
    return concerns(row, text, by=user, in_private=in_private, draft=queries.own_words(user, row))


def feedback(reviews: Sequence[Review]) -> list[dict[str, Any]]:
    """What colleagues made of somebody's answers, for that person."""
    return [_said(one) for one in reviews if one.reason or one.after]


def _said(one: Review) -> dict[str, Any]:
    verbs = {
        Review.Verdict.APPROVED: "approved your answer",
        Review.Verdict.CHANGED: "changed a few words and let your answer go",
        Review.Verdict.RETURNED: "asks you to look at it once more",
        Review.Verdict.SUPERSEDED: "answered meanwhile, so yours came back to you",
    }
    return {
        "who": one.by.name,
        "did": verbs[Review.Verdict(one.verdict)],
        "when_words": when_words(one.at),
        "reason": one.reason,
        "parts": difference(one.before, one.after) if one.after else [],
    }


def card(reply: Reply, said: str, *, typed: str | None = None, alone: bool = False) -> dict[str, Any]:
    """One waiting answer as ``components/check_card.html`` shows it; ``said`` is what it answers. How it will appear is
    worked out for one that is looked at ``alone``."""
    row = reply.conversation
    before = next((one.before for one in reversed(reply.reviews.all()) if one.before), "")
    return {
        "id": reply.pk,
        "version": version(reply),
        "subject": title(row),
        "url": reverse("web:conversation", args=[row.pk]),
        "look_url": reverse("web:look", args=[reply.pk]),
        "who": reply.author.name,
        "contact": str(row.contact),
        "channel": channel_name(row.channel),
        "age_words": age_in_words(reply.submitted_at or reply.saved_at),
        "said": said,
        "text": reply.text if typed is None else typed,
        "preview": _preview(reply) if alone else None,
        "files": [enclosure(one) for one in reply.enclosures.all()],
        "preview_channel": channel_name(row.channel),
        "sender": str(row.account),
        "concerns": [kept_line(one) for one in reply.findings],
        "parts": difference(before, reply.text) if before else [],
        "tags": _tags(reply),
        "practice": reply.practice,
        "changed": typed is not None,
    }


def _preview(reply: Reply) -> Preview:
    row, going = reply.conversation, queries.enclosures(reply)
    return preview(row, reply.text, in_private=reply.in_private, enclosures=going)


def kept_line(kept: dict[str, str]) -> dict[str, Any]:
    """A finding as it was kept when somebody else was asked to look."""
    check = BY_KEY.get(kept["key"])
    name = check.name if check else kept["key"]
    return {**kept, "name": name, "tag": "A check found", "kind": "warning", "do": check.do if check else ""}


def _tags(reply: Reply) -> list[dict[str, str]]:
    found = [{"text": "Practice", "kind": "note"}] if reply.practice else []
    if not reply.practice:
        public = not (reply.conversation.private or reply.in_private)
        found.append({"text": "Public" if public else "Private", "kind": "quiet"})
    if reply.escalated_at:
        found.append({"text": "Has waited too long", "kind": "danger"})
    elif reply.reminded_at:
        found.append({"text": "Waits for long", "kind": "warning"})
    return found


def offer(row: Trust) -> dict[str, str]:
    """A step that may be offered, as a sentence and a button."""
    where = how(row.channel) if row.channel else "everywhere"
    trusted = row.step == Trust.Step.CHECKED
    step = "answer by themselves" if trusted else "answer real people, with somebody looking first"
    return {
        "words": f"The last {row.in_a_row} answers by {row.user.name} {where} were approved as they were.",
        "label": f"Yes, let {row.user.name} {step}",
        "url": reverse("web:rise", args=[row.pk]),
    }
