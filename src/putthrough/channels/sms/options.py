"""What an account at GOV.UK Notify needs, and how to come by it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.channels.contract import Field, Guide
from putthrough.channels.sms.notify import BASE

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

ADDRESS = Field(
    "address",
    "Number that people text",
    "The number that GOV.UK Notify gave the service for receiving texts.",
    pattern=r"\+?[0-9][0-9 ]{3,18}",
    wrong="Write the number in figures, such as 07700 900123.",
)
FIELDS: Sequence[Field] = (
    Field("api_key", "API key", "Made at GOV.UK Notify under API integration; a live one.", secret=True),
    Field(
        "template",
        "Template for answers",
        "The id of a text message template that holds nothing but ((message)).",
        pattern=_UUID,
        wrong="Copy the template's id from GOV.UK Notify: it looks like 1f2e3d4c-....",
    ),
    Field("callback_token", "Bearer token of the callback", "Any 20 characters or more; the same there.", secret=True),
    Field("sender", "Sender's id", "Only where the service has several senders.", required=False),
    Field(
        "pence",
        "Pence for one text",
        "As on your bill; empty to leave costs out.",
        required=False,
        pattern=r"\d{1,3}(\.\d{1,3})?",
        wrong="A number such as 2.4.",
    ),
    Field("base", "Address of the service", "Leave as it is.", required=False, default=BASE),
)
GUIDE = Guide(
    needs=[
        "A live service at GOV.UK Notify (central and local government, the NHS and state schools may have one).",
        "Receiving text messages switched on for it, under Settings there.",
    ],
    steps=[
        "At GOV.UK Notify make a text message template whose whole text is ((message)); copy its id into this form.",
        "Under API integration make a live API key and copy it into this form; it is shown once.",
        "Make up a bearer token of at least 20 characters and save this form with it.",
        "Under API integration, Callbacks, Received text messages: enter the webhook's address, which is shown here "
        "after saving, and the same token.",
        "In the same place, under Delivery receipts: the same address and token, so that a text that could not be "
        "delivered is known at once.",
        "Press “Test this connection”.",
    ],
    permissions=["To send texts in the service's name and to read those that arrive."],
    costs="GOV.UK Notify gives an allowance of free texts a year; beyond it each text is charged. Long ones count as "
    "several: 160 characters are one text, or 70 with accents such as ŵ.",
    waiting="A trial service works at once for your own team; going live takes about a working day.",
    source="GOV.UK Notify, “REST API documentation”, “Pricing” and “Receive text messages”, read November 2026.",
)
