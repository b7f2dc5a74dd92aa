"""What people type about an incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from putthrough.conversations.actions import CannotBeDone
from putthrough.directory.models import Team
from putthrough.handover.incidents.actions import MOST_WORDINGS, check
from putthrough.web.forms import Written


class ConfirmForm(forms.Form):
    title = forms.CharField(
        label="What it is called",
        help_text="Short and plain, such as “Burst main, Mill Lane”.",
        max_length=120,
        error_messages={"required": "Write what the incident is called."},
    )
    team = forms.ChoiceField(
        label="Who answers for it", error_messages={"required": "Choose the team that answers for it."}
    )

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [(str(team.pk), team.name) for team in teams]  # type: ignore[attr-defined]  # a choice field


class LineForm(forms.Form):
    """One line in up to three wordings: identical answers by the hundred look like a machine's, and get blocked."""

    def __init__(self, *args: Any, wordings: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(MOST_WORDINGS):
            self.fields[f"wording_{number}"] = Written(
                label="What everybody is told" if number == 0 else f"The same in other words ({number + 1})",
                help_text="{name} becomes the name of the person. Nothing personal, and no link if words will do."
                if number == 0
                else "",
                required=number == 0,
                initial=wordings[number] if number < len(wordings) else "",
                widget=forms.Textarea(attrs={"rows": 3}),
                validators=[_can_be_filled_in],
                error_messages={"required": "Write the line first: there is nothing in it."},
            )

    def wordings(self) -> list[str]:
        return [self.cleaned_data[f"wording_{number}"] for number in range(MOST_WORDINGS)]


def _can_be_filled_in(text: str) -> None:
    try:
        check(text)
    except CannotBeDone as error:
        raise forms.ValidationError(str(error)) from error


class StartForm(forms.Form):
    late = forms.ChoiceField(
        label="Who writes about it later",
        choices=[("wait", "waits: a person decides"), ("answer", "gets the line too, without being asked again")],
        initial="wait",
        widget=forms.RadioSelect,
    )
