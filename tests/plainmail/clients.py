"""How five mail programs answer a mail: where they put the answer, and how they hand the old mail back."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import format_datetime

from putthrough.kit.time import now

Words = tuple[str, str]  # plain text, HTML; empty where the program sends none
_WHEN = "Tue, 1 Dec 2026 at 09:12"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>\n")


def outlook(answer: str, old: EmailMessage) -> Words:
    """Unmarked below a header, the signature between; HTML and plain text."""
    head = f"From: {old['From']}\nSent: 01 December 2026 09:12\nTo: {old['To']}\nSubject: {old['Subject']}"
    plain = f"{answer}\n\nKind regards\n\n________________________________\n{head}\n\n{body_of(old)}"
    top = (
        f"<html><body><div>{_lines(answer)}</div><div><br></div><div>Kind regards</div>"
        f'<hr><div id="divRplyFwdMsg"><b>From:</b> {html.escape(str(old["From"]))}<br><b>Sent:</b> 01 December 2026'
        f"<br><b>To:</b> {old['To']}<br><b>Subject:</b> {old['Subject']}</div>"
    )
    return plain, f"{top}<div>{_lines(body_of(old))}</div></body></html>"


def gmail(answer: str, old: EmailMessage) -> Words:
    plain = f"{answer}\n\nOn {_WHEN}, {old['From']}\nwrote:\n\n{_quoted(body_of(old))}\n"
    rich = (
        f'<div dir="ltr">{_lines(answer)}</div><br><div class="gmail_quote"><div class="gmail_attr">On {_WHEN}, '
        f"{html.escape(str(old['From']))} wrote:<br></div><blockquote>{_lines(body_of(old))}</blockquote></div>"
    )
    return plain, rich


def apple(answer: str, old: EmailMessage) -> Words:
    return f"{answer}\n\n> On 1 Dec 2026, at 09:12, {old['From']} wrote:\n> \n{_quoted(body_of(old))}\n", ""


def thunderbird(answer: str, old: EmailMessage) -> Words:
    """Below what it quotes, with a signature."""
    above = f"On 01/12/2026 09:12, {old['From']} wrote:\n{_quoted(body_of(old))}"
    return f"{above}\n\n{answer}\n\n-- \nHarriet Lowe\nHighways\n", ""


def phone(answer: str, old: EmailMessage) -> Words:
    """HTML alone, with the line about the device."""
    rich = (
        f"<html><body><div>{_lines(answer)}</div><div><br></div><div>Sent from my iPhone</div><blockquote type='cite'>"
        f"<div>On 1 Dec 2026, at 09:12, {html.escape(str(old['From']))} wrote:</div>{_lines(body_of(old))}"
        "</blockquote></body></html>"
    )
    return "", rich


PROGRAMS: Mapping[str, Callable[[str, EmailMessage], Words]] = {
    "outlook": outlook,
    "gmail": gmail,
    "apple": apple,
    "thunderbird": thunderbird,
    "phone": phone,
}


def body_of(mail: EmailMessage) -> str:
    content: str = mail.get_content()
    return content.replace("\r\n", "\n").rstrip("\n")


def answer_to(
    old: EmailMessage,
    words: Words | str,
    *,
    sender: str = "Harriet Lowe <harriet@westmoor.example>",
    number: int = 1,
    to: str = "",
    refers: bool = True,
    **headers: str,
) -> bytes:
    """A mail in answer to ``old``, as it leaves the program."""
    plain, rich = (words, "") if isinstance(words, str) else words
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to or str(old["Reply-To"] or old["From"])
    mail["Subject"], mail["Date"] = f"Re: {old['Subject']}", format_datetime(now())
    mail["Message-ID"] = f"<answer-{number}@post.westmoor.example>"
    if refers:
        mail["In-Reply-To"] = mail["References"] = str(old["Message-ID"])
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    if plain or not rich:
        mail.set_content(plain)
        if rich:
            mail.add_alternative(rich, subtype="html")
    else:
        mail.set_content(rich, subtype="html")
    return mail.as_bytes()
