"""Gathering: made-up crowds find each other, whatever their spelling; what only sounds alike stays apart."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.config.cli import run
from putthrough.handover.incidents.gathering import Gatherer, Said
from putthrough.handover.incidents.sorting import DIRECT, Sorted, sort
from putthrough.handover.incidents.whereabouts import Whereabouts
from putthrough.handover.incidents.wording import features, is_echo
from tests.handover.crowd import Line, burst_pipe, busy_day


def sorted_lines(lines: Sequence[Line]) -> dict[str, Sorted]:
    said = [Said(line.id, line.text, line.minute * 60, line.contact) for line in lines]
    return {one.id: one for one in sort(said, [line.private for line in lines])}


def precision_and_recall(lines: Sequence[Line], found: dict[str, Sorted], event: str) -> tuple[float, float]:
    about = [found[line.id].incident for line in lines if line.event == event]
    key, hits = Counter(key for key in about if key).most_common(1)[0]
    return hits / sum(one.incident == key for one in found.values()), hits / len(about)


@pytest.mark.parametrize("bare", [False, True], ids=["with times and names", "with texts alone"])
def test_a_burst_pipe_is_gathered_and_nobody_in_danger_is_answered_in_bulk(bare: bool) -> None:
    lines = burst_pipe(1500, 300, 30, contacts=not bare, timed=not bare)
    found = sorted_lines(lines)
    precision, recall = precision_and_recall(lines, found, "pipe")
    assert precision >= 0.95
    assert recall >= 0.85
    assert not [line.text for line in lines if line.plight and found[line.id].bulk]
    bulk = sum(found[line.id].bulk for line in lines if line.event and not line.private)
    assert bulk >= 0.8 * sum(1 for line in lines if line.event and not line.private)


def test_several_events_at_once_stay_apart() -> None:
    lines = busy_day(1500)
    found = sorted_lines(lines)
    for event in ("snow", "school", "giraffe", "power Northgate", "power Saltwick"):
        precision, recall = precision_and_recall(lines, found, event)
        assert precision >= 0.75, event
        assert recall >= 0.6, event


def test_the_same_messages_have_the_same_incident_each_time() -> None:
    lines = burst_pipe(300, 60, 3)
    assert sorted_lines(lines) == sorted_lines(lines)


def test_a_direct_message_is_never_for_the_bulk_reply() -> None:
    found = sort([Said(str(n), "No water in Mill Lane", 0.0, f"@{n}") for n in range(9)], [True] * 9)
    assert {(one.bulk, one.why) for one in found} == {(False, DIRECT)}


def test_who_asks_for_help_in_one_message_is_answered_by_a_person_in_all() -> None:
    said = [Said(str(n), "No water in Mill Lane", 0.0, f"@{n}") for n in range(9)]
    found = list(sort([*said, Said("plea", "my nan has collapsed", 1.0, "@3")], [False] * 10))
    assert not found[3].bulk
    assert "wrote message plea" in found[3].why


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("No water in Mill Lane", {"mill ln"}),
        ("BURST PIPE ON MILL LANE", {"mill ln"}),
        ("mill ln is flooded", {"mill ln"}),
        ("#MillLane again", {"mill ln"}),
        ("No power in Northgate or Old Church Street", {"northgate", "old church st"}),
        ("Our road is flooded, the whole street", set()),
        ("in December on Facebook", set()),
        ("BS35 1AA has no water", {"BS35"}),
    ],
)
def test_places_are_told_without_a_list(text: str, places: set[str]) -> None:
    assert set(Whereabouts().of(text)[0]) == places


def test_a_slip_in_a_name_is_the_name_that_most_write() -> None:
    known = Whereabouts()
    for name in ["Thornbry"] * 4 + ["Thornbury"] * 9:
        known.of(f"No water in {name}", learn=True)
    assert known.same_as() == {"thornbry": "thornbury"}
    assert known.of("still nothing thornbry")[0] == ("thornbury",)


def test_welsh_and_slang_say_the_same() -> None:
    assert set(features("Dim dŵr yma")) == set(features("no wata here")) == {"water", "no water"}


@pytest.mark.parametrize("text", ["same here!", "is it just us?", "Us too. Any news?"])
def test_who_only_joins_in_says_so(text: str) -> None:
    assert is_echo(text)
    assert not is_echo(f"{text} our bins were missed")


@given(st.lists(st.tuples(st.text(max_size=60), st.floats(0, 1e6)), max_size=30))
def test_any_text_is_taken(texts: list[tuple[str, float]]) -> None:
    gatherer = Gatherer()
    for number, (text, at) in enumerate(texts):
        gatherer.take(Said(str(number), text, at))
    gatherer.tidy(last=True)
    assert all(gatherer.incident_of(str(number)) in {"", *gatherer.incidents} for number in range(len(texts)))


def test_gather_reads_lines_and_names_what_it_cannot_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"id": f"m{n}", "text": "No water in Mill Lane", "contact": f"@{n}"}) for n in range(9)]
    monkeypatch.setattr(
        "sys.stdin", io.StringIO("\n".join(["not json", *lines, json.dumps({"id": 7, "text": "Hello"})]))
    )
    assert run(["gather", "--json"]) == 1
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]
    assert "Line 1: this is not JSON" in err
    assert [set(one) for one in found] == [{"id", "incident", "bulk", "why"}] * 10
    assert {(one["incident"], one["bulk"]) for one in found[:9]} == {(found[0]["incident"], True)}
    assert (found[9]["id"], found[9]["incident"], found[9]["bulk"]) == (7, None, False)
