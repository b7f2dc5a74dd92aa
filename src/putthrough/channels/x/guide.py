"""How a public body gets its X account connected, for the officer who does it."""

from __future__ import annotations

from putthrough.channels.contract import Guide

GUIDE = Guide(
    needs=(
        "The password of your organisation's X account, and whoever has its second factor at hand.",
        "A payment card for X's Developer Console, for X charges for each post read and written.",
        "Putthrough at an https address without a port number, if posts are to come at once by webhook.",
    ),
    steps=(
        "Sign in at console.x.com with the organisation's own account, not your own: an app that belongs to it reads "
        "its mentions at a fifth of the price.",
        "Make a project and in it an app; say in a sentence or two that you answer residents who write to you.",
        "Under User authentication settings choose Read and write and Direct message, and the type Web App.",
        "Enter the address to come back to that Putthrough shows on the account's page, exactly as it stands there.",
        "Buy credits (10 US dollars go a long way), and set a spending limit there as well.",
        "Copy the client ID, the client secret and the API key secret from Keys and tokens into Putthrough and save.",
        "For posts to come at once, copy the app-only bearer token as well, and the webhook's address from the "
        "account's page into its form. Otherwise Putthrough looks every two minutes.",
        "Choose Sign in at X in Putthrough and allow what is asked. If you gave the webhook's address, it is set up.",
        "Choose Test this connection. It posts nothing.",
        "If you answer many people who do not mention you, ask X for Public Utility status for your app. Until then X "
        "takes answers through its interface only to those who mention or quote you, and Putthrough says so beside "
        "the others.",
    ),
    permissions=(
        "tweet.read and users.read: to read posts that mention you, and who wrote them.",
        "tweet.write: to post your answers.",
        "tweet.moderate.write: to hide a reply under a post of yours.",
        "dm.read and dm.write: to read and answer direct messages.",
        "offline.access: to stay signed in.",
    ),
    costs=(
        "In US dollars: a mention read 0.001 where the app is the account's own, another post 0.005, a direct message "
        "0.01; a reply 0.01, another post 0.015, any post with a web address 0.20, a direct message sent 0.015. A look "
        "once a day whether open posts were deleted costs 0.005 for each. Set a budget for one day on the account's "
        "page."
    ),
    waiting="None for an ordinary app. Public Utility status is decided by X and can take weeks.",
    source="docs.x.com, read at its state of 22 August 2026 (Pricing; Webhooks; X Activity API; Manage Posts).",
)
