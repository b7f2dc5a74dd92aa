"""What people do with answers in a random history: write, look at each other's, rise and fall, try every door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import rule

from putthrough.conversations.models import Conversation
from putthrough.delivery.models import Delivery
from putthrough.directory.models import User
from putthrough.kit.time import now
from putthrough.replies import actions as replies
from putthrough.replies import approving
from putthrough.replies.models import Reply, Trust
from tests.body import World

USERS = ("tess", "wilf", "harriet", "hugh", "clem", "ivy", "ada")
THEIRS = "somebody of the team that has it"
index = st.sampled_from((0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 5, 8, 13))  # often the same: that is where histories meet
users = st.sampled_from((THEIRS, THEIRS, THEIRS, THEIRS, *USERS))
Row = TypeVar("Row")


def pick(rows: Sequence[Row], at: int) -> Row:
    return rows[at % len(rows)]


class Answers:
    """A part of ``Histories``, which has the world and says how something is tried."""

    world: World
    _words: Callable[[str], str]
    _try: Callable[[str, int, bool, Callable[[Conversation, Any], Any]], None]
    _who: Callable[[str, Conversation], User]
    _refusable: Callable[[Callable[[], Any]], None]

    @rule(who=users, which=index, stale=st.booleans(), instead=st.booleans(), doubtful=st.booleans())
    def sends(self, who: str, which: int, stale: bool, instead: bool, doubtful: bool) -> None:
        text = self._words("we guarantee it" if doubtful else "we are on it")

        def send(row: Conversation, by: Any) -> None:
            reply = replies.send(row, text, by=by, instead=instead)
            self.world.drafts[row.pk, by.pk] = text
            step = self._step(by)
            alone = not doubtful and (step == "trusted" or (step == "checked" and row.private))
            assert reply.state == ("held" if alone else "submitted")
            if alone:
                self.world.cleared[text] = by.pk

        self._try(who, which, stale, send)

    def _step(self, user: User) -> str:
        return self.world.steps.get(user.pk, "trusted")

    @rule(who=st.sampled_from(USERS), step=st.sampled_from(["rehearsal", "checked", "trusted"]))
    def is_put_on_another_step(self, who: str, step: str) -> None:
        user = self.world.people[who]
        Trust.objects.filter(user=user).update(step=step)
        self.world.steps[user.pk] = step
        begun = set(Delivery.objects.values_list("reply__text", flat=True))
        theirs = Reply.objects.filter(author=user).select_related("conversation")
        for reply in theirs.exclude(text__in=begun).filter(cleared_by=user):
            alone = step == "trusted" or (step == "checked" and reply.conversation.private)
            if alone:  # again, perhaps: it may leave after all
                self.world.cleared[reply.text] = user.pk
            else:
                self.world.cleared.pop(reply.text, None)

    @rule(who=users, which=index, how=st.sampled_from(["approve", "change", "return", "unseen"]))
    def looks_at_an_answer(self, who: str, which: int, how: str) -> None:
        rows = list(Reply.objects.filter(state="submitted").order_by("pk"))
        if not rows:
            return
        one = pick(rows, which)
        by = self._who(who, one.conversation)
        words = self._words("in other words") if how == "change" else None
        seen = "" if how == "unseen" else approving.version(one)

        def look() -> None:
            if how == "return":
                approving.give_back(one, by=by, reason="say when")
            else:
                done = approving.approve(one, by=by, seen=seen, text=words, reason="plainer")
                assert done.state == ("practised" if one.practice else "held")
                if not one.practice:
                    self.world.cleared[words or one.text] = by.pk
            assert by.pk != one.author_id, "nobody approves themselves"
            assert self._step(by) == "trusted"
            assert how != "unseen"

        self._refusable(look)

    @rule(who=st.sampled_from(USERS), which=index, state=st.sampled_from(["held", "leaving", "failed"]))
    def somebody_writes_past_every_door(self, who: str, which: int, state: str) -> None:
        rows = list(Conversation.objects.order_by("pk"))
        if rows:
            text = self._words("nobody has read this")
            values = {"state": state, "send_at": now(), "cleared_by": self.world.people["clem"], "clearance": "0" * 64}
            Reply.objects.create(conversation=pick(rows, which), author=self.world.people[who], text=text, **values)

    @rule(which=index)
    def takes_an_answer_back(self, which: int) -> None:
        rows = list(Reply.objects.order_by("pk"))
        if rows:
            one = pick(rows, which)

            def back() -> None:
                replies.take_back(one, by=one.author)
                self.world.cleared.pop(one.text, None)

            self._refusable(back)
