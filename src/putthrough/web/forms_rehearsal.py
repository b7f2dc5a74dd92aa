"""What somebody who plays a resident types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from putthrough.channels.models import Account
from putthrough.channels.rehearsal.channel import LIMIT
from putthrough.web.forms import Written

PUBLIC, DIRECT = "public", "direct"
_A_HANDLE = RegexValidator(
    r"^@?[A-Za-z0-9_]{1,30}\Z", "Use letters, digits and _ only, at most 30 of them, such as @rosa."
)
_EMPTY = {"required": "Write something first: an empty post goes nowhere."}


class Resident(forms.Form):
    """Who writes what. A resident is never one of our own accounts."""

    who = forms.CharField(
        label="Who you play",
        help_text="A made-up name, such as @rosa.",
        validators=[_A_HANDLE],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Make up a name, such as @rosa."},
    )
    text = Written(label="What they write", widget=forms.Textarea(attrs={"rows": 3}), error_messages=_EMPTY)

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = accounts

    def clean_who(self) -> str:
        handle = "@" + str(self.cleaned_data["who"]).lstrip("@").lower()
        if handle in {account.address for account in self.accounts}:
            raise forms.ValidationError("That is one of our own accounts. Make up a resident.")
        return handle

    def clean_text(self) -> str:
        return _short(str(self.cleaned_data["text"]))


class Compose(Resident):
    """A post that mentions one of our accounts, or a direct message to it."""

    account = forms.ChoiceField(label="Which of our accounts it is for")
    how = forms.ChoiceField(
        label="How",
        choices=((PUBLIC, "In public, for everybody to see"), (DIRECT, "As a direct message")),
        widget=forms.RadioSelect,
        initial=PUBLIC,
    )

    field_order = ("who", "account", "how", "text")

    def __init__(self, *args: Any, hidden: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(account.address, str(account)) for account in self.accounts]
        field = self.fields["account"]
        if isinstance(field, forms.ChoiceField):
            field.choices = options
        field.initial = options[0][0] if options else None
        if len(options) == 1:
            field.widget = forms.HiddenInput()
        if hidden:
            for name in ("who", "account", "how"):
                self.fields[name].widget = forms.HiddenInput()
            self.fields["text"].label = "What they write next"

    def clean(self) -> dict[str, Any]:
        """In public a mention of the account is what leads the post to it, so it is put there if it is missing."""
        given = self.cleaned_data
        account, text = given.get("account", ""), given.get("text", "")
        if text and account and given.get("how") == PUBLIC and account.lower() not in text.lower():
            try:
                given["text"] = _short(f"{account} {text}")
            except forms.ValidationError as error:
                self.add_error("text", error)
        return given


def _short(text: str) -> str:
    if len(text) > LIMIT:
        over = len(text) - LIMIT
        raise forms.ValidationError(
            f"That is {over} characters more than the {LIMIT} that fit into a post: shorten it."
        )
    return text
