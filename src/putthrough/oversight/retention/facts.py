from __future__ import annotations

from putthrough.audit.facts import Fact

SAVED = Fact("retention.saved", "{by} set how long conversations are kept: {words}")
HELD = Fact("retention.held", "{by} ordered that {which} is kept: {reason}")
RELEASED = Fact("retention.released", "{by} lifted the order to keep {which}: {reason}")
DELETED = Fact(
    "conversation.deleted",
    "This was deleted as “{group}” says: opened {opened}, last word {last}, {messages} messages, outcome {outcome}",
)
