"""The regimes, each with its source. Changing the law means adding a version here: clocks that run keep theirs.

Working days are counted from the day after the event throughout, so that the day of receipt is day 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from putthrough.deadlines.regimes import (
    ESCALATED,
    RECEIVED,
    Effect,
    Extension,
    Pause,
    Regime,
    Span,
    Step,
    Unit,
    Version,
    by_key,
)

_ALL = ("england", "wales", "scotland", "ni")
_ANSWERED = "The answer was sent."
_ACKNOWLEDGED = "They were told that it was received."
_COMPLEX = ("It is complex", "Records or people have to be found", "Others outside have to be asked")
_TELL_OMBUDSMAN = "Tell them why, the new date, and how to reach the ombudsman."


def _code(number: int) -> Extension:
    return Extension(Span(number), _COMPLEX, _TELL_OMBUDSMAN)


def _ombudsman_code() -> tuple[Step, ...]:
    """The two English codes of 2024 have the same steps."""
    return (
        Step("acknowledge", "Acknowledgement", Span(5), _ACKNOWLEDGED),
        Step("stage1", "Stage 1 answer", Span(10), _ANSWERED, "acknowledge", extension=_code(10)),
        Step("stage2_acknowledge", "Acknowledgement of stage 2", Span(5), _ACKNOWLEDGED, ESCALATED, supposed="stage1"),
        Step("stage2", "Stage 2 answer", Span(20), _ANSWERED, "stage2_acknowledge", extension=_code(20)),
    )


def _model_procedure(stage1: Extension) -> tuple[Step, ...]:
    """The model procedures of Scotland and Northern Ireland. Some complaints begin at stage 2."""
    longer = Extension(
        Span(20), _COMPLEX, "Tell them why and agree the new date. The procedure sets no limit; this one is ours."
    )
    return (
        Step("stage1", "Stage 1 answer", Span(5), _ANSWERED, extension=stage1),
        Step("stage2_acknowledge", "Acknowledgement of stage 2", Span(3), _ACKNOWLEDGED, ESCALATED, supposed=RECEIVED),
        Step("stage2", "Stage 2 answer", Span(20), _ANSWERED, ESCALATED, supposed=RECEIVED, extension=longer),
    )


_TO_TEN = Extension(
    Span(5), ("Exceptional circumstances", *_COMPLEX), "Tell them why and the new date: ten working days in all."
)

NHS2009 = Regime(
    "nhs2009",
    "NHS and adult social care complaint",
    "NHS complaint",
    ("england",),
    (
        Version(
            "2009",
            date(2009, 4, 1),
            "Local Authority Social Services and NHS Complaints (England) Regulations 2009 (SI 2009/309), "
            "regulations 13 and 14",
            (
                Step("acknowledge", "Acknowledgement", Span(3), "Acknowledged, in writing or by word of mouth."),
                Step(
                    "respond",
                    "Answer, or why it takes longer",
                    Span(6, Unit.WHOLE_MONTHS),
                    "The answer was sent, or they were told in writing why it takes longer.",
                    extension=Extension(
                        Span(6, Unit.MONTHS),
                        ("A longer period was agreed with the complainant",),
                        "Agree it with them in writing before the six months are over. The regulation sets no limit; "
                        "six months more is ours.",
                    ),
                ),
            ),
        ),
    ),
)

LGSCO = Regime(
    "lgsco",
    "Complaint under the Local Government and Social Care Ombudsman's code",
    "Complaint",
    ("england",),
    (
        Version(
            "2024",
            date(2026, 4, 1),
            "LGSCO Complaint Handling Code (February 2024), applied from 1 April 2026",
            _ombudsman_code(),
        ),
    ),
)

HOS = Regime(
    "hos",
    "Complaint under the Housing Ombudsman's code",
    "Housing complaint",
    ("england",),
    (
        Version(
            "2024",
            date(2024, 4, 1),
            "Housing Ombudsman Complaint Handling Code, statutory from 1 April 2024, section 6",
            _ombudsman_code(),
        ),
    ),
)

AWAAB = Regime(
    "awaab",
    "Hazard in a social home (Awaab's Law)",
    "Hazard",
    ("england",),
    (
        Version(
            "2025",
            date(2025, 10, 27),
            "Hazards in Social Housing (Prescribed Requirements) (England) Regulations 2025 (SI 2025/1042)",
            (
                Step(
                    "emergency",
                    "Make an emergency hazard safe",
                    Span(24, Unit.HOURS),
                    "Made safe, or it is no emergency.",
                ),
                Step("investigate", "Investigate a significant hazard", Span(10), "The investigation ended."),
                Step("summary", "Written summary", Span(3), "The tenant has the summary.", "investigate"),
                Step("make_safe", "Make it safe", Span(5), "The home is safe.", "investigate"),
                Step(
                    "works",
                    "Start further works at the latest",
                    Span(12, Unit.WEEKS),
                    "Works have begun on the spot.",
                    "investigate",
                    unsure="Works begin within five working days where they can; whether the twelve weeks count from "
                    "the end of the investigation has to be confirmed.",
                ),
            ),
        ),
    ),
)

SPSO = Regime(
    "spso",
    "Complaint under the Scottish model complaints handling procedure",
    "Complaint",
    ("scotland",),
    (
        Version(
            "2021",
            date(2021, 4, 1),
            "Scottish Public Services Ombudsman, Model Complaints Handling Procedure",
            _model_procedure(_TO_TEN),
        ),
    ),
)

NIPSO = Regime(
    "nipso",
    "Complaint under the Northern Ireland model complaints handling procedure",
    "Complaint",
    ("ni",),
    (
        Version(
            "2023",
            date(2023, 1, 1),
            "Northern Ireland Public Services Ombudsman, Model Complaints Handling Procedure for councils",
            _model_procedure(_TO_TEN),
        ),
    ),
    registers=True,
)

_WITHIN_SIX_MONTHS = Extension(
    Span(6, Unit.MONTHS),
    ("The answer cannot be given in time",),
    "Tell them why and when they may expect it; six months from receipt is the end.",
    latest=Span(6, Unit.MONTHS),
)

NHSWALES = Regime(
    "nhswales",
    "NHS Wales complaint (Listening to People)",
    "NHS complaint",
    ("wales",),
    (
        Version(
            "2011",
            date(2011, 4, 1),
            "NHS (Concerns, Complaints and Redress Arrangements) (Wales) Regulations 2011, regulations 22 and 24",
            (
                Step("acknowledge", "Acknowledgement", Span(2), _ACKNOWLEDGED),
                Step("respond", "Answer", Span(30), _ANSWERED, extension=_WITHIN_SIX_MONTHS),
            ),
            until=date(2026, 3, 31),
        ),
        Version(
            "2026",
            date(2026, 4, 1),
            "The 2011 Regulations as amended from 1 April 2026 (Listening to People)",
            (
                Step(
                    "acknowledge",
                    "Acknowledgement",
                    Span(5),
                    _ACKNOWLEDGED,
                    unsure="Five working days have to be confirmed against the amended regulation 22.",
                ),
                Step(
                    "early",
                    "Early resolution",
                    Span(10),
                    "It is resolved, or it goes on to an investigation.",
                    unsure="Ten working days have to be confirmed against the amended regulations.",
                ),
                Step(
                    "respond",
                    "Answer",
                    Span(30),
                    _ANSWERED,
                    extension=_WITHIN_SIX_MONTHS,
                    unsure="Thirty working days are those of 2011; the amended figure has to be confirmed.",
                ),
            ),
        ),
    ),
)


def _clarify(source: str) -> Pause:
    return Pause("clarify", "They were asked what they mean", Effect.RESTART, source)


def _fee(source: str) -> Pause:
    return Pause("fee", "They were asked for a fee", Effect.DISREGARD, source)


def _request(extension: Extension | None) -> tuple[Step, ...]:
    return (Step("respond", "Answer", Span(20), _ANSWERED, extension=extension),)


_VOLUMINOUS = Extension(
    Span(20),
    ("It is complex and asks for a great deal",),
    "Tell them within the first 20 working days, and by when they will have it.",
)

FOIA = Regime(
    "foia",
    "Freedom of information request",
    "FOI",
    _ALL,
    (
        Version(
            "2005",
            date(2005, 1, 1),
            "Freedom of Information Act 2000, section 10",
            _request(
                extension=Extension(
                    Span(20),
                    ("The public interest test under a qualified exemption",),
                    "Tell them within the first 20 working days which exemption it is, and by when they will have it.",
                )
            ),
            (_clarify("section 1(3)"), _fee("section 10(2)")),
        ),
    ),
    of_uk=True,
)

EIR = Regime(
    "eir",
    "Environmental information request",
    "EIR",
    _ALL,
    (
        Version(
            "2005",
            date(2005, 1, 1),
            "Environmental Information Regulations 2004 (SI 2004/3391), regulations 5 and 7",
            _request(_VOLUMINOUS),
            (_clarify("regulation 9(4)"), _fee("regulation 8(5) to (7)")),
        ),
    ),
    of_uk=True,
)

FOISA = Regime(
    "foisa",
    "Freedom of information request (Scotland)",
    "FOI",
    ("scotland",),
    (
        Version(
            "2005",
            date(2005, 1, 1),
            "Freedom of Information (Scotland) Act 2002, sections 10 and 73",
            _request(None),
            (_clarify("section 1(3)"), _fee("section 10(3)")),
        ),
    ),
)

SAR = Regime(
    "sar",
    "Subject access request",
    "SAR",
    _ALL,
    (
        Version(
            "2018",
            date(2018, 5, 25),
            "UK GDPR, articles 12, 12A and 15; ICO guidance on the right of access",
            (
                Step(
                    "respond",
                    "Answer",
                    Span(1, Unit.MONTHS),
                    _ANSWERED,
                    extension=Extension(
                        Span(2, Unit.MONTHS),
                        ("It is complex", "They made several requests"),
                        "Tell them within the first month, and why.",
                        latest=Span(3, Unit.MONTHS),
                    ),
                ),
            ),
            (
                Pause("clarify", "They were asked what they mean", Effect.DISREGARD, "article 12A"),
                Pause("identity", "They were asked to show who they are", Effect.RESTART, "article 12(6), 12A"),
            ),
        ),
    ),
)

DP_COMPLAINT = Regime(
    "dp_complaint",
    "Data protection complaint",
    "Data protection complaint",
    _ALL,
    (
        Version(
            "2026",
            date(2026, 6, 19),
            "Data Protection Act 2018, section 164A (Data (Use and Access) Act 2025, section 103); ICO guidance",
            (Step("acknowledge", "Acknowledgement", Span(30, Unit.DAYS), _ACKNOWLEDGED),),
        ),
    ),
)

REGIMES: Mapping[str, Regime] = by_key(
    (NHS2009, LGSCO, HOS, AWAAB, SPSO, NIPSO, NHSWALES, FOIA, EIR, FOISA, SAR, DP_COMPLAINT)
)

BODIES: Mapping[str, str] = {
    "council": "Council",
    "landlord": "Housing association or other landlord",
    "nhs": "NHS body",
    "other": "Another public body",
}

_COMPLAINTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("council", "england"): ("lgsco", "hos", "awaab", "nhs2009"),
    ("council", "scotland"): ("spso",),
    ("council", "ni"): ("nipso",),
    ("landlord", "england"): ("hos", "awaab"),
    ("landlord", "scotland"): ("spso",),
    ("nhs", "england"): ("nhs2009",),
    ("nhs", "wales"): ("nhswales",),
    ("nhs", "scotland"): ("spso",),
    ("other", "scotland"): ("spso",),
}


def defaults(body: str, nation: str) -> tuple[str, ...]:
    """The regimes that usually apply to a kind of body in a nation: complaints first, then information."""
    foi = "foisa" if nation == "scotland" else "foia"
    return (
        *_COMPLAINTS.get((body, nation), ()),
        foi,
        *(() if nation == "scotland" else ("eir",)),
        "sar",
        "dp_complaint",
    )
