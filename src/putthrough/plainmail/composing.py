"""The mail to a colleague as it stands at this moment: who it is for, what it says, how their answer finds home."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from putthrough.channels.contract import Outgoing
from putthrough.channels.models import Account
from putthrough.channels.registry import how
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.standing import goes_on_in_private
from putthrough.deadlines.queries import in_words_due
from putthrough.delivery.models import Delivery
from putthrough.directory.models import Service, Signpost
from putthrough.directory.queries import organisation
from putthrough.handover.models import Handover
from putthrough.kit.text import shorten
from putthrough.kit.time import in_words, local, local_day
from putthrough.plainmail.letter import Letter, Spoken, written
from putthrough.plainmail.models import Notice, Policy
from putthrough.plainmail.noticing import entitled
from putthrough.plainmail.said import FOR_ONE, MARKER
from putthrough.plainmail.tokens import LINK, message_id, token
from putthrough.replies.preview import preview
from putthrough.routing.models import Decision

_EARLIER = 10
_MOST_REFERENCES = 10
_SIGNPOSTS = 3
_GUESSES = 3


def overtaken(notice: Notice) -> str:
    """Why it need not leave any more, empty where it has to."""
    row, team, person = notice.conversation, notice.team, notice.person
    if notice.kind == Notice.Kind.BACK:
        return ""
    if row.state == Conversation.State.CLOSED:
        return "The conversation was closed before it left."
    if team is not None and (row.owner_id != team.pk or not team.by_email_since or not _same(team.email, notice)):
        return "It is not for this team's address any more."
    if person is not None and not (person.by_email_since and _same(person.email, notice) and entitled(person, row)):
        return "It is not for this person any more."
    later = Notice.objects.filter(conversation=row, recipient=notice.recipient, kind=Notice.Kind.PUT, state="due")
    return "A later email says it all." if later.filter(pk__gt=notice.pk).exists() else ""


def _same(address: str, notice: Notice) -> bool:
    return address.lower() == notice.recipient


def sender(notice: Notice, rules: Policy) -> Account | None:
    """The account that it leaves from: that which the resident wrote to by email, or the one that was chosen for it."""
    own, chosen = notice.conversation.account, rules.account
    for account in (own, chosen):
        if account is not None and account.channel == "email" and account.enabled:
            return account
    return Account.objects.filter(channel="email", enabled=True).order_by("pk").first()


def outgoing(notice: Notice, account: Account, rules: Policy) -> Outgoing:
    """``message_id`` is the same at each attempt."""
    answerable = notice.team_id is not None or notice.person_id is not None
    before = [] if notice.in_reply_to else _before(notice)
    own = token(notice.pk) if answerable else ""
    return Outgoing(
        to=notice.recipient,
        to_name=_name(notice),
        subject=notice.subject or _subject(notice.conversation),
        text=_text(notice, rules),
        private=True,
        message_id=notice.message_id or _own_id(notice, account, answerable=answerable),
        in_reply_to=notice.in_reply_to or (before[-1] if before else ""),
        references=before,
        thread=own,
        from_name=account.name,
        automatic="auto-replied" if notice.kind == Notice.Kind.BACK else "auto-generated",
    )


def _own_id(notice: Notice, account: Account, *, answerable: bool) -> str:
    domain = account.address.rpartition("@")[2]
    return message_id(notice.pk, domain) if answerable else f"back-{notice.pk}.{notice.made_at:%Y%m%d%H%M%S}@{domain}"


def _name(notice: Notice) -> str:
    told = notice.person or notice.team
    return told.name if told else ""


def _before(notice: Notice) -> list[str]:
    """Earlier mails about the conversation to the same address, so that a mail program shows them as one."""
    sent = Notice.objects.filter(conversation=notice.conversation, recipient=notice.recipient, pk__lt=notice.pk)
    ids = sent.exclude(message_id="").order_by("-pk").values_list("message_id", flat=True)
    return list(reversed(ids[:_MOST_REFERENCES]))


def _subject(row: Conversation) -> str:
    return f"For {row.owner.name}: {row.subject or shorten(row.preview, 60) or 'a message'}"


def _text(notice: Notice, rules: Policy) -> str:
    if notice.kind == Notice.Kind.PUT:
        return written(letter(notice))
    if not _name(notice):
        return f"{notice.text}\n"
    return f"{MARKER}\n\n{notice.text}\n\n{FOR_ONE} {_name(notice)} alone.\n"


def letter(notice: Notice) -> Letter:
    row, body = notice.conversation, organisation()
    privately = goes_on_in_private(row)
    shown = preview(row, "…", in_private=privately)
    *earlier, latest = _spoken(row) or [Spoken(row.contact.name, "", row.preview)]
    return Letter(
        contact=str(row.contact),
        how=f"{how(row.channel)}{'' if row.private or privately else ', in public'}",
        owner=row.owner.name,
        due=in_words_due(row.due_at, body.nation) if row.due_at else "",
        note=_note(row),
        trouble=_trouble(row),
        length=f"One message there has at most {shown.limit} {shown.unit}." if shown.limit else "",
        latest=latest,
        audience=shown.audience,
        sender=shown.sender,
        stopped=" ".join(shown.problems),
        undo_seconds=body.undo_seconds,
        earlier=earlier,
        signposts=_signposts(row),
        only_for=_only_for(notice),
        decline_url=link(notice, "not-mine"),
        done_url=link(notice, "done") if notice.person_id else "",
    )


def _only_for(notice: Notice) -> str:
    name = _name(notice)
    return name if notice.person_id else f"the people of {name}"


def link(notice: Notice, verb: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse("web:by-mail", args=[token(notice.pk, LINK), verb])


def _note(row: Conversation) -> str:
    given = Handover.objects.filter(conversation=row, to=row.owner_id).exclude(state=Handover.State.UNDONE)
    last = given.select_related("by").order_by("-pk").first()
    return f"{last.note} ({last.by.name})" if last and last.note else ""


def _trouble(row: Conversation) -> str:
    last = Delivery.objects.filter(reply__conversation=row).order_by("-pk").first()
    failed = last is not None and last.state in (Delivery.State.FAILED, Delivery.State.UNCERTAIN)
    return last.words if last is not None and failed else ""


def _spoken(row: Conversation) -> list[Spoken]:
    """What was said, oldest first, the resident's latest words at the end."""
    said = list(Message.objects.filter(conversation=row, withdrawn_at=None).order_by("-received_at", "-pk")[:_EARLIER])
    newest = next((one for one in said if one.direction == "in" and not one.automatic), said[0] if said else None)
    rest = [one for one in reversed(said) if one is not newest]
    return [_one(one) for one in ([*rest, newest] if newest else rest)]


def _one(message: Message) -> Spoken:
    moment = message.received_at
    when = f"{in_words(local_day(moment))}, {local(moment):%H:%M}"
    return Spoken(message.name or message.handle, when, message.text, inside=message.direction == "note")


def _signposts(row: Conversation) -> Sequence[str]:
    """Of its service, and of other bodies that routing thought of."""
    decided = Decision.objects.filter(conversation=row).order_by("-pk").first()
    guesses = decided.candidates[:_GUESSES] if decided else []
    keys = [guess["service"] for guess in guesses if guess.get("whose")]
    services = Service.objects.filter(key__in=keys, active=True)
    chosen = [row.service_id, *services.values_list("pk", flat=True)]
    posts = Signpost.objects.filter(service__in=[pk for pk in chosen if pk]).select_related("service")
    return [f"{post.service.name}:\n{_post(post)}" for post in posts.order_by("pk")[:_SIGNPOSTS]]


def _post(post: Signpost) -> str:
    parts = (post.words, post.page, post.phone and f"Telephone {post.phone}", post.hours)
    return "\n".join(part for part in parts if part)
