"""The starter directory keeps what it promises: wide, in residents' words, keyed by LGSL."""

from __future__ import annotations

import re

import pytest

from putthrough.directory.servicefile import starter
from putthrough.directory.starter import TEAMS

ENTRIES = {entry.key: entry for entry in starter()}


def _listed(text: str) -> list[str]:
    return text.split()


HOSPITAL = _listed(
    """
    pals-complaints outpatient-appointments emergency-department medical-records parking maternity
    discharge interpreting patient-transport compliments estates foi information-governance
    mental-health-liaison safeguarding waiting-lists test-results wards-visiting lost-property food
    pharmacy audiology physiotherapy radiology blood-tests childrens-ward cancer-services
    bereavement chaplaincy volunteering jobs private-patients dentistry sexual-health sick-notes
    """
)

GOVUK = _listed(
    """
    1 2 3 4 9 12 13 14 18 19 35 36 40 48 55 57 59 63 69 72 88 90 92 101 107 112 115 124 137 141 147
    151 159 160 178 209 260 272 273 274 279 280 287 296 297 315 328 353 358 364 372 412 415 428 431
    432 437 461 471 474 477 493 499 508 510 512 516 524 528 530 533 537 541 546 550 555 557 558 559
    561 564 567 568 571 576 577 580 584 586 587 588 591 600 603 615 631 664 684 703 831 850 852 859
    860 867 870 1116 1135 1140 1145 1307 1579 1580 1741 1742 1743 1788
    """
)


def test_covers_at_least_230_services() -> None:
    assert len(ENTRIES) >= 230


def test_no_two_services_share_a_key_or_a_name() -> None:
    assert len(ENTRIES) == len(starter()) == len({entry.name.casefold() for entry in starter()})


@pytest.mark.parametrize("entry", starter(), ids=lambda entry: entry.key)
def test_every_service_is_complete(entry) -> None:
    assert entry.description.endswith(".")
    assert len(entry.synonyms) >= 7
    assert all(re.search(r"\w", synonym) for synonym in entry.synonyms)
    assert entry.team in TEAMS
    assert (entry.lgsl is None) != entry.key.startswith("lgsl:")


def test_every_team_has_a_service() -> None:
    assert {entry.team for entry in starter()} == set(TEAMS)


@pytest.mark.parametrize("name", HOSPITAL)
def test_the_hospital_has(name: str) -> None:
    assert f"nhs:{name}" in ENTRIES


@pytest.mark.parametrize("lgsl", GOVUK)
def test_covers_what_gov_uk_links_to(lgsl: str) -> None:
    assert ENTRIES[f"lgsl:{lgsl}"].lgsl == int(lgsl)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("pothole", "lgsl:557"),
        ("damp", "lgsl:141"),
        ("mould", "lgsl:141"),
        ("blue badge", "lgsl:279"),
        ("missed bin", "lgsl:524"),
        ("bin not emptied", "lgsl:524"),
        ("parking fine", "lgsl:471"),
        ("PCN", "lgsl:471"),
        ("PALS", "nhs:pals-complaints"),
        ("discharge letter", "nhs:discharge"),
        ("universal credit", "lgsl:1652"),
    ],
)
def test_residents_words_stand_where_they_belong(words: str, key: str) -> None:
    assert words in ENTRIES[key].synonyms


def test_what_belongs_to_another_body_says_whose_it_is_and_where_to_go() -> None:
    others = [entry for entry in starter() if entry.whose]
    assert len(others) >= 25
    assert all(entry.team == "customer-services" and entry.signpost and entry.signpost.words for entry in others)


def test_services_of_other_bodies_are_marked() -> None:
    ours = {"other:domestic-abuse", "other:ev-charging", "other:council-payments"}
    unmarked = {entry.key for entry in starter() if entry.key.startswith("other:") and not entry.whose}
    assert unmarked == ours
