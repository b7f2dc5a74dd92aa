"""The overview's numbers once more, from the raw audit entries alone: conversation by conversation, looking back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from putthrough.audit.models import Entry
from putthrough.conversations.models import Conversation
from putthrough.directory.models import Team
from putthrough.kit.time import local_day
from putthrough.oversight.figures.models import Course, Reached, Tally

_MOVES = {"conversation.passed_on": 1, "conversation.declined": 1, "conversation.pass_undone": -1}
_BEGINS = {"conversation.opened", "conversation.split_from"}
_OPENS = {"conversation.opened_again", "conversation.reopened"}


def figures_are_what_was_recorded() -> None:
    """Up to the entry that was reached, whenever that was; and the teams are those that have the conversations."""
    reached = Reached.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    entries = list(Entry.objects.filter(number__lte=reached, thing__startswith="conversation:").order_by("number"))
    kept = {(row.day, row.team, row.channel, row.figure, row.word): row.number for row in Tally.objects.all()}
    assert kept == _recounted(entries)
    if reached == Entry.objects.count():
        owners = dict(Conversation.objects.values_list("pk", "owner"))
        for course in Course.objects.all():
            where = owners.get(course.conversation, course.team)  # what was deleted for its age stays counted
            assert course.team == where, f"{course} is with another team"


def _recounted(entries: Sequence[Entry]) -> dict[Any, int]:
    teams, found = dict(Team.objects.values_list("name", "pk")), Counter[Any]()
    of: dict[str, list[Entry]] = {}
    for entry in entries:
        of.setdefault(entry.thing, []).append(entry)
    for lines in of.values():
        begin = next((at for at, line in enumerate(lines) if line.verb in _BEGINS), None)
        if begin is not None and not lines[begin].facts().get(
            "history"
        ):  # what was brought in is no work of these days
            _count(found, of, lines[begin:], teams)
    return {key: number for key, number in found.items() if number}


def _count(found: Counter[Any], of: dict[str, list[Entry]], lines: list[Entry], teams: dict[str, int]) -> None:
    first, channel = lines[0], _channel(of, lines[0])
    found[local_day(first.at), _holder(of, first, teams), channel, "opened", ""] += 1
    answer = next((line for line in lines if line.verb == "conversation.answered"), None)
    if answer is not None:
        moves = [line for line in lines if line.number < answer.number and line.verb in _MOVES]
        at = (local_day(answer.at), _holder(of, answer, teams), channel)
        found[(*at, "answered", "")] += 1
        found[(*at, "passes", "")] += sum(_MOVES[line.verb] for line in moves)
        found[(*at, "finding", "")] += int((_standing(first, moves).at - first.at).total_seconds())
        found[(*at, "waiting", "")] += int((answer.at - first.at).total_seconds())
    last = [line for line in lines if line.verb in _OPENS or line.verb == "conversation.closed"][-1:]
    if last and last[0].verb == "conversation.closed":
        outcome = last[0].facts()["outcome"]
        found[local_day(last[0].at), _holder(of, last[0], teams), channel, "closed", outcome] += 1


def _standing(first: Entry, moves: Sequence[Entry]) -> Entry:
    """The move, not taken back since, by which it came to where it is."""
    stack = [first]
    for move in moves:
        if _MOVES[move.verb] > 0:
            stack.append(move)
        else:
            stack.pop()
    return stack[-1]


def _channel(of: dict[str, list[Entry]], first: Entry) -> str:
    data = first.facts()
    return str(data["channel"]) if "channel" in data else _channel(of, of[f"conversation:{data['other']}"][0])


def _holder(of: dict[str, list[Entry]], until: Entry, teams: dict[str, int]) -> int:
    """The team that had a conversation when ``until`` was recorded, by the names in the sentences."""
    for line in reversed([one for one in of[until.thing] if one.number <= until.number]):
        data = line.facts()
        if line.verb == "conversation.opened" or line.verb in _MOVES:
            return teams[data.get("to") or data["owner"]]
        if line.verb == "conversation.split_from":
            whole = [one for one in of[f"conversation:{data['other']}"] if one.number < line.number]
            return _holder(of, whole[-1], teams)
    raise AssertionError(f"{until.thing} never began")
