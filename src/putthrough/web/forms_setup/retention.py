"""How long conversations are kept, and what is kept whatever its age."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from putthrough.oversight.retention.actions import LONGEST
from putthrough.oversight.retention.groups import GROUPS
from putthrough.oversight.retention.models import Policy
from putthrough.web.forms import Written
from putthrough.web.forms_setup.parts import line


class RetentionForm(forms.Form):
    def __init__(self, row: Policy, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={**row.months, "on": row.on})
        for group in GROUPS:
            self.fields[group.key] = forms.IntegerField(
                label=group.label,
                help_text="Months after the last word of a closed conversation; 0: never deleted.",
                min_value=0,
                max_value=LONGEST,
                error_messages={
                    "required": f"{group.label}: give months, or 0 for what is never deleted.",
                    "invalid": f"{group.label}: give a whole number of months.",
                },
            )
        self.fields["on"] = forms.BooleanField(
            label="Delete each day what is older than that",
            help_text="Without it nothing is deleted. What is deleted cannot be brought back, but from your backups.",
            required=False,
        )

    def months(self) -> dict[str, int]:
        return {group.key: self.cleaned_data[group.key] for group in GROUPS}


class HoldForm(forms.Form):
    reason = Written(
        label="Why they are kept",
        help_text="A claim, an inquiry, a request that is being answered. Whoever lifts the order reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why they are to be kept."},
    )
    numbers = line("Numbers of conversations", "As they stand in the address of each, with commas between.", most=400)
    words = line("Or words that they have in common", "Every conversation that holds all of these is kept.", most=200)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name in ("numbers", "words"):
            self.fields[name].required = False

    def clean_numbers(self) -> list[int]:
        parts = self.cleaned_data["numbers"].replace(",", " ").split()
        if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
            raise forms.ValidationError("Give numbers with commas between, such as 120, 133.")
        return [int(part) for part in parts]
