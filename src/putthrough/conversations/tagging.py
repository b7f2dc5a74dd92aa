"""Tags: a body's own few words for what conversations have in common. Whoever leads or sorts adds a new word; those who
have a conversation put words on it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.audit.actions import record, thing, writing
from putthrough.conversations import facts
from putthrough.conversations.actions import CannotBeDone, lock_for
from putthrough.conversations.models import Conversation, Tag, Tagging
from putthrough.directory import access
from putthrough.directory.models import User

MOST = 60
"""Tags that a body has: more than that nobody finds again."""


def named(name: str, *, by: User) -> Tag:
    """The tag of that name, new where ``by`` may add one. Raises CannotBeDone otherwise."""
    plain = " ".join(name.split())[:40]
    if not plain:
        raise CannotBeDone("Write the tag first, or choose one.")
    found = Tag.objects.filter(name__iexact=plain).first()
    if found is not None:
        return found
    if not access.may(by, "name_tags"):
        words = "A triager, the comms lead or an administrator adds new ones."
        raise CannotBeDone(f"There is no tag “{plain}” yet. {words}")
    if Tag.objects.count() >= MOST:
        raise CannotBeDone(f"There are {MOST} tags already. Use one of those: more than that nobody finds again.")
    return Tag.objects.create(name=plain)


def tag(conversation: Conversation, word: Tag, *, by: User) -> bool:
    """Put it on. False when it is there already."""
    access.require(by, "tag", conversation)
    with writing():
        row = lock_for(conversation, "tag", by=by)
        _, made = Tagging.objects.get_or_create(conversation=row, tag=word)
        if made:
            record(facts.TAGGED, thing(row), by=by.name, tag=word.name)
    return made


def untag(conversation: Conversation, word: Tag, *, by: User) -> bool:
    """Take it off. False when it was not there."""
    access.require(by, "tag", conversation)
    with writing():
        row = lock_for(conversation, "tag", by=by)
        gone, _ = Tagging.objects.filter(conversation=row, tag=word).delete()
        if gone:
            record(facts.UNTAGGED, thing(row), by=by.name, tag=word.name)
    return bool(gone)


def set_tags(conversation: Conversation, words: Sequence[Tag], new: str, *, by: User) -> None:
    """Exactly these, and a new one where it is named. Raises CannotBeDone."""
    access.require(by, "tag", conversation)
    with writing():
        wanted = {one.pk: one for one in [*words, *([named(new, by=by)] if new.strip() else [])]}
        there = {one.tag_id: one.tag for one in conversation.taggings.select_related("tag")}
        for pk, word in wanted.items():
            if pk not in there:
                tag(conversation, word, by=by)
        for pk, word in there.items():
            if pk not in wanted:
                untag(conversation, word, by=by)
