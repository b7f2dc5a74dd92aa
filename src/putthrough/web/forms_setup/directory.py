"""Services, teams, people and the organisation, as people write them down."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import QueryDict

from putthrough.channels.queries import account_by_address
from putthrough.directory.actions import set_by_email
from putthrough.directory.models import Organisation, Service, Signpost, Team, User
from putthrough.directory.queries import people, service_with_key, team_with_key, teams, user_with_email
from putthrough.web.forms import BY_EMAIL, BY_EMAIL_HINT
from putthrough.web.forms_setup.parts import Chosen, Lines, TeamField, TeamsByArea, days, line

_KEY = re.compile(r"[a-z][a-z0-9]*:[a-z0-9][a-z0-9-]*")
_TEXT = forms.Textarea(attrs={"rows": 3})


class ServiceForm(forms.Form):
    name = line("Name", "In residents' words, as they would say it.", most=200)
    key = line("Key", "A word, a colon and a short name: lgsl:557, nhs:maternity, other:police.", most=80)
    synonyms = Lines(
        label="What residents say for it",
        help_text="One a line: pothole, hole in the road. Messages are matched by these words.",
        required=False,
        rows=8,
    )
    description = line("What it covers", most=4000, required=False, widget=_TEXT)
    area_teams = TeamsByArea(
        label="Teams by area",
        help_text="Where others provide it in part of your area: one a line, such as North: Parks north. "
        "A message that names a place in that area goes to them. Places are in Set-up, Places.",
        required=False,
        rows=3,
    )
    target_days = days("Working days to answer", "Empty for the organisation's usual target.", required=False)
    whose = line(
        "Which other body is responsible", "Empty when it is ours. Otherwise its name.", most=120, required=False
    )
    page = forms.URLField(
        label="Page to point residents to",
        required=False,
        max_length=400,
        assume_scheme="https",
        error_messages={"invalid": "Begin the address with https:// and check it."},
    )
    phone = line("Telephone", most=40, required=False)
    hours = line("Opening hours", "For example Monday to Friday, 9am to 5pm.", most=120, required=False)
    words = line("A polite sentence that points there", most=1000, required=False, widget=_TEXT)
    active = forms.BooleanField(label="In use", help_text="Nothing is routed to a service out of use.", required=False)

    field_order = ["name", "key", "synonyms", "team", "area_teams", "target_days", "description", "whose"]

    def __init__(self, row: Service, data: QueryDict | None = None) -> None:
        self.row = row
        super().__init__(data, initial=_service_initial(row))
        self.fields["team"] = TeamField(
            label="Team", nobody="No team yet: triage gets it", help_text="Who is answerable for it."
        )
        self.order_fields(self.field_order)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].strip().lower()
        if not _KEY.fullmatch(key):
            raise forms.ValidationError("Write a word, a colon and a short name, such as nhs:maternity.")
        other = service_with_key(key)
        if other is not None and other.pk != self.row.pk:
            raise forms.ValidationError(f"{other.name} has this key already. Choose another.")
        return key

    def filled(self) -> tuple[Service, list[Signpost]]:
        """The row and its signposts as the form says; nothing is saved yet."""
        data, row = self.cleaned_data, self.row
        for name in ("name", "key", "synonyms", "team", "description", "target_days", "whose", "active"):
            setattr(row, name, data[name])
        number = row.key.removeprefix("lgsl:")
        row.lgsl = int(number[:6]) if row.key.startswith("lgsl:") and number.isdigit() else None
        post = Signpost(words=data["words"], page=data["page"], phone=data["phone"], hours=data["hours"])
        return row, [post] if any((post.words, post.page, post.phone, post.hours)) else []


def _service_initial(row: Service) -> dict[str, Any]:
    post = (row.signposts.first() if row.pk else None) or Signpost()
    names = ("name", "key", "synonyms", "team", "description", "target_days", "whose", "active")
    areas = {one.area: one.team for one in row.area_teams.all()} if row.pk else {}
    return {**{name: getattr(row, name) for name in names}, **_post_initial(post), "area_teams": areas}


def _post_initial(post: Signpost) -> dict[str, str]:
    return {"page": post.page, "phone": post.phone, "hours": post.hours, "words": post.words}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="A YAML or CSV file of services",
        help_text="At most 5 MB. Nothing is changed before you have seen what it would do.",
        error_messages={"required": "Choose a file first.", "empty": "That file is empty."},
    )


class TeamForm(forms.Form):
    name = line("Name", most=120)
    key = forms.SlugField(
        label="Key",
        help_text="Small letters, digits and hyphens, such as housing-repairs. Directory files use it.",
        max_length=60,
        error_messages={"invalid": "Use small letters, digits and hyphens only."},
    )
    description = line("What it is for", most=400, required=False)
    email = forms.EmailField(label="Email address of the team", required=False)
    by_email = forms.BooleanField(
        label="Send each conversation to that address",
        help_text="For a team that never signs in. Its people answer by pressing reply, each from their own address.",
        required=False,
    )
    hours = line("Hours", "For example Monday to Friday, 9am to 5pm.", most=120, required=False)
    away_until = forms.DateField(
        label="Away until",
        help_text="While the team is away, the covering team sees its messages too.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the date as 2026-11-27."},
    )

    field_order = ["name", "key", "description", "email", "by_email", "hours", "cover", "away_until"]

    def __init__(self, row: Team, data: QueryDict | None = None, *, with_people: bool) -> None:
        self.row = row
        names = ("name", "key", "description", "email", "hours", "cover", "away_until")
        initial: dict[str, Any] = {name: getattr(row, name) for name in names}
        initial["by_email"] = row.by_email_since is not None
        if with_people and row.pk:
            initial["people"] = [str(pk) for pk in row.people.values_list("pk", flat=True)]
        super().__init__(data, initial=initial)
        self.fields["cover"] = TeamField(label="Covered by", nobody="Nobody", besides=row)
        if with_people:
            self.fields["people"] = Chosen(label="People", among=list(people()))
        self.order_fields(self.field_order)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].lower()
        other = team_with_key(key)
        if other is not None and other.pk != self.row.pk:
            raise forms.ValidationError(f"The team {other.name} has this key already. Choose another.")
        return key

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("away_until") and not data.get("cover"):
            self.add_error("cover", "Choose who covers while the team is away.")
        if data.get("by_email") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "Give the address that the conversations are to be sent to.")
        return data

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        if email and account_by_address("email", email) is not None:
            raise forms.ValidationError("Residents write to this address. Give the team's own ordinary address.")
        return email

    def filled(self) -> Team:
        for name in ("name", "key", "description", "email", "hours", "cover", "away_until"):
            setattr(self.row, name, self.cleaned_data[name])
        set_by_email(self.row, on=self.cleaned_data["by_email"])
        return self.row


class PersonForm(forms.Form):
    name = line("Name", most=120)
    email = forms.EmailField(
        label="Email address", help_text="They sign in with it.", error_messages={"required": "Fill this in."}
    )
    role = forms.ChoiceField(label="Role", choices=User.Role.choices, widget=forms.RadioSelect)
    is_active = forms.BooleanField(label="May sign in", required=False)
    by_email = forms.BooleanField(label=BY_EMAIL, help_text=BY_EMAIL_HINT, required=False)
    password = forms.CharField(
        label="New password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, row: User, data: QueryDict | None = None) -> None:
        self.row = row
        initial: dict[str, Any] = {name: getattr(row, name) for name in ("name", "email", "role", "is_active")}
        initial["by_email"] = row.by_email_since is not None
        initial["teams"] = [str(team.pk) for team in row.teams.all()] if row.pk else []
        super().__init__(data, initial=initial)
        kept = "Empty to keep the one they have." if row.pk and row.has_usable_password() else ""
        self.fields["password"].help_text = (
            kept or "At least 12 characters. Without one they cannot sign in by password."
        )
        self.fields["teams"] = Chosen(label="Teams", among=list(teams()))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        other = user_with_email(email)
        if other is not None and other.pk != self.row.pk:
            raise forms.ValidationError(f"{other.name} has this address already.")
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.row)
        return password

    def filled(self) -> User:
        for name in ("name", "email", "role", "is_active"):
            setattr(self.row, name, self.cleaned_data[name])
        set_by_email(self.row, on=self.cleaned_data["by_email"])
        return self.row


class OrganisationForm(forms.Form):
    name = line("Name", "It stands at the top of every page.", most=120)
    nation = forms.ChoiceField(
        label="Nation",
        help_text="Its bank holidays count for every deadline.",
        choices=Organisation.Nation.choices,
        widget=forms.RadioSelect,
    )
    target_days = days("Working days to answer", "For services that have no target of their own.")
    quiet_days = days(
        "Quiet days", "A direct message after so many days without a word begins a new conversation.", least=1
    )
    split_on_topic = forms.BooleanField(
        label="Begin a new conversation when a direct message is plainly about something else", required=False
    )
    undo_seconds = days("Seconds to undo", "How long an answer waits before it leaves.", least=0, most=120)

    def __init__(self, row: Organisation, data: QueryDict | None = None) -> None:
        self.row = row
        names = [*self.base_fields, "information_team"]
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        self.fields["information_team"] = TeamField(
            label="Information governance",
            help_text="They see what may ask for information or concern personal data the moment it comes.",
            nobody="No team",
        )

    def filled(self) -> Organisation:
        for name in self.fields:
            setattr(self.row, name, self.cleaned_data[name])
        return self.row
