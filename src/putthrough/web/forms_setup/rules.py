"""A rule as a form: what it asks of a message, and where it sends one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict

from putthrough.channels.contract import Automatic
from putthrough.channels.queries import accounts
from putthrough.channels.registry import channels
from putthrough.directory.models import Service
from putthrough.directory.queries import services
from putthrough.kit.language import NAMES
from putthrough.routing.models import Rule
from putthrough.web.forms_setup.parts import Lines, TeamField, line

_MACHINES = {
    Automatic.AUTO_REPLY: "An automatic reply, such as out of office",
    Automatic.BOUNCE: "A notice that an answer could not be delivered",
    Automatic.LOOP: "An email that goes round in a loop",
    Automatic.BULK: "A newsletter or mailing list",
}
_CONDITIONS = ("words", "subject", "sender", "channel", "visibility", "automatic", "language")
_ANY = ("", "Any")


class RuleForm(forms.Form):
    name = line("Name", "What it is for: it stands in the reason that people read.", most=120)
    words = Lines(
        label="Words in the message",
        help_text="One word or phrase a line. Any one of them is enough.",
        required=False,
        rows=4,
    )
    subject = Lines(label="Words in the subject", help_text="One a line, likewise.", required=False, rows=2)
    sender = line("Who wrote it", "An address, or @example.org for everybody there.", most=254, required=False)
    visibility = forms.ChoiceField(
        label="Public or private",
        choices=[_ANY, ("public", "Public"), ("private", "Private: email and direct messages")],
        required=False,
    )
    automatic = forms.ChoiceField(
        label="Written by a machine",
        choices=[_ANY, *((key.value, label) for key, label in _MACHINES.items())],
        required=False,
    )
    language = forms.ChoiceField(
        label="Language it is in",
        choices=[_ANY, *sorted(NAMES.items(), key=lambda one: one[1])],
        required=False,
    )
    closes = forms.BooleanField(
        label="Close it: nobody needs to read it", help_text="It can still be found and opened again.", required=False
    )
    enabled = forms.BooleanField(label="In use", required=False)

    field_order = [
        "name",
        "words",
        "subject",
        "sender",
        "account",
        "channel",
        "visibility",
        "automatic",
        "language",
        "service",
        "team",
    ]

    def __init__(self, row: Rule, data: QueryDict | None = None) -> None:
        self.row = row
        stored = {**row.conditions, "account": str(row.conditions.get("account") or "")}
        then = {"name": row.name, "service": row.service_id, "team": row.team, "closes": row.closes}
        super().__init__(data, initial={**stored, **then, "enabled": row.enabled})
        self._offer()
        self.order_fields(self.field_order)

    def _offer(self) -> None:
        written_to = [(str(row.pk), str(row)) for row in accounts()]
        kinds = [(one.key, one.name) for one in channels()]
        self.services = {str(one.pk): one for one in services()}
        self.fields["account"] = forms.ChoiceField(
            label="Written to the account", choices=[_ANY, *written_to], required=False
        )
        self.fields["channel"] = forms.ChoiceField(label="Came by", choices=[_ANY, *kinds], required=False)
        self.fields["service"] = forms.ChoiceField(
            label="Send it to the service", choices=[("", "None"), *_by_team(self.services)], required=False
        )
        self.fields["team"] = TeamField(label="Or to the team", nobody="None")

    def conditions(self) -> dict[str, Any]:
        """The conditions that were filled in, as a rule stores them."""
        data = self.cleaned_data
        asked = {name: data[name] for name in _CONDITIONS if data.get(name)}
        if data.get("account"):
            asked["account"] = int(data["account"])
        return asked

    def filled(self) -> Rule:
        data, row = self.cleaned_data, self.row
        row.name, row.enabled, row.closes = data["name"], data["enabled"], data["closes"]
        row.conditions, row.team = self.conditions(), data["team"]
        row.service = self.services.get(data["service"])
        return row


def _by_team(offered: dict[str, Service]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Services under their teams' names, as a list of choices shows them."""
    ordered = sorted(offered.values(), key=lambda one: (_team_of(one), one.name))
    groups = groupby(ordered, key=_team_of)
    return [(team, [(str(one.pk), one.name) for one in those]) for team, those in groups]


def _team_of(one: Service) -> str:
    return one.whose or (one.team.name if one.team else "No team yet")
