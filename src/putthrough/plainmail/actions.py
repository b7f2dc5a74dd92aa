"""What people do about colleagues who answer by ordinary email."""

from __future__ import annotations

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations.actions import CannotBeDone, close
from putthrough.conversations.models import Conversation
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.plainmail import facts
from putthrough.plainmail.deciding import give_back
from putthrough.plainmail.models import Answer, Notice, Policy
from putthrough.plainmail.tokens import LINK, notice_of

GONE = "This link is too old. Reply to the email instead, or ask whoever sorts your organisation's messages."


def save_policy(row: Policy, *, by: User) -> Policy:
    access.require(by, "set_up_directory")
    with writing():
        row.save(update_fields=["identity", "host", "account", "days"])
        record(facts.POLICY_SAVED, thing(row), by=by.name)
    return row


def linked(token: str, verb: str) -> Notice:
    """The mail whose link this is: the token alone says so. Raises access.NotVisible, and CannotBeDone when it is too
    old."""
    pk = notice_of(token, LINK)
    of = "conversation"
    rows = Notice.objects.select_related(f"{of}__owner", f"{of}__account", "team", "person")
    notice = rows.filter(pk=pk, kind=Notice.Kind.PUT).first() if pk is not None else None
    if notice is None or (verb == "done" and notice.person is None):
        raise access.NotVisible("There is no such link.")
    if notice.expires_at < now():
        raise CannotBeDone(GONE)
    return notice


def follow_link(notice: Notice, verb: str, reason: str) -> Conversation:
    """What the link's page was for, as the person whose mail it is in. Raises CannotBeDone and access.NotAllowed."""
    row, person = notice.conversation, notice.person
    if person is not None and not person.is_active:
        raise access.NotAllowed("You cannot do this any more.")
    with writing():
        if verb == "done" and person is not None:
            return close(row, by=person)
        give_back(row, notice, person, reason)
    return row


def put_away(answer: Answer, *, by: User) -> Answer:
    """It has been dealt with: what a colleague wrote is not shown with the conversation any more."""
    row = answer.notice.conversation
    access.require(by, "reply", row)
    with writing():
        shown = Answer.objects.filter(pk=answer.pk, state__in=[Answer.State.KEPT, Answer.State.AUTOMATIC])
        if shown.update(state=Answer.State.PUT_AWAY):
            record(facts.PUT_AWAY, thing(row), by=by.name, writer=answer.writer)
    return answer
