"""The journey of a message, as one table: what follows from what. Page one of the code.

A message arrives (``intake``), is filed with its contact, conversation and owner (``conversations``, which asks
``routing`` where to and ``deadlines`` by when), changes hands (``handover``), is answered (``replies``) and the answer
is sent once (``delivery``), as is a post to everybody, of which the answers are found. Colleagues who never sign in get
it by ordinary email and answer by pressing reply (``plainmail``). Each arrow below is a nudge; the sweep runs every
step whether nudged or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from putthrough.audit.actions import follow
from putthrough.conversations import colleagues, hearing, placing, visibility
from putthrough.conversations import facts as conversation
from putthrough.conversations.filing import file_waiting
from putthrough.conversations.following import follow as follow_messages
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.presence import forget as forget_presence
from putthrough.deadlines.reminders import remind as remind_of_clocks
from putthrough.delivery import answering
from putthrough.delivery import facts as delivery
from putthrough.delivery.actions import note_bounces, prepare, reconcile, send_due
from putthrough.delivery.posting import prepare_posts, publish_due, reconcile_posts
from putthrough.directory import access, sittings, tries
from putthrough.handover.alerts.step import alert
from putthrough.handover.batches import facts as batch
from putthrough.handover.batches.actions import work_on
from putthrough.handover.incidents import queries as incidents
from putthrough.handover.incidents.models import Incident
from putthrough.handover.incidents.step import gather
from putthrough.intake.jobs import poll
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import Step, later, register
from putthrough.oversight.figures.actions import roll_up
from putthrough.oversight.retention.deleting import retain
from putthrough.plainmail.noticing import give_up_lost, make_notices
from putthrough.plainmail.sending import send_notice
from putthrough.plainmail.taking import take, take_answers
from putthrough.replies import facts as reply
from putthrough.replies import queries as replies
from putthrough.replies.bulk.step import answer
from putthrough.replies.links import look
from putthrough.replies.models import Reply
from putthrough.replies.posts import facts as post
from putthrough.replies.posts import queries as posts
from putthrough.replies.posts.models import Post
from putthrough.replies.reminding import fall_back
from putthrough.replies.reminding import remind as remind_of_answers
from putthrough.replies.taking_private import go_on
from putthrough.routing import facts as routing
from putthrough.routing.encode import encode_directory
from putthrough.routing.kinds import following
from putthrough.routing.kinds.clocks import follow_kind
from putthrough.routing.placer import Router
from putthrough.routing.refit import learn_anew

STEPS: Sequence[Step] = (
    Step("poll", poll, lane="networks"),
    Step("follow", follow_messages, lane="networks"),
    Step("file", file_waiting),
    Step("alert", alert, lane="alerts"),
    Step("answers", take_answers),
    Step("batches", work_on),
    Step("bulk", answer),
    Step("prepare", prepare),
    Step("deliver", send_due, lane="networks"),
    Step("private", go_on),
    Step("reconcile", reconcile, lane="networks"),
    Step("prepare_posts", prepare_posts),
    Step("publish", publish_due, lane="networks"),
    Step("reconcile_posts", reconcile_posts, lane="networks"),
    Step("bounces", note_bounces),
    Step("remind_answers", remind_of_answers),
    Step("presence", forget_presence),
    Step("links", look, lane="networks"),
    Step("fall_back", fall_back),
    Step("remind_clocks", remind_of_clocks, lane="networks"),
    Step("notices", make_notices),
    Step("retain", retain),
    Step("mail", send_notice, lane="networks"),
    Step("lost-mail", give_up_lost),
    Step("sittings", sittings.forget),
    Step("tries", tries.forget),
    Step("gather", gather, lane="learning"),
    Step("encode", encode_directory, lane="learning"),
    Step("learn", learn_anew, lane="learning"),
    Step("figures", roll_up, lane="learning"),
)

FOLLOWS: Mapping[str, Sequence[str]] = {
    conversation.BOUNCED.verb: ["bounces"],
    conversation.WITHDRAWN_OURS.verb: ["fall_back"],
    **{fact.verb: ["alert"] for fact in (routing.KIND_SUGGESTED, routing.KIND_CONFIRMED, routing.KIND_REJECTED)},
    delivery.SENT.verb: ["private"],
    delivery.FAILED.verb: ["private"],
    **{fact.verb: ["batches"] for fact in (batch.BEGUN, batch.UNDONE)},
    post.APPROVED.verb: ["prepare_posts", "publish"],
    **{fact.verb: ["prepare", "deliver"] for fact in (reply.HELD, reply.APPROVED, reply.CHANGED)},
}


def connect() -> None:
    """Tell each lower stage what it must call in a higher one. Done once, when all apps are loaded."""
    for step in STEPS:
        register(step)
    follow(_nudge)
    placing.use(Router())
    following.listen(follow_kind)
    colleagues.use(take)
    hearing.listen(answering.hear)
    access.register(Conversation, visibility.conversations, visibility.allowed)
    access.register(Message, visibility.messages)
    access.register(Arrival, visibility.arrivals)
    access.register(Reply, replies.replies, replies.allowed)
    access.register(Post, posts.visible, posts.allowed)
    access.register(Incident, incidents.visible, incidents.allowed)


def _nudge(verbs: frozenset[str]) -> None:
    for step in dict.fromkeys(step for verb in verbs for step in FOLLOWS.get(verb, ())):
        later(step)
