"""Who is told when a life may be at risk, and how."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from putthrough.directory.models import User
from putthrough.handover.alerts.models import OnCall, Policy
from putthrough.handover.alerts.order import Times
from putthrough.web.forms import Written
from putthrough.web.forms_clocks import day
from putthrough.web.forms_setup.parts import TeamField, days, line


class OnCallForm(forms.Form):
    """One person on call for one team."""

    def __init__(self, row: OnCall, everybody: Sequence[User], data: QueryDict | None = None) -> None:
        self.row, self.found = row, {str(user.pk): user for user in everybody}
        names = ("position", "times", "phone", "first_from", "first_until")
        known = {name: getattr(row, name) for name in names} | {"user": str(row.user_id or "")}
        super().__init__(data, initial=known | {"team": row.team if row.team_id else None})
        self.fields["team"] = TeamField(
            label="For what this team has",
            help_text="The team chosen in “How it is done” stands in for every team without people of its own.",
            nobody="Choose a team",
        )
        self.fields["user"] = forms.ChoiceField(
            label="Who is told",
            help_text="They have to be in that team, so that they can read the message.",
            choices=[("", "Choose a person"), *((pk, user.name) for pk, user in self.found.items())],
            error_messages={"required": "Choose a person."},
        )
        self.fields["times"] = forms.ChoiceField(label="When", choices=Times.choices(), widget=forms.RadioSelect)
        self.fields["position"] = days("Place in the order", "1 is told first.", most=50)
        self.fields["phone"] = line(
            "Mobile telephone",
            "For text messages through GOV.UK Notify. Without it they are told by email alone.",
            most=30,
            required=False,
        )
        for name, label in (("first_from", "First in the order from"), ("first_until", "First in the order until")):
            self.fields[name] = day(label, "For a rota: on these days they are told before the others.")
            self.fields[name].required = False

    def clean_team(self) -> object:
        if self.cleaned_data["team"] is None:
            raise forms.ValidationError("Choose a team.")
        return self.cleaned_data["team"]

    def filled(self) -> OnCall:
        for name, value in self.cleaned_data.items():
            setattr(self.row, name, self.found[value] if name == "user" else value)
        return self.row


class AlertSettingsForm(forms.Form):
    holding = Written(
        label="Words that hold until help comes",
        help_text="A person may send them at one press; they never go by themselves. Keep the number to call.",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
        error_messages={"required": "Write what a person may send while help is on its way."},
    )
    minutes = days("Minutes until the next person is told", "When nobody says that they have it.", most=60)

    def __init__(self, row: Policy, data: QueryDict | None = None) -> None:
        self.row = row
        super().__init__(data, initial={"holding": row.holding, "minutes": row.minutes, "team": row.team})
        self.fields["team"] = TeamField(
            label="Who is told for teams without people of their own",
            help_text="This team sees a message that may mean a risk to life from the moment that an alert is raised.",
            nobody="Nobody: only whoever is in the team, and communications and triage as far as they see it",
        )

    def filled(self) -> Policy:
        self.row.team, self.row.minutes = self.cleaned_data["team"], self.cleaned_data["minutes"]
        self.row.holding = self.cleaned_data["holding"]
        return self.row
