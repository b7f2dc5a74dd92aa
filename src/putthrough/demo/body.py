"""A fictional public body to try Putthrough with: Ambleford Council and the Ambleford Hospitals, its partner.

None of these people, places or addresses exists; ``.example`` is reserved for that (RFC 2606).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAME = "Ambleford Council and Ambleford Hospitals"
ENQUIRIES = "enquiries@ambleford.example"
HOSPITAL = "hello@hospitals.ambleford.example"
REHEARSAL = "@ambleford"
ON_CALL = "emergency-planning"  # the team of those who are told when a life may be at risk
ADMINISTRATOR = "ada.ames@ambleford.example"


@dataclass(frozen=True, slots=True)
class Person:
    """A demo person: ``teams`` are team keys, ``step`` is how freely they answer; no two passwords are alike."""

    name: str
    email: str
    role: str
    teams: tuple[str, ...] = ()
    step: str = "trusted"

    @property
    def password(self) -> str:
        return f"{self.email.partition('.')[0]}-rehearses-2026"


PEOPLE: tuple[Person, ...] = (
    Person("Tess Treadwell", "tess.treadwell@ambleford.example", "triager", ("triage", "customer-services")),
    Person(
        "Harriet Holm",
        "harriet.holm@ambleford.example",
        "responder",
        ("highways", "traffic", "street-lighting", "flood", "trees", "insurance", "emergency-planning"),
    ),
    Person(
        "Wilf Wagstaff",
        "wilf.wagstaff@ambleford.example",
        "responder",
        ("waste", "street-cleansing", "parks", "parks-north"),
    ),
    Person(
        "Hana Hartley",
        "hana.hartley@ambleford.example",
        "responder",
        ("housing-repairs", "housing-tenancy", "housing-options", "private-housing"),
    ),
    Person(
        "Ravi Rates",
        "ravi.rates@ambleford.example",
        "responder",
        ("council-tax", "benefits", "business-rates", "finance"),
    ),
    Person("Peg Parkin", "peg.parkin@ambleford.example", "responder", ("parking", "blue-badges", "transport")),
    Person(
        "Priya Pell",
        "priya.pell@hospitals.ambleford.example",
        "responder",
        ("pals", "outpatients", "wards", "discharge", "emergency-department", "maternity"),
    ),
    Person("Nell Newby", "nell.newby@ambleford.example", "responder", ("highways", "street-lighting"), "checked"),
    Person("Clem Carr", "clem.carr@ambleford.example", "comms_lead", ("communications", "hospital-comms", ON_CALL)),
    Person("Ivy Inskip", "ivy.inskip@ambleford.example", "information_governance", ("information-governance",)),
    Person("Ada Ames", ADMINISTRATOR, "administrator"),
)

# Teams that nobody above is in are looked after by these, so that every message has somebody to read it.
REST = "Cass Cotter", "cass.cotter@ambleford.example"

NAMES: Mapping[str, str] = {
    "pals": "PALS and complaints",
    "hr": "Human resources",
    "send": "Special educational needs",
    "hospital-hr": "Hospital human resources",
    "hospital-ig": "Hospital information governance",
    "hospital-comms": "Hospital communications",
    "public-health-nhs": "Public health (NHS)",
    "blue-badges": "Blue badges and concessions",
}
