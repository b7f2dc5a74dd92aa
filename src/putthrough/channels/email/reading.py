"""The meaning of a raw email: bytes in, ``Incoming`` out, with no database and no network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from putthrough.channels.contract import AttachmentInfo, Automatic, Incoming
from putthrough.channels.email import attachments, bodies, headers, quotes
from putthrough.channels.email.automatic import Report, recognised
from putthrough.channels.email.bodies import LONGEST_TEXT, Words
from putthrough.channels.email.headers import Fields, Person
from putthrough.channels.email.mime import Tree, parse
from putthrough.channels.email.notices import notice
from putthrough.kit.text import clean, one_line

NOBODY = "unknown@invalid"
_LONGEST_SUBJECT = 998

_ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|pd|rv|i|doorst|ymlaen)\s?:", re.IGNORECASE)
_FORWARDED = re.compile(
    r"^(?:-{3,} ?(?:Forwarded message|Neges a anfonwyd ymlaen|Message transféré|Weitergeleitete Nachricht)|"
    r"Begin forwarded message:)",
    re.MULTILINE | re.IGNORECASE,
)
_CALENDAR_FIELD = re.compile(r"^(SUMMARY|LOCATION|DTSTART)(?:;[^:\n]{0,200})?:(.{0,500})$", re.MULTILINE)
_CALENDAR_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?")

_NO_TEXT = "(This email has no text.)"
_CUT = "(The rest of this email is left out here because it is too long. The original is kept whole.)"
_CUT_PARTS = "(This email has more parts than can be shown. The original is kept whole.)"
_ENCRYPTED = (
    "(This email is encrypted with {}, so it cannot be read here. Ask the writer to send it again without encryption.)"
)
_WRAPPED = (
    "(This email is wrapped in a signature (S/MIME) that cannot be opened here. "
    "Ask the writer to send it again without signing it.)"
)
_OUTLOOK_ONLY = (
    "(This email has its content in winmail.dat, which only Outlook opens. "
    "Ask the writer to send it again as plain text or HTML.)"
)


def read(raw: bytes, *, address: str) -> Incoming:
    """Read an email that arrived at an account's own ``address``.

    Raises ``Unreadable`` only where there is no email in the bytes. Whatever is broken inside one is read
    as far as it goes. Repeatable: only a mail without any date takes the present moment.
    """
    tree = parse(raw)
    fields = tree.top.fields
    writer = _writer(fields)
    automatic, report = recognised(tree, fields, handle=writer.address, address=address)
    subject = one_line(headers.words(fields["subject"][0]), _LONGEST_SUBJECT) if "subject" in fields else ""
    files = attachments.listed(tree)
    body = bodies.choose(tree)
    written, folded = _told(tree, body, files, report, subject)
    references = headers.references(fields)
    if report is not None:
        references = list(dict.fromkeys([*report.about, *references]))
    thread = _thread(fields, address)
    told = notice(raw, body.text, body.html)
    return Incoming(
        handle=writer.address,
        name=writer.name,
        subject=subject,
        text=written,
        folded=folded,
        html=body.html,
        message_id=headers.message_id(fields),
        refers_to=tuple(references),
        thread=thread,
        starts_anew=not references and not thread,
        url=told.url if told else "",
        own=automatic is not Automatic.BOUNCE and _without_plus(writer.address) == address.lower(),
        to=_recipients(fields),
        reply_to=_reply_to(fields),
        sent_at=headers.sent_at(fields),
        automatic=None if told else automatic,
        attachments=tuple(files),
    )


def _writer(fields: Fields) -> Person:
    for name in ("from", "reply-to", "sender"):
        if name in fields and (found := headers.people(fields[name])):
            return found[0]
    return Person(NOBODY, one_line(headers.words(fields["from"][0]), 200) if "from" in fields else "")


def _reply_to(fields: Fields) -> str:
    found = headers.people(fields["reply-to"]) if "reply-to" in fields else []
    return found[0].address if found else ""


def _recipients(fields: Fields) -> tuple[str, ...]:
    found = [*headers.people(fields.get("to", ())), *headers.people(fields.get("cc", ()))]
    return tuple(dict.fromkeys(person.address for person in found))


def _without_plus(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _thread(fields: Fields, address: str) -> str:
    """The token in a plus-address of ours (RFC 5233), as it was written: a conversation's (``c-``) or, in a colleague's
    answer, that of the mail which it answers (``n-``)."""
    pattern = _plus_address(address)
    for name in _ADDRESSED:
        for value in fields.get(name, ()):
            if "+" in value and (found := pattern.search(value)):
                return found[1]
    return ""


@lru_cache(maxsize=256)
def _plus_address(address: str) -> re.Pattern[str]:
    local, _, domain = address.partition("@")
    return re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([cn]-[A-Za-z0-9_-]{{1,80}})@{re.escape(domain)}(?![\w-]|\.\w)",
        re.IGNORECASE,
    )


def _told(
    tree: Tree, body: Words, files: Sequence[AttachmentInfo], report: Report | None, subject: str
) -> tuple[str, str]:
    """What to show as written and what to fold; a sentence where nothing can be shown."""
    if report is not None:
        return report.text, body.text
    forwarded = _FORWARD.match(subject) is not None or _FORWARDED.search(body.text) is not None
    written, folded = quotes.fold(body.text, forwarded=forwarded)
    unread = locked(tree, written)
    if unread:
        return unread, folded or written
    notes = [words for words, true in ((_CUT, body.cut), (_CUT_PARTS, tree.cut)) if true]
    if not written:
        notes.append(_instead(tree, files))
    return "\n\n".join([written, *notes] if written else notes), folded


def locked(tree: Tree, text: str) -> str:
    """Why the words cannot be read although they are there: encrypted, or wrapped in a signature."""
    top = tree.top
    if top.media_type == "multipart/encrypted" or text.startswith("-----BEGIN PGP MESSAGE-----"):
        return _ENCRYPTED.format("OpenPGP")
    if top.media_type not in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return ""
    return _WRAPPED if "signed" in top.parameters.get("smime-type", "") else _ENCRYPTED.format("S/MIME")


def _instead(tree: Tree, files: Sequence[AttachmentInfo]) -> str:
    """The sentence in the place of a missing text."""
    for part in tree.leaves():
        if part.media_type == "text/calendar":
            return _invitation(bodies.text_of(tree, part))
    if any(file.media_type == "application/ms-tnef" for file in files):
        return _OUTLOOK_ONLY
    return _NO_TEXT


def _invitation(calendar: str) -> str:
    """A calendar entry (RFC 5545) in one sentence."""
    unfolded = calendar[:LONGEST_TEXT].replace("\n ", "").replace("\n\t", "")
    found: dict[str, str] = {}
    # The last of each name: time zones, which come first, have a DTSTART of their own.
    for name, value in _CALENDAR_FIELD.findall(unfolded):
        found[name] = clean(value).replace("\\,", ",").replace("\\;", ";").replace("\\n", " ").strip()
    what = f": {found['SUMMARY']}" if found.get("SUMMARY") else ""
    where = f", at {found['LOCATION']}" if found.get("LOCATION") else ""
    return f"(This email is a calendar invitation{what}{_when(found.get('DTSTART', ''))}{where}.)"


def _when(value: str) -> str:
    moment = _CALENDAR_TIME.match(value)
    if moment is None:
        return ""
    year, month, day, hour, minute = moment.groups()
    return f", on {year}-{month}-{day}" + (f" at {hour}:{minute}" if hour else "")
