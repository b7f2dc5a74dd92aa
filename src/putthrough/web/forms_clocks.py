"""What people say about clocks of law, checked and tidied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from putthrough.deadlines.regimes import Pause
from putthrough.web.forms import Written


def day(label: str, hint: str = "") -> forms.DateField:
    """A date as the browser's own date field gives it."""
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Give a date.", "invalid": "Write the date as 2026-11-27."},
    )


def _reason(label: str, hint: str, missing: str) -> Written:
    widget = forms.Textarea(attrs={"rows": 2})
    return Written(label=label, help_text=hint, max_length=200, widget=widget, error_messages={"required": missing})


class StartClockForm(forms.Form):
    """``regimes`` and ``messages`` are (value, words); the clock counts from the receipt of the chosen message."""

    regime = forms.ChoiceField(
        label="What it is", widget=forms.RadioSelect, error_messages={"required": "Choose what it is."}
    )
    message = forms.ChoiceField(
        label="The message that asks for it", help_text="The clock counts from the day on which it was received."
    )

    def __init__(
        self,
        *args: Any,
        regimes: Sequence[tuple[str, str]] = (),
        messages: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, options in (("regime", regimes), ("message", messages)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(options)


class MetForm(forms.Form):
    on = day("When it was done", "Today, or the day on which it was done another way.")


class EscalateForm(forms.Form):
    on = day("When stage 2 was asked for")


class ExtendForm(forms.Form):
    to = day("New date")
    reason = _reason(
        "Reason", "They have to be told; it stays in the history.", "Give the reason: they have to be told."
    )

    def __init__(self, *args: Any, latest: date | None = None, reasons: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if latest is not None:
            self.fields["to"].help_text = f"At the latest {latest:%A} {latest.day} {latest:%B %Y}."
        if reasons:
            self.fields["reason"].help_text = f"The regime knows these: {'; '.join(reasons).lower()}."


class PauseForm(forms.Form):
    why = forms.ChoiceField(
        label="Why it stands still", widget=forms.RadioSelect, error_messages={"required": "Choose why."}
    )

    def __init__(self, *args: Any, pauses: Sequence[Pause] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["why"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(pause.key, f"{pause.label} ({pause.source})") for pause in pauses]


class DropForm(forms.Form):
    reason = _reason("Why it is not one", "", "Say in a few words why it is not one.")
