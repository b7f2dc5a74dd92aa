"""In what Facebook Pages and Instagram differ. Lengths: "Send API" and "Instagram messaging", read November 2026."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from putthrough.channels.contract import Field


@dataclass(frozen=True, slots=True)
class Flavour:
    """``object`` is what a webhook names; ``answers`` and ``words`` are the edge and field of an answered comment.

    ``fits`` says whether a private message is short enough, ``most`` of ``unit`` being its length.
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

    def fits(self, text: str) -> bool:
        return self.size(text) <= self.most


def _signs(text: str) -> int:
    return len(text)


def _bytes(text: str) -> int:
    return len(text.encode())


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
)
