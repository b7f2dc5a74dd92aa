"""Fields that several forms of Set-up share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from putthrough.directory.models import Team
from putthrough.directory.placenames import area_key
from putthrough.directory.queries import teams


class Lines(forms.CharField):
    """A list, written one a line; empty lines and repeats are passed over. Its value is a list of words."""

    widget = forms.Textarea

    def __init__(self, *args: Any, most: int = 300, longest: int = 120, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(*args, **kwargs)
        self.most, self.longest = most, longest

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in (super().clean(value) or "").splitlines()]
        found = list(dict.fromkeys(filter(None, lines)))
        if len(found) > self.most:
            raise forms.ValidationError(
                f"There are {len(found)} lines; {self.most} are the most. Keep what people write."
            )
        if long := [line for line in found if len(line) > self.longest]:
            raise forms.ValidationError(f"“{long[0][:40]}…” is longer than {self.longest} characters. Use a few words.")
        return found


class TeamField(forms.ChoiceField):
    """One team by id; its value is the team, or None for the first line, ``nobody``."""

    def __init__(self, *, nobody: str, besides: Team | None = None, **kwargs: Any) -> None:
        self.found = {str(team.pk): team for team in teams() if team != besides}
        named = [(pk, team.name) for pk, team in self.found.items()]
        super().__init__(choices=[("", nobody), *named], required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        return self.found.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Team) else value


class TeamsByArea(Lines):
    """Lines of an area, a colon and a team by name or key. Its value is the team of each area."""

    def prepare_value(self, value: Any) -> Any:
        lines = [f"{area}: {team.name}" for area, team in value.items()] if isinstance(value, dict) else value
        return super().prepare_value(lines)

    def clean(self, value: Any) -> Any:
        found: dict[str, Team] = {}
        every = {word.casefold(): team for team in teams() for word in (team.name, team.key)}
        for line in super().clean(value):
            area, colon, name = (part.strip() for part in line.rpartition(":"))
            team = every.get(name.casefold())
            if not (area and colon):
                raise forms.ValidationError(
                    f"Write “{line[:60]}” as an area, a colon and a team, such as North: Parks."
                )
            if team is None:
                raise forms.ValidationError(f"There is no team “{name[:60]}”. Use its name or its key.")
            if area_key(area) in map(area_key, found):
                raise forms.ValidationError(f"{area} stands there twice. Keep one team for it.")
            found[area] = team
        return found


class Chosen(forms.MultipleChoiceField):
    """Some of the rows that are offered; its value is a list of them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, among: Sequence[Any], **kwargs: Any) -> None:
        self.found = {str(row.pk): row for row in among}
        super().__init__(choices=[(pk, str(row)) for pk, row in self.found.items()], required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        return [self.found[pk] for pk in super().clean(value)]


def line(label: str, hint: str = "", *, most: int, required: bool = True, **kwargs: Any) -> forms.CharField:
    """A line of text; the summary of errors names it when it is missing."""
    missing = {"required": "Fill this in."}
    return forms.CharField(
        label=label, help_text=hint, max_length=most, required=required, error_messages=missing, **kwargs
    )


def days(label: str, hint: str, *, required: bool = True, least: int = 1, most: int = 365) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-4"}),
        error_messages={"required": "Give a number.", "invalid": "Give a whole number."},
    )
