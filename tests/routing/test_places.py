"""Which places a message names: only those that are plainly meant, the longest, and never anything else."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.directory.placenames import key, words
from putthrough.routing.places import NOWHERE, Places, Spot

TOWN = Places.of(
    [
        Spot("Mill Lane", "Eastfield", "North"),
        Spot("Old Church Lane", "Eastfield", "North"),
        Spot("Church Lane", "Westgate", "South"),
        Spot("Church Road", "Eastfield", "North"),
        Spot("Church Road", "Westgate", "South"),
        Spot("St Mary's Road", "Westgate", "South"),
        Spot("The Green", "Eastfield", "North"),
        Spot("High Street", "Westgate", "South"),
        Spot("Cross Road", "Westgate", "South"),
        Spot("Copper Close", "Westgate", "South"),
        Spot("Queen Street", "Eastfield", "North"),
        Spot("Queen Street", "Northgate", "North"),
        Spot("Westgate", "", "South"),
        Spot("Little Ambley", "", "North"),
        Spot("O'Hara Crescent", "", "North"),
    ]
)


def found(text: str) -> dict[str, str]:
    return {one.name: "/".join(sorted(one.areas)) for one in TOWN.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "a pothole on Mill Lane",
        "a pothole in mill lane, deep",
        "MILL LANE IS FLOODED",
        "Mill Ln again",
        "pothole, Mill\nLane",
        "Mill-Lane",
        "it is mill lane close to the school",
        "12 Mill Lane.",
    ],
)
def test_a_street_is_found_however_it_is_written(text: str):
    assert found(text) == {"Mill Lane": "North"}


@pytest.mark.parametrize("text", ["St. Mary's Rd", "Saint Marys Road", "st mary’s road", "ST MARYS RD"])
def test_saints_and_short_forms_are_alike(text: str):
    assert found(f"the lamp in {text} is out") == {"St Mary's Road": "South"}


@pytest.mark.parametrize(
    "text",
    [
        "we saw the mill. Lane closed",
        "the mill, lane closed",
        "Old Mill Lane",
        "Mill Lane Close",
        "mills lane",
        "windmill lane",
        "",
        "\0",
    ],
)
def test_what_is_another_street_or_none_is_not_found(text: str):
    assert found(text) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the grass on The Green is knee high", "The Green"),
        ("I live at 4 The Green", "The Green"),
        ("the lamps in High Street are out", "High Street"),
        ("a lorry in Cross Road", "Cross Road"),
        ("rubbish in Copper Close again", "Copper Close"),
        ("bins in Westgate", "Westgate"),
        ("3 Mill Rise, Westgate", "Westgate"),
        ("the whole of Westgate ward", "Westgate"),
        ("near Little Ambley", "Little Ambley"),
    ],
)
def test_ordinary_words_count_where_they_are_a_name(text: str, name: str):
    assert list(found(text)) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "The Green bin was not emptied",
        "the green bin",
        "in The Green Party leaflet",
        "the high street is dying",
        "I could not cross road works",
        "schools near the copper close early",
        "it is in the westgate",
        "regards, Tom Westgate",
        "at Westgate Hospital",
        "a little ambley",
    ],
)
def test_ordinary_words_are_no_place(text: str):
    assert found(text) == {}


def test_the_longest_name_counts():
    assert found("in Old Church Lane") == {"Old Church Lane": "North"}
    assert found("in Church Lane") == {"Church Lane": "South"}


def test_of_two_streets_of_one_name_the_ward_says_which():
    assert found("Church Road is flooded") == {"Church Road": "North/South"}
    assert found("Church Road, Westgate, is flooded") == {"Church Road": "South", "Westgate": "South"}
    assert found("Church Road in Eastfield is flooded") == {"Church Road": "North"}


def test_two_of_one_name_in_one_area_are_plain():
    assert found("Queen Street") == {"Queen Street": "North"}


def test_nowhere_finds_nothing():
    assert NOWHERE.find("Mill Lane") == ()
    assert not NOWHERE


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
STREETS = st.builds("{} {}".format, st.sampled_from(["Larch", "Quince", "Élan"]), st.sampled_from(["Road", "Street"]))


@given(st.text(max_size=400))
def test_any_text_is_answered_and_what_is_found_stands_there(text: str):
    said = " ".join(words(text))
    for one in TOWN.find(text):
        assert " ".join(words(one.name)) in said
        assert one.areas <= {"North", "South"}


@given(st.lists(STREETS, min_size=1, max_size=5, unique=True), WORDS, st.booleans())
def test_every_listed_street_is_found_in_whatever_stands_round_it(streets: list[str], noise: str, loud: bool):
    places = Places.of(Spot(street, "", "North") for street in streets)
    for street in streets:
        text = f"{noise}. Hole in {street.upper() if loud else street}. {noise}"
        assert street in [one.name for one in places.find(text)]


@given(st.lists(st.tuples(WORDS, WORDS), max_size=8), st.text(max_size=200))
def test_any_list_of_names_can_be_asked(rows: list[tuple[str, str]], text: str):
    places = Places.of(Spot(name, ward, "North") for name, ward in rows)
    assert {one.name for one in places.find(text)} <= {name for name, _ in rows}


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_key_of_a_place_is_its_own_key(name: str, ward: str):
    assert key(*key(name, ward).split("/")) == key(name, ward)


def test_thousands_of_streets_cost_little():
    firsts = [f"{a}{b}ton" for a in ("Ash", "Birch", "Cob", "Dun", "Elm") for b in range(100)]
    kinds = ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Way", "Court", "Green", "Rise")
    places = Places.of([*(Spot(f"{first} {kind}", "", "North") for first in firsts for kind in kinds)])
    text = "Good morning, there is a hole in Ash7ton Road outside number 14. Can somebody look at it? Thanks, Sam" * 3
    places.find(text)
    began = process_time()
    for _ in range(100):
        places.find(text)
    assert len(places) == 5000
    assert (process_time() - began) / 100 < 0.002, "ten times what it should cost"
