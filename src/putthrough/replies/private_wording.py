"""What is said, and to whom, when a public conversation is taken private: words to begin with. Pure.

Each is given in several forms, the fullest first; the writer changes them as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

_THANKS = "Thank you for telling us."
_WHY = "So that we can look into this without your details being public, "


def sent_directly() -> list[str]:
    return [
        f"{_THANKS} {_WHY}we have sent you a direct message.",
        f"{_THANKS} We have sent you a direct message, so that your details stay private.",
        "Thank you. We have sent you a direct message.",
    ]


def write_to(address: str, reference: str) -> list[str]:
    return [
        f"{_THANKS} {_WHY}please write to {address} and quote {reference}.",
        f"Thank you. To keep your details private, please write to {address} and quote {reference}.",
        f"Please write to {address}, quoting {reference}.",
    ]


def ring(whom: str, phone: str, hours: str, reference: str) -> list[str]:
    when = f" ({hours})" if hours else ""
    return [
        f"{_THANKS} {_WHY}please ring {whom} on {phone}{when} and quote {reference}.",
        f"Thank you. To keep your details private, please ring {phone}{when} and quote {reference}.",
        f"Please ring {phone}, quoting {reference}.",
    ]


def use_page(page: str, reference: str) -> list[str]:
    return [
        f"{_THANKS} {_WHY}please use this page and quote {reference}: {page}",
        f"Thank you. To keep your details private, please use {page} and quote {reference}.",
        f"Please use {page}, quoting {reference}.",
    ]


def ask_directly(name: str, body: str, about: str, reference: str) -> list[str]:
    """The direct message. It says who writes, for anybody can write one."""
    matter = f" about {about}" if about else ""
    return [
        f"Hello {name}, this is {body}. Thank you for your message{matter}. So that we can look into it, please tell "
        "us here what we need to find your case: your full name, and the address or number that it is about. What you "
        f"write here is not public. Our reference is {reference}.",
        f"Hello, this is {body}. So that we can look into your message{matter}, please tell us here your full name, "
        f"and the address or number that it is about. Our reference is {reference}.",
        f"This is {body}. Please tell us here your name, and what address or number it is about ({reference}).",
    ]


def fitted(forms: Sequence[str], fits: Callable[[str], bool]) -> str:
    """The fullest form that fits; where none does, the shortest, of which the preview says what is wrong."""
    return next((form for form in forms if fits(form)), forms[-1])
