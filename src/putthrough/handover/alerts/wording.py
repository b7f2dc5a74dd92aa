"""What an alert says: never a word of what the resident wrote, for it leaves the house. Pure."""

from __future__ import annotations

from datetime import datetime

from putthrough.kit.time import in_words, local, local_day

HOLDING = (
    "Thank you for writing. Somebody here has read this and is looking for help now. If you or anybody else is in "
    "danger at this moment, call 999. Samaritans listen day and night, and calling them is free: 116 123."
)
"""Samaritans, "Contact a Samaritan", read December 2026; 999 is the United Kingdom's emergency number."""
SUBJECT = "A life may be at risk: please look now"
TEST_SUBJECT = "This is a test: how you are told when a life may be at risk"
TEST = "This is a test. In earnest this would say that a life may be at risk, and where to look. Nothing needs doing."


def when(moment: datetime) -> str:
    """``22:00 on Thursday 3 December``."""
    return f"{local(moment):%H:%M} on {in_words(local_day(moment))}"


def email(team: str, received: datetime, link: str, conversation_url: str, minutes: int) -> str:
    return (
        f"A message of {when(received)} may mean that somebody's life is at risk. {team} has it.\n\n"
        f"Say that you have it (no need to sign in):\n{link}\n\n"
        f"Read it (sign in):\n{conversation_url}\n\n"
        f"Until somebody says that they have it, the next person is told every {minutes} minutes.\n"
    )


def text_message(team: str, received: datetime, link: str) -> str:
    return f"A life may be at risk: message of {local(received):%H:%M}, {team} has it. Say that you have it: {link}"
