"""Files that go out with an answer: put to the draft, taken from it, and as its channel sends them."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.audit.actions import writing
from putthrough.channels.abilities import SendsFiles
from putthrough.channels.contract import File, FilesOut
from putthrough.channels.queries import plain_view
from putthrough.channels.registry import channel
from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation
from putthrough.conversations.standing import account_of
from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.kit.filetypes import PICTURES, in_words, media_type
from putthrough.kit.text import one_line, size_words
from putthrough.replies.models import Enclosure, Reply

_NO_ALT = "Describe the picture: some people cannot see it, and hear your words instead."


def may_go_with(conversation: Conversation, *, in_private: bool = False) -> FilesOut | None:
    """What files an answer to it may take along, None where its network takes none."""
    account = account_of(conversation, in_private=in_private)
    network = channel(account.channel)
    if not isinstance(network, SendsFiles):
        return None
    return network.files_out(plain_view(account), private=conversation.private or in_private)


def rules_in_words(allowed: FilesOut) -> str:
    """``At most 4 files, each at most 1 MB: JPEG, PNG, GIF or WebP.``"""
    together = f", together at most {size_words(allowed.together)}" if allowed.together else ""
    each = f"At most {allowed.most} files, each at most {size_words(allowed.largest)}"
    return f"{each}{together}: {in_words(allowed.types)}."


def enclose(draft: Reply, name: str, content: bytes, alt: str, *, by: User) -> Enclosure:
    """Put a file to one's draft. Raises CannotBeDone in plain words; the draft stays as it is."""
    access.require(by, "reply", draft.conversation)
    allowed = may_go_with(draft.conversation, in_private=draft.in_private)
    if allowed is None:
        raise CannotBeDone("This network takes no files with an answer. Put the file on your website and link to it.")
    kind, alt = media_type(name, content), one_line(alt, allowed.alt)
    if kind not in allowed.types:
        raise CannotBeDone(f"{name} cannot go with this answer. {rules_in_words(allowed)}")
    if len(content) > allowed.largest:
        raise CannotBeDone(f"{name} has {size_words(len(content))}. {rules_in_words(allowed)}")
    if kind in PICTURES and not alt:
        raise CannotBeDone(_NO_ALT)
    with writing():
        _writable(draft, by)
        if draft.enclosures.count() >= allowed.most:
            raise CannotBeDone(f"No more than {allowed.most} files can go with one answer.")
        if _too_much(allowed, [*draft.enclosures.values_list("size", flat=True), len(content)]):
            raise CannotBeDone(f"{name} is too much beside the others. {rules_in_words(allowed)}")
        shown = one_line(name, 150) or "file"
        return Enclosure.objects.create(
            reply=draft, name=shown, media_type=kind, size=len(content), content=content, alt=alt
        )


def _too_much(allowed: FilesOut, sizes: Sequence[int]) -> bool:
    return allowed.together is not None and sum(sizes) > allowed.together


def take_out(enclosure: Enclosure, *, by: User) -> None:
    """Raises CannotBeDone when the answer is no draft any more."""
    with writing():
        _writable(enclosure.reply, by)
        enclosure.delete()


def _writable(draft: Reply, by: User) -> None:
    """Locks it. Raises CannotBeDone and access.NotAllowed."""
    row = Reply.objects.select_for_update().get(pk=draft.pk)
    if row.author_id != by.pk:
        raise access.NotAllowed("Only the person who writes a draft can change what goes with it.")
    if row.state != Reply.State.DRAFT:
        raise CannotBeDone("The answer is on its way already. Stop it first, then change what goes with it.")


def files_of(reply: Reply) -> list[File]:
    """With their content, in the order in which they were put to it."""
    return [File(one.name, one.media_type, bytes(one.content), one.alt) for one in reply.enclosures.order_by("pk")]


def problems(conversation: Conversation, enclosures: Sequence[Enclosure], *, in_private: bool) -> list[str]:
    """What of them cannot leave as the answer now stands: where it goes may have changed since."""
    if not enclosures:
        return []
    allowed = may_go_with(conversation, in_private=in_private)
    if allowed is None:
        return ["Its files cannot go with it there. Take them out, or answer another way."]
    unfit = [one.name for one in enclosures if one.media_type not in allowed.types or one.size > allowed.largest]
    too_many = [f"No more than {allowed.most} files can go with it."] if len(enclosures) > allowed.most else []
    if _too_much(allowed, [one.size for one in enclosures]):
        too_many.append(f"They are too much for one answer. {rules_in_words(allowed)}")
    return [f"{name} cannot go with it. {rules_in_words(allowed)}" for name in unfit] + too_many
