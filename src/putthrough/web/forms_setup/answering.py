"""How strictly answers are checked, and on which step somebody is, as forms."""

from __future__ import annotations

from typing import Any

from django import forms

from putthrough.directory.models import User
from putthrough.replies.checks.catalogue import CHECKS, LEVEL_WORDS
from putthrough.replies.models import Policy, Trust
from putthrough.replies.policy import level_of
from putthrough.web.forms_setup.parts import line

_SETTINGS = ("opens", "shuts", "remind_minutes", "escalate_minutes", "rise_after", "election_from", "election_to")


def _time(label: str, hint: str = "") -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "class": "govuk-input--width-10"}, format="%H:%M")
    wrong = {"required": "Give a time.", "invalid": "Give a time such as 09:00."}
    return forms.TimeField(label=label, help_text=hint, widget=widget, error_messages=wrong)


def _number(label: str, hint: str, *, most: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "govuk-input--width-4"})
    wrong = {"required": "Give a number.", "invalid": "Give a whole number."}
    return forms.IntegerField(
        label=label, help_text=hint, min_value=1, max_value=most, widget=widget, error_messages=wrong
    )


def _day(label: str, hint: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d")
    wrong = {"invalid": "Give a day such as 2027-03-25."}
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget, error_messages=wrong)


class ChecksForm(forms.Form):
    """One choice for each check, then when answers are looked at and the time before an election."""

    opens = _time("Answers are looked at from", "On working days.")
    shuts = _time("Until")
    remind_minutes = _number("Remind after so many minutes", "Minutes of that time alone count.", most=5000)
    escalate_minutes = _number("Ask the comms lead after so many minutes", "", most=10000)
    rise_after = _number(
        "Offer the next step after so many clean approvals", "A person still has to say yes.", most=100
    )
    election_from = _day("The time before an election begins on", "Leave both empty where there is none.")
    election_to = _day("It ends on")

    def __init__(self, row: Policy, data: Any = None) -> None:
        levels = {_field(check.key): level_of(check.key, row).value for check in CHECKS}
        super().__init__(data, initial={name: getattr(row, name) for name in _SETTINGS} | levels)
        for check in CHECKS:
            choices = [(level.value, words) for level, words in LEVEL_WORDS.items()]
            self.fields[_field(check.key)] = forms.ChoiceField(
                label=check.name, help_text=check.why_words, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("opens") and given.get("shuts") and given["opens"] >= given["shuts"]:
            self.add_error("shuts", "Give a later time than that from which they are looked at.")
        if bool(given.get("election_from")) != bool(given.get("election_to")):
            self.add_error("election_to", "Give both days, or neither.")
        elif given.get("election_from") and given["election_from"] > given["election_to"]:
            self.add_error("election_to", "Give a day that is not before the first.")
        return given

    @property
    def settings(self) -> dict[str, Any]:
        given = self.cleaned_data
        levels = {check.key: given[_field(check.key)] for check in CHECKS}
        changed = {key: level for key, level in levels.items() if level != _default(key)}
        return {**{name: given[name] for name in _SETTINGS}, "levels": changed}


def _field(key: str) -> str:
    return f"check-{key}"


def _default(key: str) -> str:
    return level_of(key, Policy()).value


class StepForm(forms.Form):
    """One person's step on one kind of channel, or on all that have none of their own, and their buddy."""

    channel = forms.ChoiceField(label="Where", required=False)
    step = forms.ChoiceField(label="Step", choices=Trust.Step.choices, widget=forms.RadioSelect)
    buddy = forms.ChoiceField(
        label="Buddy",
        help_text="Looks at what they write. Without one, any trusted colleague of the team.",
        required=False,
    )
    reason = line("Why", "The person reads it. It is kept.", most=200)

    def __init__(self, channels: list[tuple[str, str]], people: list[User], data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.found = {str(one.pk): one for one in people}
        _offer(self.fields["channel"], [("", "Everywhere that has no step of its own"), *channels])
        _offer(self.fields["buddy"], [("", "Nobody by name"), *((pk, one.name) for pk, one in self.found.items())])

    @property
    def chosen_buddy(self) -> User | None:
        return self.found.get(self.cleaned_data["buddy"])


def _offer(field: forms.Field, options: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = options
