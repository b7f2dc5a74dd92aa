"""The calendar file, read back by the rules of RFC 5545 alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from putthrough.deadlines.icalendar import Event, calendar_file

MADE = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n;,\\"), max_size=200)


def lines(text: str) -> list[str]:
    """Unfolded content lines."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def unescaped(value: str) -> str:
    out, letters = "", iter(value)
    for letter in letters:
        out += {"n": "\n"}.get(after := next(letters), after) if letter == "\\" else letter
    return out


def test_a_day_is_a_whole_day_and_an_hour_an_instant() -> None:
    events = [
        Event("1@x", date(2026, 12, 31), "FOI due", "Day 12 of 20", "https://council.example/1"),
        Event("2@x", datetime(2026, 10, 25, 9, 0, tzinfo=UTC), "Hazard due", "", "https://council.example/2"),
    ]
    found = lines(calendar_file("Highways", events, made_at=MADE))
    assert found[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Putthrough//Deadlines//EN"]
    assert "DTSTART;VALUE=DATE:20261231" in found
    assert "DTEND;VALUE=DATE:20270101" in found
    assert "DTSTART:20261025T090000Z" in found
    assert found.count("DTSTAMP:20261120T100000Z") == found.count("BEGIN:VEVENT") == found.count("END:VEVENT") == 2


@given(TEXTS, TEXTS)
def test_any_words_come_back_as_they_were_in_lines_that_are_short_enough(summary: str, description: str) -> None:
    text = calendar_file("x", [Event("1@x", date(2026, 1, 1), summary, description, "https://x.example")], made_at=MADE)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    values = dict(line.partition(":")[::2] for line in lines(text))
    assert unescaped(values["SUMMARY"]) == summary
    assert unescaped(values["DESCRIPTION"]) == description
