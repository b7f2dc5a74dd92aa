"""A directory file is read whole, or what is wrong is said by its line; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from putthrough.directory.servicefile import (
    LARGEST,
    ServiceEntry,
    ServiceFile,
    SignpostEntry,
    read_services,
    said_by_residents,
)

GOOD_YAML = """\
services:
  - key: lgsl:557
    name: Potholes
    team: highways
    description: Holes in roads.
    synonyms: [pothole, hole in the road]
  - key: other:police
    name: Crime
    whose: police
    synonyms: burglary; mugged
    signpost:
      page: https://www.police.uk/
      phone: "101"
      hours: day and night
      words: Please ring the police.
"""

GOOD_CSV = """\
key,name,lgsl,team,description,synonyms,whose,page,phone,hours,words
,Potholes,557,highways,Holes in roads.,pothole;hole in the road,,,,,
other:police,Crime,,,,burglary; mugged,police,https://www.police.uk/,101,day and night,Please ring the police.
"""

EXPECTED = (
    ServiceEntry("lgsl:557", "Potholes", 557, "highways", "Holes in roads.", ("pothole", "hole in the road")),
    ServiceEntry(
        "other:police",
        "Crime",
        synonyms=("burglary", "mugged"),
        whose="police",
        signpost=SignpostEntry("https://www.police.uk/", "101", "day and night", "Please ring the police."),
    ),
)


def read(folder: Path, name: str, content: str | bytes) -> ServiceFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_services(path)


@pytest.mark.parametrize(("name", "content"), [("a.yaml", GOOD_YAML), ("a.yml", GOOD_YAML), ("a.csv", GOOD_CSV)])
def test_a_good_file_gives_its_services(tmp_path: Path, name: str, content: str) -> None:
    assert read(tmp_path, name, content) == ServiceFile(EXPECTED, ())


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + GOOD_CSV.replace("\n", "\r\n").encode()
    assert read(tmp_path, "a.csv", content).entries == EXPECTED


def test_the_official_list_leaves_out_what_was_discontinued(tmp_path: Path) -> None:
    content = (
        "\ufeffIdentifier,Label,Status,Description,Created\n"
        '100012,Ferry tokens,Live,"First line\n\nthird line",01/01/2020\n'
        "100013,Old ferry tokens,Discontinued,Gone.,01/01/2020\n"
        "x14,Broken,Live,,01/01/2020\n"
    )
    found = read(tmp_path, "list.csv", content)
    assert found.entries == (
        ServiceEntry("lgsl:100012", "Ferry tokens", 100012, description="First line\n\nthird line", official=True),
    )
    assert [problem.line for problem in found.problems] == [6]


def test_the_official_list_comes_with_what_residents_say(tmp_path: Path) -> None:
    content = "Identifier,Label,Status,Description\n557,Road maintenance,Live,Official.\n1,Nothing known,Live,\n"
    (road,) = [entry for entry in read(tmp_path, "list.csv", content).entries if entry.lgsl == 557]
    assert road.name == "Road maintenance"
    assert "pothole" in road.synonyms


def test_what_residents_say_by_number_is_in_order() -> None:
    known = said_by_residents()
    assert len(known) > 400
    assert all(said and all(word and len(word) < 100 for word in said) for said in known.values())


@pytest.mark.parametrize(
    ("name", "content", "line", "words"),
    [
        ("a.csv", "key,nmae\nlgsl:1,Bins\n", 1, "column “nmae”"),
        ("a.csv", "key,team\nlgsl:1,waste\n", 1, "column “name” is missing"),
        ("a.csv", "key,key,name\n", 1, "twice"),
        ("a.csv", "key;name\nlgsl:1;Bins\n", 1, "semicolons"),
        ("a.csv", "key,name\nlgsl:1,Bins\nlgsl:2,\n", 3, "no name"),
        ("a.csv", "key,name\nlgsl:1,Bins\nlgsl:1,Tips\n", 3, "used twice, first in line 2"),
        ("a.csv", "key,name\nlgsl:1,Bins\nlgsl:2,bins\n", 3, "used twice, first in line 2"),
        ("a.csv", 'key,name\nlgsl:1,"Bins\nand\nboxes"\n,Tips\n', 5, "no key"),
        ("a.csv", "key,name,lgsl\n,Bins,five\n", 2, "no LGSL number"),
        ("a.csv", "key,name,lgsl\nlgsl:1,Bins,2\n", 2, "do not agree"),
        ("a.csv", "key,name\nBins!,Bins\n", 2, "a word, a colon"),
        ("a.csv", "key,name\nlgsl:one,Bins\n", 2, "do not agree"),
        ("a.csv", "key,name\nlgsl:1,Bins,more\n", 2, "3 cells"),
        ("a.csv", "key,name,team\nlgsl:1,Bins,Waste Team\n", 2, "small letters"),
        ("a.csv", "key,name,page\nlgsl:1,Bins,javascript:alert(1)\n", 2, "no web address"),
        ("a.csv", f"key,name\nlgsl:1,{'B' * 201}\n", 2, "longer than 200"),
        ("a.csv", f"key,name,synonyms\nlgsl:1,Bins,{'b' * 121}\n", 2, "synonym is longer"),
        ("a.csv", 'key,name\nlgsl:1,"Bins\n', 2, "not valid CSV"),
        ("a.csv", f"key,name\nlgsl:1,{'B' * 140_000}\n", 2, "not valid CSV"),
        ("a.csv", b"key,name\nlgsl:1,Bins\nlgsl:2,Caf\xe9s\n", 3, "UTF-8"),
        ("a.csv", "key,name\n", 0, "no service"),
        ("a.csv", "", 0, "empty"),
        ("a.yaml", "  \n", 0, "empty"),
        ("a.yaml", "# nothing\n", 0, "empty"),
        ("a.csv", b"PK\x03\x04rest", 0, "no text file"),
        ("a.yaml", b"\x00\x01\x02", 0, "no text file"),
        ("a.yaml", b"a" * (LARGEST + 1), 0, "larger than 5 MB"),
        ("a.xlsx", "x", 0, "neither YAML nor CSV"),
        ("a.yaml", "services:\n  - key: lgsl:1\n   name: x\n", 3, "not valid YAML"),
        ("a.yaml", "services: [\n", 2, "not valid YAML"),
        ("a.yaml", "services:\n  - key: \x07\n", 0, "characters"),
        ("a.yaml", "- key: lgsl:1\n", 1, "services:"),
        ("a.yaml", "services: none\n", 1, "services:"),
        ("a.yaml", "services:\n  - just words\n", 2, "services:"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    nmae: Bins\n", 3, "“nmae”"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    key: lgsl:2\n", 3, "twice"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    name: [Bins]\n", 3, "plain text"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    synonyms: {a: b}\n", 3, "list of words"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    signpost: ring us\n", 3, "A signpost has"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    signpost: {fax: 1}\n", 3, "“fax”"),
        ("a.yaml", "services:\n  - key: lgsl:1\n    name: Bins\n  - key: lgsl:2\n    name:\n", 5, "no name"),
        ("a.yaml", "services:\n  - ? [a]\n    : b\n", 2, "name was expected"),
        ("a.yaml", GOOD_YAML + "---\nservices: []\n", 16, "second document"),
        ("a.yaml", "a: &a [x]\nservices: [*a, *a]\n", 1, "Anchors and aliases"),
        ("a.yaml", "services: [*a]\n", 1, "Anchors and aliases"),
        ("a.yaml", "services: " + "[" * 100_000, 1, "nested too deeply"),
        ("a.yaml", "- " * 100_000 + "x", 1, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_its_line(
    tmp_path: Path, name: str, content: str | bytes, line: int, words: str
) -> None:
    (problem,) = read(tmp_path, name, content).problems
    assert problem.line == line
    assert words in problem.words


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    assert "cannot be opened" in read_services(tmp_path / "none.csv").problems[0].words
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be opened" in read_services(tmp_path / "folder.csv").problems[0].words


def test_one_bad_service_does_not_hide_the_others(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "key,name\nlgsl:1,Bins\nlgsl:2,\n,Tips\nlgsl:3,Parks\n")
    assert [entry.name for entry in found.entries] == ["Bins", "Parks"]
    assert [problem.line for problem in found.problems] == [3, 4]


def test_a_yaml_tag_builds_nothing(tmp_path: Path) -> None:
    content = "services:\n  - key: lgsl:1\n    name: !!python/object/apply:os.getcwd []\n"
    found = read(tmp_path, "a.yaml", content)
    assert found.entries == ()
    assert found.problems[0].line == 3


def test_what_looks_like_a_number_or_a_truth_stays_text(tmp_path: Path) -> None:
    content = 'services:\n  - key: other:nhs\n    name: yes\n    synonyms: [111, no, 1e3, "null"]\n    whose: ~\n'
    (entry,) = read(tmp_path, "a.yaml", content).entries
    assert (entry.name, entry.synonyms, entry.whose) == ("yes", ("111", "no", "1e3", "null"), "")


@settings(max_examples=150, deadline=None)
@given(
    content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)),
    ending=st.sampled_from(["yaml", "csv"]),
)
def test_whatever_a_file_holds_it_is_read_or_has_a_problem(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str
) -> None:
    found = read(tmp_path_factory.mktemp("any"), f"any.{ending}", content)
    assert found.entries or found.problems


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(GOOD_YAML)), put=st.text(alphabet="&*!:[]{}-? \n\t'\"|>#%@", max_size=5))
def test_a_damaged_yaml_file_never_raises(tmp_path_factory: pytest.TempPathFactory, at: int, put: str) -> None:
    found = read(tmp_path_factory.mktemp("any"), "any.yaml", GOOD_YAML[:at] + put + GOOD_YAML[at + 1 :])
    assert found.entries or found.problems
