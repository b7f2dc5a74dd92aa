"""An account's form, made from what its channel says that it needs. What is secret goes in and never comes out."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from putthrough.channels.abilities import Addressed, Charges
from putthrough.channels.contract import Channel, Field
from putthrough.channels.models import Account
from putthrough.channels.queries import address_taken, stored_credentials
from putthrough.channels.registry import channels
from putthrough.channels.spending import BUDGET
from putthrough.web.forms_setup.parts import TeamField, line

_SETTING = "setting_"
_NAME = Field(
    "address",
    "Name on the network",
    "As others write it, such as @council.",
    pattern=r"@\w[\w.@-]*",
    wrong="Write it as on the network, beginning with @.",
)
_BUDGET = Field(
    BUDGET,
    "Budget for one day",
    "In the currency that the network charges in. Reading stops when it is spent and goes on the next day; "
    "sending asks first. Empty for no limit.",
    required=False,
    pattern=r"\d{1,6}(\.\d{1,2})?",
    wrong="Write an amount such as 5 or 7.50.",
)


class ChannelForm(forms.Form):
    channel = forms.ChoiceField(
        label="What kind of account is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a kind of account."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = forms.ChoiceField(
            label="What kind of account is it?",
            choices=[(one.key, one.name) for one in channels()],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose a kind of account."},
        )


class AccountForm(forms.Form):
    name = line("Name", "What people see as the sender.", most=120)

    def __init__(self, row: Account, network: Channel, data: QueryDict | None = None) -> None:
        self.row, self.network = row, network
        super().__init__(data, initial={"name": row.name, "address": row.address, "team": row.team})
        self.fields["address"] = _address(network)
        self.fields["team"] = TeamField(
            label="Whose account it is",
            nobody="The whole organisation's",
            help_text="What arrives at a team's own account is theirs unless it is plainly not.",
        )
        stored = stored_credentials(row)
        for field in self._asked():
            self.fields[_SETTING + field.key] = _field(field, row, kept=field.key in stored)

    def _asked(self) -> list[Field]:
        return [*self.network.fields, *([_BUDGET] if isinstance(self.network, Charges) else [])]

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip().lower()
        if address_taken(self.network.key, address, besides=self.row.pk):
            raise forms.ValidationError("There is an account with this address already.")
        return address

    def filled(self) -> tuple[Account, dict[str, str]]:
        """The row as the form says, and the credentials that were typed; nothing is saved yet."""
        row, data = self.row, self.cleaned_data
        row.name, row.address, row.team = data["name"], data["address"], data["team"]
        plain = {f.key: data[_SETTING + f.key] for f in self._asked() if not f.secret}
        row.settings = {**row.settings, **plain}
        typed = {f.key: data[_SETTING + f.key] for f in self._asked() if f.secret}
        return row, {key: value for key, value in typed.items() if value}


def _address(network: Channel) -> forms.Field:
    field = network.address if isinstance(network, Addressed) else _NAME
    return forms.CharField(
        label=field.label,
        help_text=field.hint,
        max_length=254,
        validators=_validators(field),
        error_messages={"required": "Fill this in."},
    )


def _validators(field: Field) -> list[RegexValidator]:
    return [RegexValidator(re.compile(rf"(?:{field.pattern})\Z"), field.wrong)] if field.pattern else []


def _field(field: Field, row: Account, *, kept: bool) -> forms.Field:
    given = row.settings.get(field.key, field.default)
    if field.secret:
        return forms.CharField(
            label=field.label,
            help_text="One is stored. Empty to keep it." if kept else field.hint,
            required=field.required and not kept,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )
    if field.choices:
        return forms.ChoiceField(
            label=field.label, help_text=field.hint, required=field.required, choices=field.choices, initial=given
        )
    return forms.CharField(
        label=field.label,
        help_text=field.hint,
        required=field.required,
        max_length=400,
        initial=given,
        validators=_validators(field),
    )
