"""The checks asked about an answer in its conversation, with what this body publishes and how strict it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from putthrough.audit.actions import record, thing, writing
from putthrough.channels.models import Account
from putthrough.channels.queries import accounts
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.standing import account_of, of_contact
from putthrough.directory.models import User
from putthrough.directory.queries import contact_details, directory_version, places, teams_of
from putthrough.kit.time import now
from putthrough.replies import facts
from putthrough.replies.checks.catalogue import BY_KEY, Check, Level, look_over
from putthrough.replies.checks.contract import Answer, Finding, Published
from putthrough.replies.checks.personal import plain_phone
from putthrough.replies.links import dead
from putthrough.replies.models import Objection, Reply
from putthrough.replies.policy import election_is_on, level_of, policy

_NUMBER = re.compile(r"\+?\d[\d () .-]{6,16}\d")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Concern:
    """A finding as people see it: what it does here, the words that counted, and the writer's objection to it."""

    key: str
    level: Level
    words: str
    why: str
    objection: str = ""
    start: int = 0
    end: int = 0

    @property
    def check(self) -> Check:
        return BY_KEY[self.key]

    def kept(self) -> dict[str, Any]:
        """For the row, and for whoever looks at it later."""
        return {"key": self.key, "words": self.words, "why": self.why, "objection": self.objection}


def concerns(
    conversation: Conversation, text: str, *, by: User, in_private: bool = False, draft: Reply | None = None
) -> list[Concern]:
    """What there is to say about an answer, the strictest first. What is marked as wrong on ``draft`` does less."""
    if not text.strip():
        return []
    answer = answer_of(conversation, text, by=by, in_private=in_private, election=election_is_on(policy()))
    return weighed(answer, _objections(draft))


def weighed(answer: Answer, said: Mapping[tuple[str, str], str] = MappingProxyType({})) -> list[Concern]:
    """What the checks find in it, as strict as this body is; ``said`` are the objections to a check and its words."""
    row = policy()
    found = [_concern(one, answer.text, level_of(one.key, row), said) for one in look_over(answer)]
    order = list(Level)
    return sorted((one for one in found if one.level != Level.OFF), key=lambda one: -order.index(one.level))


def _concern(finding: Finding, text: str, level: Level, said: Mapping[tuple[str, str], str]) -> Concern:
    words = finding.words(text)
    objection = said.get((finding.key, words), "")
    why = BY_KEY[finding.key].why.format(about=finding.about)
    return Concern(
        finding.key, _after(level) if objection else level, words, why, objection, finding.start, finding.end
    )


def _after(level: Level) -> Level:
    """What a finding still does that its writer marked as wrong: a second person decides; a warning is done with."""
    return Level.OFF if level == Level.WARN else Level.ASK


def _objections(draft: Reply | None) -> dict[tuple[str, str], str]:
    if draft is None or draft.pk is None:
        return {}
    return {(one.key, one.words): one.reason for one in Objection.objects.filter(reply=draft)}


def answer_of(
    conversation: Conversation, text: str, *, by: User, in_private: bool = False, election: bool = False
) -> Answer:
    """Everything that the checks may know."""
    account = account_of(conversation, in_private=in_private)
    last = of_contact(conversation, in_private=in_private).first()
    said = spoken(account, text, by=by, election=election)
    return replace(
        said,
        public=not (conversation.private or in_private),
        said=last.text if last else "",
        said_privately=bool(last and last.private),
    )


def spoken(account: Account, text: str, *, by: User, election: bool = False) -> Answer:
    """What is said to everybody, by an account of ours."""
    ours, team = accounts(), account.team
    foreign = team is not None and team.pk not in {one.pk for one in teams_of(by)}
    return Answer(
        text=text,
        public=True,
        published=published(directory_version(), tuple(one.address for one in ours)),
        sender=account.name,
        other_accounts=tuple({one.name for one in ours if one.pk != account.pk} - {account.name, ""}),
        foreign_account=str(team) if foreign else "",
        election=election,
        dead_links=dead(text),
    )


@lru_cache(maxsize=4)
def published(version: int, addresses: Sequence[str]) -> Published:
    """The body's own numbers and addresses: its signposts', its teams' and its accounts'."""
    text = "\n".join([*contact_details(), *addresses])
    return Published(
        phones=frozenset(plain_phone(match[0]) for match in _NUMBER.finditer(text)),
        emails=frozenset(match[0].lower() for match in _ADDRESS.finditer(text)),
        places=frozenset(name.lower() for name, _, _ in places()),
    )


def object_to(draft: Reply, key: str, reason: str, *, by: User) -> Objection:
    """The writer marks a finding about their own draft as wrong. Raises CannotBeDone without a reason."""
    if not reason.strip():
        raise CannotBeDone("Say in a few words why it is wrong here: whoever looks at the answer reads it.")
    if draft.author_id != by.pk or draft.state != Reply.State.DRAFT:
        raise CannotBeDone("Only its writer can say so, while it is a draft.")
    found = concerns(draft.conversation, draft.text, by=by, in_private=draft.in_private, draft=draft)
    concern = next((one for one in found if one.key == key), None)
    if concern is None:
        raise CannotBeDone("That is not found in it any more.")
    with writing():
        row, _ = Objection.objects.update_or_create(
            reply=draft, key=key, words=concern.words, defaults={"reason": reason.strip()[:400], "by": by, "at": now()}
        )
        record(facts.OBJECTED, thing(draft.conversation), by=by.name, check=concern.check.name.lower())
    return row
