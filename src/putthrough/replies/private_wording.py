"""What is said, and to whom, when a public conversation is taken private: words to begin with, in English and in Welsh
for who writes in Welsh. Pure.

Each is given in several forms, the fullest first; the writer changes them as they like.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The forms in one language, with places in braces; ``matter`` is how the service is named in ``ask``."""

    sent: Sequence[str]
    write_to: Sequence[str]
    ring: Sequence[str]
    use_page: Sequence[str]
    ask: Sequence[str]
    matter: str

    def sent_directly(self) -> list[str]:
        return list(self.sent)

    def by_email(self, address: str, reference: str) -> list[str]:
        return [form.format(address=address, reference=reference) for form in self.write_to]

    def by_telephone(self, whom: str, phone: str, hours: str, reference: str) -> list[str]:
        when = f" ({hours})" if hours else ""
        return [form.format(whom=whom, phone=phone, when=when, reference=reference) for form in self.ring]

    def by_page(self, page: str, reference: str) -> list[str]:
        return [form.format(page=page, reference=reference) for form in self.use_page]

    def ask_directly(self, name: str, body: str, about: str, reference: str) -> list[str]:
        """The direct message. It says who writes, for anybody can write one."""
        matter = self.matter.format(about=about) if about else ""
        return [form.format(name=name, body=body, matter=matter, reference=reference) for form in self.ask]


_WHY = "Thank you for telling us. So that we can look into this without your details being public, "
ENGLISH = Wording(
    sent=(
        f"{_WHY}we have sent you a direct message.",
        "Thank you for telling us. We have sent you a direct message, so that your details stay private.",
        "Thank you. We have sent you a direct message.",
    ),
    write_to=(
        f"{_WHY}please write to {{address}} and quote {{reference}}.",
        "Thank you. To keep your details private, please write to {address} and quote {reference}.",
        "Please write to {address}, quoting {reference}.",
    ),
    ring=(
        f"{_WHY}please ring {{whom}} on {{phone}}{{when}} and quote {{reference}}.",
        "Thank you. To keep your details private, please ring {phone}{when} and quote {reference}.",
        "Please ring {phone}, quoting {reference}.",
    ),
    use_page=(
        f"{_WHY}please use this page and quote {{reference}}: {{page}}",
        "Thank you. To keep your details private, please use {page} and quote {reference}.",
        "Please use {page}, quoting {reference}.",
    ),
    ask=(
        "Hello {name}, this is {body}. Thank you for your message{matter}. So that we can look into it, please tell "
        "us here what we need to find your case: your full name, and the address or number that it is about. What you "
        "write here is not public. Our reference is {reference}.",
        "Hello, this is {body}. So that we can look into your message{matter}, please tell us here your full name, "
        "and the address or number that it is about. Our reference is {reference}.",
        "This is {body}. Please tell us here your name, and what address or number it is about ({reference}).",
    ),
    matter=" about {about}",
)

_PAM = "Diolch am roi gwybod i ni. Er mwyn i ni edrych ar hyn heb i'ch manylion fod yn gyhoeddus, "
WELSH = Wording(
    sent=(
        f"{_PAM}rydym wedi anfon neges uniongyrchol atoch.",
        "Diolch am roi gwybod i ni. Rydym wedi anfon neges uniongyrchol atoch, fel bod eich manylion yn aros yn "
        "breifat.",
        "Diolch. Rydym wedi anfon neges uniongyrchol atoch.",
    ),
    write_to=(
        f"{_PAM}ysgrifennwch at {{address}} a dyfynnwch {{reference}}.",
        "Diolch. I gadw eich manylion yn breifat, ysgrifennwch at {address} a dyfynnwch {reference}.",
        "Ysgrifennwch at {address}, gan ddyfynnu {reference}.",
    ),
    ring=(
        f"{_PAM}ffoniwch {{whom}} ar {{phone}}{{when}} a dyfynnwch {{reference}}.",
        "Diolch. I gadw eich manylion yn breifat, ffoniwch {phone}{when} a dyfynnwch {reference}.",
        "Ffoniwch {phone}, gan ddyfynnu {reference}.",
    ),
    use_page=(
        f"{_PAM}defnyddiwch y dudalen hon a dyfynnwch {{reference}}: {{page}}",
        "Diolch. I gadw eich manylion yn breifat, defnyddiwch {page} a dyfynnwch {reference}.",
        "Defnyddiwch {page}, gan ddyfynnu {reference}.",
    ),
    ask=(
        "Helo {name}, {body} sydd yma. Diolch am eich neges{matter}. Er mwyn i ni edrych arni, rhowch i ni yma yr hyn "
        "sydd ei angen i ddod o hyd i'ch achos: eich enw llawn, a'r cyfeiriad neu'r rhif y mae'n ymwneud ag ef. Nid "
        "yw'r hyn a ysgrifennwch yma yn gyhoeddus. Ein cyfeirnod yw {reference}.",
        "Helo, {body} sydd yma. Er mwyn i ni edrych ar eich neges{matter}, rhowch i ni yma eich enw llawn, a'r "
        "cyfeiriad neu'r rhif y mae'n ymwneud ag ef. Ein cyfeirnod yw {reference}.",
        "{body} sydd yma. Rhowch i ni yma eich enw, a'r cyfeiriad neu'r rhif y mae'n ymwneud ag ef ({reference}).",
    ),
    matter=" ynghylch {about}",
)


def wording(language: str) -> Wording:
    """For who writes in that language (ISO 639-1)."""
    return WELSH if language == "cy" else ENGLISH


def fitted(forms: Sequence[str], fits: Callable[[str], bool]) -> str:
    """The fullest form that fits; where none does, the shortest, of which the preview says what is wrong."""
    return next((form for form in forms if fits(form)), forms[-1])
