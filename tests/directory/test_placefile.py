"""A file of places is read whatever made it, or what is wrong is said by its line; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.directory.placefile import SAMPLE, PlaceEntry, PlaceFile, read_places, uploaded_places, written

PLAIN = "street,ward,area\nMill Lane,Eastfield,North\nÉlan Row,,South\n"
EXPECTED = (PlaceEntry(2, "Mill Lane", "Eastfield", "North"), PlaceEntry(3, "Élan Row", "", "South"))


def read(text: str | bytes) -> PlaceFile:
    return uploaded_places("places.csv", text if isinstance(text, bytes) else text.encode())


def said(text: str | bytes) -> list[tuple[int, str]]:
    return [(problem.line, problem.words) for problem in read(text).problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_whatever_made_the_file_it_is_read(encoding: str, separator: str, line_end: str):
    raw = PLAIN.replace(",", separator).replace("\n", line_end).encode(encoding)
    assert read(raw) == PlaceFile(EXPECTED)


@pytest.mark.parametrize(
    "header", ["Street Name,Ward Name,Area", "ROAD;WARD;PATCH", " Place_Name , Electoral Ward ,Zone"]
)
def test_columns_are_known_by_several_names(header: str):
    separator = ";" if ";" in header else ","
    assert read(f"{header}\n{separator.join(('Mill Lane', 'Eastfield', 'North'))}\n").entries == EXPECTED[:1]


def test_columns_that_nobody_asked_for_are_passed_over_and_named():
    found = read("USRN,street,area,X\n1,Mill Lane,North,5\n")
    assert found.entries == (PlaceEntry(2, "Mill Lane", "", "North"),)
    assert found.unread == ("USRN", "X")


def test_without_an_area_the_team_is_the_area():
    assert read("street,team\nMill Lane,Grounds north\n").entries[0].area == "Grounds north"


def test_a_ward_alone_is_a_place():
    (one,) = read("street,ward,area\n,Eastfield,North\n").entries
    assert (one.name, one.within) == ("Eastfield", "")


def test_a_service_and_team_without_a_place_say_who_provides_it():
    assert read("street,area,service,team\n,North,lgsl:589,grounds\n").entries[0].team == "grounds"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name\nMill Lane\n", 1, "No column says the area"),
        ("area\nNorth\n", 1, "No column holds the streets"),
        ("street,area\n", 0, "holds no place"),
        ("street,area\nMill Lane,\n", 2, "“Mill Lane” has no area"),
        ("street,area\n,North\n", 2, "names no street and no ward"),
        ("street,area\n12,North\n", 2, "holds no letters"),
        (f"street,area\n{'x' * 121},North\n", 2, "longer than 120"),
        ("street,area\nMill Lane,North\nMill Ln,South\n", 3, "“Mill Ln” lies in “North” by line 2 and in “South” here"),
        ("street,area,service\nMill Lane,North,lgsl:1\n", 2, "has no team in this row"),
        ("street,area,team\nMill Lane,North,grounds\n", 2, "but of which service?"),
        ("street,area,service,team\nA St,N,s,t\nB St,N,s,u\n", 3, "“s” in N is with “t” by line 2"),
        ('street,area\n"Mill Lane,North\n', 2, "not valid CSV"),
        ("", 0, "is empty"),
        (b"PK\x03\x04rest", 0, "no text file"),
    ],
)
def test_what_is_wrong_is_said_by_its_line(text: str | bytes, line: int, words: str):
    (found,) = said(text)
    assert found[0] == line
    assert words in found[1]


def test_good_rows_beside_bad_ones_are_kept_for_showing():
    found = read("street,area\nMill Lane,North\n,South\n")
    assert [one.name for one in found.entries] == ["Mill Lane"]


def test_a_path_that_is_no_file_is_said(tmp_path: Path):
    assert "cannot be opened" in read_places(tmp_path / "none.csv").problems[0].words


def test_what_is_written_is_read_again():
    again = read(written(SAMPLE)).entries
    assert [(one.street, one.ward, one.area, one.service, one.team) for one in again] == [
        (one.street, one.ward, one.area, one.service, one.team) for one in SAMPLE
    ]


def test_no_spreadsheet_takes_a_name_for_a_formula():
    text = written([PlaceEntry(0, "=1+1 Street", "", "North")])
    assert "'=1+1 Street" in text
    assert read(text).entries[0].street == "=1+1 Street"


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(raw: bytes):
    found = read(raw)
    assert found.entries or found.problems


@given(st.text(max_size=300))
def test_any_text_under_our_columns_is_answered(text: str):
    found = read(f"street,ward,area,service,team\n{text}")
    assert found.entries or found.problems
