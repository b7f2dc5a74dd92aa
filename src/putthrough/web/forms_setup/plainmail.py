"""How colleagues answer by ordinary email, as a form."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import QueryDict

from putthrough.channels.queries import account, of_channel
from putthrough.plainmail.models import Policy
from putthrough.web.forms_setup.parts import days, line

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


class PlainMailForm(forms.Form):
    identity = forms.ChoiceField(
        label="What proves who answers?",
        help_text="An answer that is not proved is not sent: it stands in triage with its original.",
        choices=Policy.Identity.choices,
        widget=forms.RadioSelect,
    )
    host = line(
        "Name of your mail server in its checks",
        "The first word of the header Authentication-Results that it writes, such as mx.council.example. It has to "
        "take out such headers that came from outside under its own name.",
        most=255,
        required=False,
    )
    days = days("Days in which such an email can be answered", "After that an answer is kept and not sent.", most=365)

    field_order = ["identity", "host", "account", "days"]

    def __init__(self, row: Policy, data: QueryDict | None = None) -> None:
        self.row = row
        super().__init__(data, initial={name: getattr(row, name) for name in ("identity", "host", "days")})
        choices = [(str(one.pk), str(one)) for one in of_channel("email")]
        self.fields["account"] = forms.ChoiceField(
            label="Account that they are sent from",
            help_text="What a resident wrote by email is sent on from the account that they wrote to.",
            choices=[("", "The first email account"), *choices],
            initial=row.account_id or "",
            required=False,
        )
        self.order_fields(self.field_order)

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip().lower()
        if host and not _HOST.fullmatch(host):
            raise forms.ValidationError("Write a server's name, such as mx.council.example.")
        return host

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("identity") == Policy.Identity.VERIFIED and not data.get("host") and "host" not in self.errors:
            self.add_error("host", "Give the server's name: without it no answer would be taken.")
        return data

    def filled(self) -> Policy:
        for name in ("identity", "host", "days"):
            setattr(self.row, name, self.cleaned_data[name])
        chosen = self.cleaned_data["account"]
        self.row.account = account(int(chosen)) if chosen else None
        return self.row
