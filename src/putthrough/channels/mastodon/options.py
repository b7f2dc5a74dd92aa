"""What an account on Mastodon needs, and how to come by it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.channels.contract import Field, Guide

ADDRESS = Field(
    "address",
    "Name of the account",
    "With its instance, such as @council@social.example.",
    pattern=r"@[\w.-]+@[\w.-]+(:\d+)?",
    wrong="Write it with both signs, such as @council@social.example.",
)
FIELDS: Sequence[Field] = (
    Field(
        "instance",
        "Web address of the instance",
        "Only where it is not that of the name, such as https://mastodon.council.example.",
        required=False,
        pattern=r"https://[^\s/]+|http://(127\.0\.0\.1|localhost)(:\d+)?",
        wrong="Write it with https:// and without a path.",
    ),
)
GUIDE = Guide(
    needs=["An account on any Mastodon server, GoToSocial or alike: your own, or one of a server you trust."],
    steps=[
        "Save this form with the account's whole name.",
        "Press “Sign in at the network”, sign in there as that account, and press “Authorise”.",
        "Press “Test this connection”: it says whether strangers' private messages reach you.",
    ],
    permissions=["To read notifications and posts, and to write posts in the account's name."],
    costs="Nothing is charged by Mastodon; your server may have its own terms.",
    waiting="No time: there is no review.",
    source="Mastodon documentation, “OAuth”, “statuses” and “notifications” API methods, read November 2026.",
)
