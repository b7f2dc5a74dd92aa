"""In what Facebook Pages and Instagram differ. Lengths: "Send API" and "Instagram messaging", read November 2026."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from putthrough.channels.contract import Field


@dataclass(frozen=True, slots=True)
class Flavour:
    """``object`` is what a webhook names; ``answers`` and ``words`` are the edge and field of an answered comment.

    ``fits`` says whether a private message is short enough, ``most`` of ``unit`` being its length. ``above`` is the
    field with the comment that an answer is under, ``subscribes`` what the Page has to hand to webhooks, in the order
    of trying; ``tells_private_replies`` is whether a comment shows the exchange that began with it.
    """

    key: str
    name: str
    private_name: str
    object: str
    platform: str
    answers: str
    words: str
    most: int
    unit: str
    size: Callable[[str], int]
    most_comment: int
    address: Field
    inbox: str
    above: str
    subscribes: Sequence[str]
    newest_first: Mapping[str, str]
    tells_private_replies: bool

    def fits(self, text: str) -> bool:
        return self.size(text) <= self.most


def _signs(text: str) -> int:
    return len(text)


def _bytes(text: str) -> int:
    return len(text.encode())


_HANDED = "feed,mention,messages,message_echoes,message_reactions,messaging_postbacks"
FACEBOOK = Flavour(
    key="facebook",
    name="Facebook",
    private_name="Messenger",
    object="page",
    platform="messenger",
    answers="comments",
    words="message",
    most=2000,
    unit="characters",
    size=_signs,
    most_comment=8000,
    address=Field(
        "address",
        "The Page's number",
        "In the Page's settings, Page transparency; figures only.",
        pattern=r"\d{5,25}",
        wrong="Write the Page's number, figures only.",
    ),
    inbox="https://business.facebook.com/latest/inbox/all?asset_id={address}",
    above="parent{id}",
    subscribes=(f"{_HANDED},message_edits", _HANDED),
    newest_first={"order": "reverse_chronological", "filter": "stream"},
    tells_private_replies=True,
)
INSTAGRAM = Flavour(
    key="instagram",
    name="Instagram",
    private_name="Instagram",
    object="instagram",
    platform="instagram",
    answers="replies",
    words="text",
    most=1000,
    unit="bytes",
    size=_bytes,
    most_comment=2200,
    address=Field(
        "address",
        "The professional account's number",
        "Shown in Meta Business Suite, Settings, Instagram accounts; figures only.",
        pattern=r"\d{5,25}",
        wrong="Write the account's number, figures only.",
    ),
    inbox="https://business.facebook.com/latest/inbox/instagram?asset_id={address}",
    above="parent_id",
    subscribes=("feed",),
    newest_first={},
    tells_private_replies=False,
)
