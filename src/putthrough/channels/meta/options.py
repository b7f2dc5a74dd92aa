"""What an account at Meta needs, and how to come by it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.channels.contract import Field, Guide
from putthrough.channels.meta.graph import BASE, VERSION

FIELDS: Sequence[Field] = (
    Field("app_id", "App's number", "From the app's settings at Meta.", pattern=r"\d{5,25}", wrong="Figures only."),
    Field("app_secret", "App's secret", "From the app's basic settings at Meta.", secret=True),
    Field("verify_token", "Verify token", "Any 20 characters or more; the same in Meta's webhook form.", secret=True),
    Field(
        "configuration",
        "Configuration of Facebook Login for Business",
        "Its number; empty where the app has the plain Facebook Login.",
        required=False,
        pattern=r"\d{5,25}",
        wrong="Figures only.",
    ),
    Field(
        "human_agent",
        "Answers after a day",
        "Meta lets people answer for seven days where it has approved “Human Agent” for the app.",
        required=False,
        default="no",
        choices=(("no", "Not approved: a day"), ("yes", "Approved: seven days")),
    ),
    Field("version", "Version of the interface", "Leave as it is.", required=False, default=VERSION),
    Field("graph", "Address of the interface", "Leave as it is.", required=False, default=BASE),
)


def guide(name: str, permissions: Sequence[str], fields: str, more: Sequence[str] = ()) -> Guide:
    return Guide(
        needs=[
            f"A {name} of the organisation, and a person with full control of it in Meta Business Suite.",
            "The organisation verified by Meta as a business (a register entry, a utility bill, a telephone call).",
        ],
        steps=[
            "At developers.facebook.com make an app of the type Business, owned by the organisation's account.",
            "Copy the app's number and secret into this form, make up a verify token, and save.",
            "In the app add Facebook Login for Business, and enter the redirect address shown here after saving. Make "
            "a configuration there with the permissions below; its number goes into this form.",
            f"In the app add Webhooks: the address shown here, the verify token, and the fields {fields}.",
            "Press “Sign in at the network”, and leave every permission ticked.",
            *more,
            "Press “Test this connection”. Before Meta's review the app hears only from people with a role in it.",
            "Ask Meta for Advanced Access to the permissions below (App Review), with a film of this screen; "
            "then switch the app to Live.",
        ],
        permissions=list(permissions),
        costs="Nothing is charged by Meta.",
        waiting="Business verification takes days, App Review days to weeks. Until then let Meta's notification emails "
        "come to an email account here: each opens a conversation with a link to answer on the page itself.",
        source="Meta for Developers: “App Review”, “Access levels”, “Webhooks”, “Messenger”, read November 2026.",
    )
