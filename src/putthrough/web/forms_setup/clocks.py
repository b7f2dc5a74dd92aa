"""Days off, office hours, and limits stricter than the law's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from putthrough.deadlines import hours
from putthrough.deadlines.models import Holiday, Policy
from putthrough.deadlines.regimes import Version
from putthrough.deadlines.table import BODIES
from putthrough.directory.models import Organisation, User
from putthrough.web.forms import Written
from putthrough.web.forms_clocks import day
from putthrough.web.forms_setup.parts import days, line

_KINDS = (("closure", "We are closed: our service targets stand still, the law's clocks do not"),)
_PROCLAIMED = (("uk", "A bank holiday in the whole United Kingdom"), *Organisation.Nation.choices)


class HolidayForm(forms.Form):
    day = day("Day")
    name = line("What it is called", "Staff read it where a deadline leaves the day out.", most=80)
    kind = forms.ChoiceField(
        label="What kind of day it is",
        widget=forms.RadioSelect,
        choices=(*_KINDS, *((key, f"Bank holiday: {words}") for key, words in _PROCLAIMED)),
        error_messages={"required": "Choose what kind of day it is."},
    )

    def __init__(self, row: Holiday, data: QueryDict | None = None) -> None:
        self.row = row
        kind = "closure" if row.closure else row.nation or "uk"
        known = {"day": row.day, "name": row.name, "kind": kind} if row.pk else {}
        super().__init__(data, initial=known)

    def filled(self) -> Holiday:
        kind = self.cleaned_data["kind"]
        self.row.day, self.row.name = self.cleaned_data["day"], self.cleaned_data["name"]
        self.row.closure, self.row.nation = kind == "closure", "" if kind in ("closure", "uk") else kind
        return self.row


class PolicyForm(forms.Form):
    body = forms.ChoiceField(
        label="What kind of body it is",
        help_text="It decides which complaint procedures are offered first.",
        choices=list(BODIES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    hours = Written(
        label="Office hours",
        help_text="A day a line, with as many spans as it has: Monday 09:00-12:30 13:30-17:00.",
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Write at least one day."},
    )

    patience = days(
        "Hours until the next person is told",
        "When a clock of law is late and nobody says that they have it, the next person that you named gets an email.",
        most=72,
    )

    def __init__(self, row: Policy, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"body": row.body, "hours": row.hours, "patience": row.patience})

    def clean_hours(self) -> str:
        try:
            return hours.written(hours.parsed(self.cleaned_data["hours"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None


class NamedForm(forms.Form):
    """Up to three people, one after the other."""

    def __init__(self, chosen: Sequence[User], everybody: Sequence[User], data: QueryDict | None = None) -> None:
        self.found = {str(user.pk): user for user in everybody}
        keys = ("first", "second", "third")
        super().__init__(data, initial={key: str(user.pk) for key, user in zip(keys, chosen, strict=False)})
        offered = [("", "Nobody"), *((pk, user.name) for pk, user in self.found.items())]
        for key, label in zip(keys, ("First", "Then", "Then"), strict=True):
            self.fields[key] = forms.ChoiceField(label=label, choices=offered, required=False)

    def people(self) -> list[User]:
        return [self.found[pk] for pk in self.cleaned_data.values() if pk]


class LimitsForm(forms.Form):
    """A number for each step of a regime; empty is the law's own."""

    def __init__(self, version: Version, own: dict[str, int], data: QueryDict | None = None) -> None:
        super().__init__(data, initial=own)
        for step in version.steps:
            words = f"The regime has {step.span}. Leave it empty to keep that."
            self.fields[step.key] = days(step.label, words, required=False, most=step.span.number)

    def limits(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
