"""Places, as people write them down."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.http import QueryDict

from putthrough.directory.models import Place
from putthrough.directory.placefile import MOST_ROWS
from putthrough.directory.placenames import LONGEST_NAME
from putthrough.web.forms_setup.parts import line

_LETTER = re.compile(r"[^\W\d_]")


class PlaceForm(forms.Form):
    name = line("Street, ward or village", "As people write it: Mill Lane, Westgate.", most=LONGEST_NAME)
    ward = line("Ward", "Tells two streets of one name apart. May be empty.", most=LONGEST_NAME, required=False)
    area = line("Area", "Every place with the same area has the same team of a service.", most=LONGEST_NAME)

    def __init__(self, row: Place, data: QueryDict | None = None) -> None:
        self.row = row
        super().__init__(data, initial={name: getattr(row, name) for name in self.base_fields})

    def clean(self) -> dict[str, Any]:
        data = {name: " ".join(words.split()) for name, words in self.cleaned_data.items()}
        if data.get("name") and not _LETTER.search(data["name"]):
            self.add_error("name", "A place has letters in its name.")
        return data

    def filled(self) -> Place:
        for name in self.base_fields:
            setattr(self.row, name, self.cleaned_data[name])
        return self.row


class PlacesUploadForm(forms.Form):
    file = forms.FileField(
        label="A CSV file of places",
        help_text=f"Columns: street, ward, area; also service and team. At most 5 MB and {MOST_ROWS:,} rows. "
        "Nothing is changed before you have seen what it would do.",
        error_messages={"required": "Choose a file first.", "empty": "That file is empty."},
    )
