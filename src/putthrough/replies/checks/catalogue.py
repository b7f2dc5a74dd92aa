"""Every check by its key: what it is called, what it tells the writer, what to do, and how strict it is by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from putthrough.replies.checks import personal, relation, setting, substance, tone
from putthrough.replies.checks.contract import Answer, Finding, Look


class Level(StrEnum):
    """What a finding does, the mildest first."""

    OFF = "off"
    WARN = "warn"
    ASK = "ask"
    BLOCK = "block"


LEVEL_WORDS: Mapping[Level, str] = {
    Level.OFF: "Do not look for it",
    Level.WARN: "Show the writer",
    Level.ASK: "A second person looks first",
    Level.BLOCK: "It cannot be sent like this",
}


@dataclass(frozen=True, slots=True)
class Check:
    """``why`` may name what was found by ``{about}``. ``in_public`` checks say nothing of a private answer."""

    key: str
    name: str
    why: str
    do: str
    level: Level
    look: Look
    in_public: bool = False

    @property
    def why_words(self) -> str:
        """The explanation without what was found."""
        return self.why.partition(": {about}")[0].rstrip(".") + "."


_PRIVATELY = "Take it out, or answer in private."
CHECKS: Sequence[Check] = (
    Check(
        "nhs_number",
        "NHS number",
        "This is an NHS number, and everybody could read it.",
        _PRIVATELY,
        Level.BLOCK,
        personal.nhs_number,
        True,
    ),
    Check(
        "ni_number",
        "National Insurance number",
        "This looks like a National Insurance number, and everybody could read it.",
        _PRIVATELY,
        Level.BLOCK,
        personal.ni_number,
        True,
    ),
    Check(
        "bank",
        "Bank or card details",
        "These look like somebody's bank or card details.",
        _PRIVATELY,
        Level.BLOCK,
        personal.bank,
        True,
    ),
    Check(
        "birth_date",
        "Date of birth",
        "A date of birth helps strangers to pass for somebody.",
        _PRIVATELY,
        Level.ASK,
        personal.birth_date,
        True,
    ),
    Check(
        "phone",
        "Telephone number",
        "This number is not one that we publish, so it may be somebody's own.",
        "Give a number that we publish, or answer in private.",
        Level.ASK,
        personal.phone,
        True,
    ),
    Check(
        "email",
        "Email address",
        "This address is not one that we publish, so it may be somebody's own.",
        "Give an address that we publish, or answer in private.",
        Level.ASK,
        personal.email,
        True,
    ),
    Check(
        "address",
        "Somebody's address",
        "A name and a postcode together say where somebody lives.",
        "Leave out the name or the postcode, or answer in private.",
        Level.ASK,
        personal.address,
        True,
    ),
    Check(
        "vehicle",
        "Somebody's vehicle",
        "This looks like the registration of somebody's vehicle.",
        _PRIVATELY,
        Level.ASK,
        personal.vehicle,
        True,
    ),
    Check(
        "relation",
        "That somebody is a patient, tenant or client",
        "This tells everybody that somebody is known to us: as a patient, a tenant or a claimant.",
        "Say what is true for everybody (“tenants can …”), or answer in private.",
        Level.ASK,
        relation.relation,
        True,
    ),
    Check(
        "direct_in_public",
        "A private message answered in public",
        "They wrote this to us alone, and everybody would read the answer.",
        "Answer in private.",
        Level.BLOCK,
        setting.direct_in_public,
        True,
    ),
    Check(
        "wrong_account",
        "Another account",
        "This goes out by another account than the one that it speaks for: {about}.",
        "Change the words, or pass it on to those who use that account.",
        Level.WARN,
        setting.wrong_account,
    ),
    Check(
        "admission",
        "Legal admission",
        "This may admit in law that the body is at fault.",
        "Say that you are sorry and what happens next; ask the legal or insurance team before you say more.",
        Level.ASK,
        substance.admission,
    ),
    Check(
        "promise",
        "Promise",
        "This promises something that you may not be able to keep.",
        "Say what is planned: “we aim to”, “we will write again by”.",
        Level.ASK,
        substance.promise,
    ),
    Check(
        "clinical",
        "Clinical advice",
        "This may be taken as medical advice for one person.",
        "Refer them to their doctor, their pharmacist or NHS 111.",
        Level.ASK,
        substance.clinical,
    ),
    Check(
        "politics",
        "Politics before an election",
        "Before an election, nothing that we publish may favour or name a party or a politician.",
        "Keep to facts about the service.",
        Level.ASK,
        substance.politics,
        True,
    ),
    Check(
        "blame",
        "Blame",
        "This can sound as if it blamed the person.",
        "Say what can be done now.",
        Level.WARN,
        tone.blame,
    ),
    Check(
        "jargon",
        "Jargon",
        "People outside may not know these words.",
        "Say it as you would on the telephone.",
        Level.WARN,
        tone.jargon,
    ),
    Check(
        "shouting",
        "Shouting",
        "Capitals and rows of marks read as shouting.",
        "Write it in small letters.",
        Level.WARN,
        tone.shouting,
    ),
    Check(
        "reading_level",
        "Hard to read",
        "Long sentences and long words make this hard to read.",
        "Cut it into short sentences with everyday words.",
        Level.WARN,
        tone.reading_level,
    ),
    Check(
        "language",
        "Another language",
        "They wrote in another language than your answer.",
        "Answer in theirs, or in both.",
        Level.WARN,
        setting.language,
    ),
    Check(
        "dead_link",
        "Link that does not open",
        "We looked at this link and it did not open.",
        "Open it yourself, and correct it.",
        Level.WARN,
        setting.dead_link,
    ),
)
BY_KEY: Mapping[str, Check] = {check.key: check for check in CHECKS}


def look_over(answer: Answer) -> list[Finding]:
    """Everything that any check finds, the first words of each check alone, in the order of the table."""
    return [
        finding
        for check in CHECKS
        if answer.public or not check.in_public
        if (finding := next(iter(check.look(answer)), None)) is not None
    ]
