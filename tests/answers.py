"""Answers that we wrote and labelled ourselves, in ``data/answers.txt``: what the checks are measured on.

Half of them is for tuning. The rule that divides them was fixed before any check was written, and the held-out half is
looked at in figures alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from putthrough.replies.checks.contract import Answer, Published

FILE = Path(__file__).parent / "data" / "answers.txt"
WELSH = "Mae twll mawr yn y ffordd y tu allan i'm tŷ. Pryd fyddwch chi'n ei drwsio, os gwelwch yn dda?"
ENGLISH = "There is a big hole in the road outside my house. When will you mend it, please?"


@dataclass(frozen=True, slots=True)
class Labelled:
    """An answer, where it goes and what it answers, and the keys of the checks that ought to find something."""

    text: str
    finds: frozenset[str]
    public: bool
    election: bool
    answering: str
    to_private: bool

    @property
    def tuned_on(self) -> bool:
        """The rule: the first byte of the text's SHA-256 is even."""
        return sha256(self.text.encode()).digest()[0] % 2 == 0


def labelled() -> Iterator[Labelled]:
    heading = ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("##"):
            heading = line
        elif " | " in line and not line.startswith("#"):
            finds, text = line.split(" | ", 1)
            yield _labelled(heading, finds.replace("-", "").strip(), text.strip())


def _labelled(heading: str, finds: str, text: str) -> Labelled:
    return Labelled(
        text=text,
        finds=frozenset(filter(None, finds.split(","))),
        public="public" in heading,
        election="pre-election" in heading,
        answering=WELSH if "Welsh" in heading else ENGLISH if "English" in heading else "",
        to_private="direct message" in heading,
    )


OWN = Published(
    phones=frozenset({"01632960100", "01632960200", "01632960199", "01632960111"}),
    emails=frozenset({"enquiries@ambleford.example", "hello@hospitals.ambleford.example"}),
)
OTHER_ACCOUNTS = ("Ambleford Hospitals", "Ambleford Parks")


def asked(row: Labelled) -> Answer:
    """As the checks are given it."""
    return Answer(
        text=row.text,
        public=row.public,
        said=row.answering,
        said_privately=row.to_private,
        published=OWN,
        sender="Ambleford Council",
        other_accounts=OTHER_ACCOUNTS,
        election=row.election,
    )
