"""How messages are routed, as a form."""

from __future__ import annotations

from typing import Any

from django import forms

from putthrough.directory.models import Organisation
from putthrough.routing.models import Stage
from putthrough.routing.versions import OPTIONAL, PRECISIONS

_STAGES = {
    Stage.RULE: "Rules that you wrote",
    Stage.LEARNT: "What earlier hand-overs taught",
    Stage.DIRECTORY: "The words of the directory of services",
    Stage.ACCOUNT: "The account it was written to",
}


class RoutingForm(forms.Form):
    precision = forms.ChoiceField(
        label="How much of it has to be right?",
        help_text="The higher, the more is left to people in triage.",
        choices=[(str(value), f"{value:.0%} of what goes without a person") for value in PRECISIONS],
        widget=forms.RadioSelect,
    )
    stages = forms.MultipleChoiceField(
        label="What may decide?",
        help_text="They are asked in this order. What none of them is sure of goes to triage.",
        choices=[(stage.value, _STAGES[stage]) for stage in OPTIONAL],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, body: Organisation, data: Any = None) -> None:
        chosen = [stage.value for stage in OPTIONAL if stage not in body.stages_off]
        super().__init__(data, initial={"precision": str(body.precision), "stages": chosen})

    @property
    def settings(self) -> dict[str, Any]:
        asked = self.cleaned_data["stages"]
        off = [stage.value for stage in OPTIONAL if stage.value not in asked]
        return {"precision": float(self.cleaned_data["precision"]), "stages_off": off}
