"""What there is to walk through: one of everything that has an address, in a team that only Harriet is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from putthrough.channels.contract import Arrived
from putthrough.channels.rehearsal import network
from putthrough.conversations.models import Attachment, Conversation, Message
from putthrough.deadlines.actions import begin
from putthrough.deadlines.models import Deadline, Feed, Holiday, Reminder
from putthrough.deadlines.policy import save_holiday
from putthrough.delivery.models import Delivery
from putthrough.directory.models import Place, User
from putthrough.directory.places import save_place
from putthrough.handover.actions import pass_on
from putthrough.handover.alerts.models import Alert, OnCall, Telling
from putthrough.handover.batches.models import Batch
from putthrough.handover.incidents.models import Incident, Membership
from putthrough.handover.models import Handover
from putthrough.intake.actions import keep, set_aside
from putthrough.intake.models import Arrival
from putthrough.jobs.actions import beat
from putthrough.kit.time import now
from putthrough.oversight.retention.models import Hold
from putthrough.plainmail.models import Answer, Notice
from putthrough.plainmail.tokens import LINK, token
from putthrough.replies.models import Enclosure, Reply, Trust
from putthrough.replies.posts.models import Post, Publication
from putthrough.routing.models import Rule, Version
from tests.cast import MISSED_BIN, POTHOLE, Cast, person, resident_writes


@dataclass(frozen=True, slots=True)
class World:
    """``row`` is a private conversation of highways, on which the others hang; ``public`` is one of waste's."""

    cast: Cast
    people: Mapping[str, User]
    row: Conversation
    public: Conversation
    message: Message
    attachment: Attachment
    arrival: Arrival
    handover: Handover
    reply: Reply
    enclosure: Enclosure
    delivery: Delivery
    rule: Rule
    waiting: Reply
    step: Trust
    version: Version
    post: int
    place: Place
    clock: Deadline
    holiday: Holiday
    feed: Feed
    reminder: Reminder
    notice: Notice
    kept_mail: Answer
    incident: Incident
    on_call: OnCall
    order: Hold
    telling: Telling
    said: Post
    batch: Batch


def build(cast: Cast) -> World:
    beat(every=0)
    row = resident_writes(POTHOLE)
    message = row.messages.get()
    reply = Reply.objects.create(conversation=row, author=cast.harriet, text="Hello.", state=Reply.State.FAILED)
    failed = Delivery(reply=reply, recipient="@rosa", state=Delivery.State.FAILED, next_attempt_at=now())
    failed.save()
    notice = _mailed(cast, row)
    clock = begin(row, "foia", received_at=row.opened_at, by=cast.harriet)
    return World(
        cast=cast,
        people={
            "triager": cast.tess,
            "responder": cast.harriet,
            "lead": cast.clem,
            "governance": cast.ivy,
            "administrator": cast.ada,
        },
        row=row,
        public=resident_writes(MISSED_BIN, handle="@kit", private=False),
        message=message,
        attachment=Attachment.objects.create(message=message, part="2", name="a.txt", media_type="text/plain", size=3),
        arrival=_aside(cast),
        handover=pass_on(resident_writes(POTHOLE, handle="@ned"), cast.waste, by=cast.harriet),
        reply=reply,
        enclosure=Enclosure.objects.create(reply=reply, name="a.txt", media_type="text/plain", size=1, content=b"a"),
        delivery=failed,
        rule=Rule.objects.order_by("pk")[0],
        waiting=_waiting(resident_writes(POTHOLE, handle="@lou"), cast),
        step=Trust.objects.get(user=cast.wilf),
        version=Version.objects.create(
            state=Version.State.READY, begun_at=now(), taught_until=now(), content=b"?", sha256="?"
        ),
        post=network.post("@kit", "Hello everybody").pk,
        place=save_place(Place(name="Mill Rise", ward="Westgate", area="North")),
        clock=clock,
        reminder=Reminder.objects.create(
            deadline=clock, user=cast.harriet, kind="late", due_at=now(), next_attempt_at=now(), state="sent"
        ),
        holiday=save_holiday(Holiday(day=date(2026, 12, 29), name="Shut between the years", closure=True)),
        feed=Feed.objects.create(user=cast.harriet, hash="?"),
        notice=notice,
        kept_mail=_kept(cast, notice),
        incident=_incident(row),
        on_call=OnCall.objects.create(team=cast.highways, user=cast.harriet),
        order=Hold.objects.create(reason="A claim", by="Ivy Penhale", at=now()),
        telling=_told(row, cast),
        said=_said(cast),
        batch=Batch.objects.create(by=cast.harriet, verb="claim", state="done", at=now()),
    )


def _told(row: Conversation, cast: Cast) -> Telling:
    alert = Alert.objects.create(conversation=row, raised_at=now(), next_at=now())
    return Telling.objects.create(
        alert=alert, user=cast.harriet, way="email", address=cast.harriet.email, round=1, next_attempt_at=now()
    )


def link_token(world: World) -> str:
    return token(world.notice.pk, LINK)


def _mailed(cast: Cast, row: Conversation) -> Notice:
    moment = now()
    return Notice.objects.create(
        conversation=row,
        person=cast.harriet,
        recipient=cast.harriet.email,
        event="entry:1",
        state=Notice.State.SENT,
        next_attempt_at=moment,
        made_at=moment,
        expires_at=moment + timedelta(days=1),
    )


def _kept(cast: Cast, notice: Notice) -> Answer:
    keep([(cast.account.pk, Arrived("answer", b"?"))])
    arrival = Arrival.objects.get(external_id="answer")
    Arrival.objects.filter(pk=arrival.pk).update(state=Arrival.State.ANSWER)
    return Answer.objects.create(
        arrival=arrival, notice=notice, key="?", text="On Friday.", state=Answer.State.KEPT, at=now()
    )


def _waiting(row: Conversation, cast: Cast) -> Reply:
    """An answer that waits for somebody who is trusted to look at it."""
    return Reply.objects.create(
        conversation=row, author=cast.harriet, text="Soon.", state=Reply.State.SUBMITTED, submitted_at=now()
    )


def _incident(row: Conversation) -> Incident:
    """Suggested, with nothing in it but highways' private conversation."""
    moment = now()
    found = Incident.objects.create(key="walk", title="Potholes", opened_at=moment, last_at=moment)
    Membership.objects.create(incident=found, conversation=row, at=moment)
    return found


def _said(cast: Cast) -> Post:
    """What waits to be approved, by somebody of communications."""
    cora = person("Cora Vane", User.Role.RESPONDER, cast.comms)
    post = Post.objects.create(author=cora, text="Back by 4pm.", state=Post.State.SUBMITTED, submitted_at=now())
    Publication.objects.create(post=post, account=cast.account)
    return post


def _aside(cast: Cast) -> Arrival:
    keep([(cast.account.pk, Arrived("unreadable", b"?"))])
    arrival = Arrival.objects.get(external_id="unreadable")
    set_aside(arrival.pk, "It is not a post.")
    return arrival
