"""What an account on Bluesky needs, and how to come by it."""

from __future__ import annotations

from collections.abc import Sequence

from putthrough.channels.bluesky.files import DIRECTORY
from putthrough.channels.bluesky.session import SERVICE
from putthrough.channels.bluesky.xrpc import CHAT
from putthrough.channels.contract import Field, Guide

_WEB = r"https://[^\s/]+|http://(127\.0\.0\.1|localhost)(:\d+)?"

ADDRESS = Field(
    "address",
    "Handle",
    "With the @, such as @council.bsky.social or @council.example.",
    pattern=r"@[\w-]+(\.[\w-]+)+",
    wrong="Write the whole handle, such as @council.bsky.social.",
)
FIELDS: Sequence[Field] = (
    Field("app_password", "App password", "Made at Bluesky for Putthrough alone; not the account's own.", secret=True),
    Field(
        "service",
        "Server",
        "Leave as it is unless the account is kept on a server of your own.",
        required=False,
        default=SERVICE,
        pattern=_WEB,
        wrong="Write it with https:// and without a path.",
    ),
    Field("chat", "Chat service", "Leave as it is.", required=False, default=CHAT),
    Field(
        "directory",
        "Directory of identities",
        "Leave as it is. It says on which server somebody's pictures are kept.",
        required=False,
        default=DIRECTORY,
        pattern=_WEB,
        wrong="Write it with https:// and without a path.",
    ),
)
GUIDE = Guide(
    needs=["An account on Bluesky, best with your own domain as its handle, so that people see it is you."],
    steps=[
        "In Bluesky as that account: Settings, Privacy and security, App passwords, Add app password.",
        "Tick “Allow access to your direct messages”, name it Putthrough, and copy what is shown; it is shown once.",
        "In Settings, Privacy, allow messages from everyone if residents shall reach you in private.",
        "Save this form with the handle and the app password, and press “Test this connection”.",
    ],
    permissions=["An app password may read and write posts and messages, but not change or delete the account."],
    costs="Nothing is charged.",
    waiting="No time: there is no review.",
    source="AT Protocol specifications and Bluesky's lexicons (app.bsky, chat.bsky, com.atproto), read November 2026.",
)
