from __future__ import annotations

from putthrough.audit.facts import Fact

ECHO = "Our own words coming back."

OPENED = Fact("conversation.opened", "A message {via} opened this conversation. Put through to {owner}: {how}")
RECEIVED = Fact("message.received", "A message {via} arrived and stays with {owner}, who has the conversation")
REOPENED = Fact("conversation.reopened", "A message {via} arrived and reopened this; {owner} has it")
AUTOMATIC = Fact("message.automatic", "An automatic message arrived ({kind}); nothing was changed by it")
OWN = Fact("message.own", "What the account itself wrote outside Putthrough was taken in; the clock goes on")
EDITED = Fact("message.edited", "A message was edited by its author; what it said before is kept")
WITHDRAWN = Fact("message.withdrawn", "A message was deleted by its author on the network")
WITHDRAWN_OURS = Fact("message.withdrawn_ours", "An answer of ours was deleted on the network")
HIDDEN = Fact("message.hidden", "{by} had a message hidden on the network")
SHOWN = Fact("message.shown", "{by} had a hidden message shown on the network again")
BOUNCED = Fact("message.bounced", "A notice came that an answer could not be delivered")
NOTED = Fact("conversation.noted", "{by} wrote a note")
CLOSED = Fact("conversation.closed", "{by} closed this: {outcome}")
OPENED_AGAIN = Fact("conversation.opened_again", "{by} opened this again")
WAITS = Fact("conversation.waits", "{by} marked this as waiting for the resident")
SPLIT_OFF = Fact("conversation.split_off", "{by} split {count} messages off into a conversation of their own ({other})")
SPLIT_FROM = Fact("conversation.split_from", "{by} split this from another conversation ({other})")
DIVIDED = Fact("conversation.divided", "{by} gave its second matter a conversation of its own ({other})")
JOINED = Fact("conversation.joined", "{by} joined this with another conversation ({other})")
TAGGED = Fact("conversation.tagged", "{by} tagged this: {tag}")
UNTAGGED = Fact("conversation.untagged", "{by} took a tag off this: {tag}")
ANSWERED = Fact("conversation.answered", "{by} answered {via}")
