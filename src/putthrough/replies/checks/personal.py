"""Personal data in public: what tells strangers who somebody is, where they live, or how to reach or rob them.

What the body publishes itself (its own numbers, addresses and signposts) is nobody's. A named officer's own address is
theirs. Source: UK GDPR, article 4(1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from putthrough.replies.checks.contract import Answer, Finding, any_of, found
from putthrough.replies.checks.figures import digits, is_card_number, is_iban, is_nhs_number, is_ni_number
from putthrough.replies.checks.people import names_somebody

_TEN = re.compile(r"(?<![\d-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d-])")
_A_REFERENCE = any_of(
    "reference", "ref", "case", "invoice", "ticket", "order", "job", "application", "barcode", "receipt", "asset",
    "parcel", "permit", "account", "quote", "has",
)  # fmt: skip
_NI = re.compile(r"(?<!\w)(?:[A-Z]{2}([ -]?)\d{2}\1\d{2}\1\d{2}\1[A-D]|[a-z]{2}\d{6}[a-d])(?!\w)")
_PHONE = re.compile(r"(?<![\w.])(?:\(?\+44\)?|0044|\(?0)[\d() .-]{7,14}\d(?!\w)")
_PUBLIC_PHONES = ("03", "0800", "0808", "084", "087", "09")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_ROLE = re.compile(
    r"(?:info|help|helpdesk|enquir(?:y|ies)|contact|contactus|hello|office|press|complaints?|feedback|customer\W?\w*|"
    r"council|pals|reception|support|noreply|no-reply|foi|post|mail|admin|team|services?)",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?!\w)|(?<!\w)[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}(?!\w)"
)
_YOUR_HOME = any_of(
    r"(?:your|his|her|their) (?:new |old )?(?:house|home|flat|address|property|place|door)", "lives? at"
)
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)?\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|"
    r"Aug|Sep|"
    r"Oct|Nov|Dec)\w* (?:19|20)\d{2})(?!\d)",
    re.IGNORECASE,
)
_BIRTH = any_of("born", "birth", "dob", r"d\.o\.b\.?", "birthday", "birthdate")
_A_RULE = any_of("born (?:after|before|between|on or after|on or before)")
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_SORT_CODE = re.compile(r"(?<![\d-])\d{2}([- ])\d{2}\1\d{2}(?![\d-])")
_EIGHT = re.compile(r"(?<![\d-])\d{8}(?![\d-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}(?!\w)")
_PLATE = re.compile(
    r"(?<!\w)(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]\d{1,3} ?[A-Z]{3}|[A-Z]{3} ?\d{1,3}[A-Z])(?!\w)"
)  # DVLA INF104: current, prefix and suffix styles
_YOUR_CAR = any_of(r"(?:your|his|her|their) (?:\w+ )?(?:car|van|vehicle|lorry|motorbike|motorcycle|taxi|permit)")


def nhs_number(answer: Answer) -> Iterator[Finding]:
    for match in _TEN.finditer(answer.text):
        before = answer.text[max(0, match.start() - 30) : match.start()]
        named = "nhs" in answer.text.lower() or not _A_REFERENCE.search(before)
        if named and is_nhs_number(digits(match[0])):
            yield Finding("nhs_number", *match.span())


def ni_number(answer: Answer) -> Iterator[Finding]:
    return found("ni_number", (match for match in _NI.finditer(answer.text) if is_ni_number(match[0])))


def phone(answer: Answer) -> Iterator[Finding]:
    for match in _PHONE.finditer(answer.text):
        number = plain_phone(match[0])
        if 10 <= len(number) <= 11 and not _is_published(number, answer):
            yield Finding("phone", *match.span())


def plain_phone(text: str) -> str:
    """Its figures as they are dialled within the country."""
    return re.sub(r"^(?:0044|44)0?", "0", digits(text))


def _is_published(number: str, answer: Answer) -> bool:
    return number in answer.published.phones or number.startswith(_PUBLIC_PHONES)


def email(answer: Answer) -> Iterator[Finding]:
    for match in _EMAIL.finditer(answer.text):
        address = match[0].rstrip(".").lower()
        if address not in answer.published.emails and not _ROLE.fullmatch(address.partition("@")[0]):
            yield Finding("email", *match.span())


def address(answer: Answer) -> Iterator[Finding]:
    """A postcode is a street until somebody's name or home stands beside it."""
    return _beside("address", _POSTCODE, _YOUR_HOME, answer)


def vehicle(answer: Answer) -> Iterator[Finding]:
    return _beside("vehicle", _PLATE, _YOUR_CAR, answer)


def _beside(key: str, what: re.Pattern[str], whose: re.Pattern[str], answer: Answer) -> Iterator[Finding]:
    matches = list(what.finditer(answer.text))
    named = matches and names_somebody(answer.text, answer.published.places)
    for match in matches:
        if named or whose.search(answer.text):
            yield Finding(key, *match.span())


def birth_date(answer: Answer) -> Iterator[Finding]:
    """A date with a year, close to a word of birth."""
    text = answer.text
    for match in _DATE.finditer(text):
        near = text[max(0, match.start() - 40) : match.end() + 20]
        if _BIRTH.search(near) and not _A_RULE.search(near):
            yield Finding("birth_date", *match.span())


def bank(answer: Answer) -> Iterator[Finding]:
    text = answer.text
    for match in _CARD.finditer(text):
        if is_card_number(digits(match[0])):
            yield Finding("bank", *match.span())
    yield from found("bank", (match for match in _IBAN.finditer(text) if is_iban(match[0])))
    if _EIGHT.search(text) or "sort code" in text.lower():
        yield from found("bank", _SORT_CODE.finditer(text))
