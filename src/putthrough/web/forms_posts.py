"""What people type when they say something to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from putthrough.channels.models import Account
from putthrough.kit.time import LONDON, local
from putthrough.replies.posts.models import Post
from putthrough.web.forms import Written
from putthrough.web.screens.words import channel_name

_BEGINS = 60


class PostForm(forms.Form):
    """The words, the accounts they go out by, other words for some of these, and when."""

    text = Written(
        label="What everybody is told",
        help_text="Nobody's name, and nothing personal: everybody reads it.",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    accounts = forms.MultipleChoiceField(
        label="Accounts that it goes out by", required=False, widget=forms.CheckboxSelectMultiple
    )
    day = forms.DateField(
        label="Day",
        help_text="Leave day and time empty to send it as soon as it is approved.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "govuk-input--width-10"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Give a day such as 2027-03-25."},
    )
    time = forms.TimeField(
        label="Time (London)",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "govuk-input--width-5"}, format="%H:%M"),
        error_messages={"invalid": "Give a time such as 16:30."},
    )
    under = forms.ChoiceField(
        label="Below an earlier post of ours",
        help_text="For news about the same: people see both together.",
        required=False,
    )

    def __init__(self, *args: Any, accounts: Sequence[Account], earlier: Sequence[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.pk), f"{one.name} {one.address}, {channel_name(one.channel)}") for one in accounts]
        self.fields["accounts"].choices = named  # type: ignore[attr-defined]  # a choice field
        posts = [(str(one.pk), one.text[:_BEGINS]) for one in earlier]
        self.fields["under"].choices = [("", "No, it stands by itself"), *posts]  # type: ignore[attr-defined]  # likewise
        self.known = {str(one.pk): one for one in accounts}
        self.posts = {str(one.pk): one for one in earlier}
        for pk, label in named:
            self.fields[f"own_{pk}"] = Written(
                label=f"Other words for {label}", required=False, widget=forms.Textarea(attrs={"rows": 3})
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and bool(given.get("day")) != bool(given.get("time")):
            self.add_error("time" if given.get("day") else "day", "Give both a day and a time, or neither.")
        return given

    def own_fields(self) -> list[forms.BoundField]:
        return [self[f"own_{pk}"] for pk in self.known]

    def values(self) -> Mapping[str, Any]:
        """As ``posts.actions.save`` takes them. Only of a form that is valid."""
        given = self.cleaned_data
        wanted = datetime.combine(given["day"], given["time"], LONDON) if given["day"] else None
        return {
            "accounts": [self.known[pk] for pk in given["accounts"]],
            "own": {one.pk: given[f"own_{pk}"] for pk, one in self.known.items()},
            "wanted_at": wanted,
            "under": self.posts.get(given["under"]),
        }


def initial(post: Post) -> dict[str, Any]:
    """A draft as its form shows it."""
    rows = list(post.publications.all())
    wanted = local(post.wanted_at) if post.wanted_at else None
    return {
        "text": post.text,
        "accounts": [str(one.account_id) for one in rows],
        **{f"own_{one.account_id}": one.text for one in rows},
        "day": wanted.date() if wanted else None,
        "time": wanted.time() if wanted else None,
        "under": str(post.under_id or ""),
    }
