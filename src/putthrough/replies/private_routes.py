"""By which routes a public conversation can go on in private: those that its network allows, then the body's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from putthrough.channels.queries import of_channel
from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.references import reference
from putthrough.conversations.standing import private_standing_of
from putthrough.directory.queries import signposts_of
from putthrough.replies.models import TakenPrivate
from putthrough.replies.preview import preview
from putthrough.replies.private_wording import Wording, fitted, wording

_Route = TakenPrivate.Route
_EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Route:
    """One of them. ``key`` names it in a form. ``to`` is where people are asked to turn, empty for a direct message."""

    key: str
    kind: TakenPrivate.Route
    label: str
    hint: str
    lines: Sequence[str]
    to: str = ""

    @property
    def direct(self) -> bool:
        return self.kind == _Route.DIRECT


def routes(conversation: Conversation) -> list[Route]:
    """The best first: what keeps all of it in one conversation by itself."""
    if conversation.private:
        return []
    quote, said = reference(conversation.pk), _wording(conversation)
    return [
        *_direct(conversation, said),
        *_by_email(conversation, quote, said),
        *_signposted(conversation, quote, said),
    ]


def _wording(conversation: Conversation) -> Wording:
    """In the language of their last message."""
    theirs = Message.objects.filter(conversation=conversation, direction=Message.Direction.IN)
    return wording(theirs.order_by("-pk").values_list("language", flat=True).first() or "")


def _direct(conversation: Conversation, said: Wording) -> Iterator[Route]:
    stands = private_standing_of(conversation)
    if stands is not None and stands.can:
        hint = stands.words or f"Only {conversation.contact} sees it."
        label = "Write to them directly"
        yield Route("direct", _Route.DIRECT, label, f"{hint} Their answer comes in here.", said.sent_directly())


def _by_email(conversation: Conversation, quote: str, said: Wording) -> Iterator[Route]:
    """Its team's own account first, then one of the same name."""
    own, name = conversation.owner_id, conversation.account.name
    for account in sorted(of_channel(_EMAIL), key=lambda one: (one.team_id != own, one.name != name)):
        hint = f"Whoever first quotes {quote} there is taken for them, and comes in here."
        lines = said.by_email(account.address, quote)
        yield Route(
            f"email-{account.pk}", _Route.EMAIL, f"Ask for an email to {account.address}", hint, lines, account.address
        )


def _signposted(conversation: Conversation, quote: str, said: Wording) -> Iterator[Route]:
    """By the telephone or page of the conversation's service. What comes of it is noted by hand."""
    hint = f"Search for {quote} when they quote it, and add a note here."
    for post in signposts_of([], conversation.service_id) if conversation.service_id else ():
        if post.phone:
            lines = said.by_telephone(str(post.service), post.phone, post.hours, quote)
            yield Route(f"phone-{post.pk}", _Route.PHONE, f"Ask for a call on {post.phone}", hint, lines, post.phone)
        if post.page:
            lines = said.by_page(post.page, quote)
            yield Route(f"page-{post.pk}", _Route.PAGE, f"Ask them to use {post.page}", hint, lines, post.page)


def line_for(conversation: Conversation, route: Route) -> str:
    """The public line in the fullest form that is one post there."""
    return fitted(route.lines, lambda text: _fits(conversation, text, in_private=False))


def first_for(conversation: Conversation) -> str:
    """The direct message, likewise."""
    about = str(conversation.service) if conversation.service else ""
    name, body = str(conversation.contact), conversation.account.name
    forms = _wording(conversation).ask_directly(name, body, about, reference(conversation.pk))
    return fitted(forms, lambda text: _fits(conversation, text, in_private=True))


def _fits(conversation: Conversation, text: str, *, in_private: bool) -> bool:
    shown = preview(conversation, text, in_private=in_private)
    return not shown.problems and len(shown.parts) == 1
