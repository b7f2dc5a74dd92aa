from __future__ import annotations

from putthrough.audit.facts import Fact

HELD = Fact("reply.held", "{by} pressed send; the answer leaves in {seconds} seconds")
TAKEN_BACK = Fact("reply.taken_back", "{by} took the answer back before it left")
SUBMITTED = Fact("reply.submitted", "{by} wrote an answer. It waits for somebody else to look at it: {why}")
STOPPED = Fact("reply.stopped", "An answer by {author} was stopped before it left, for nobody had cleared it: it waits")
APPROVED = Fact("reply.approved", "{by} approved the answer by {author}; it leaves in {seconds} seconds")
CHANGED = Fact("reply.changed", "{by} changed the answer by {author} and approved it; it leaves in {seconds} seconds")
RETURNED = Fact("reply.returned", "{by} returned the answer by {author} with a reason")
TAKEN_PRIVATE = Fact("conversation.taken_private", "{by} took this private, {route}. The same deadlines run on")
NOT_TAKEN_PRIVATE = Fact(
    "conversation.not_taken_private", "The direct message by {by} did not arrive, so nothing was said in public"
)
LINE_UNSAID = Fact("conversation.line_unsaid", "The public line by {by} was not sent: {words}")
SUPERSEDED = Fact("reply.superseded", "{by} answered; the waiting answer by {author} went back to its writer")
PRACTISED = Fact("reply.practised", "{by} looked at an answer that {author} wrote for practice. It was sent nowhere")
REMINDED = Fact("reply.reminded", "The answer by {author} has waited {minutes} minutes to be looked at")
ESCALATED = Fact("reply.escalated", "The answer by {author} has waited {minutes} minutes: the comms lead is asked")
OBJECTED = Fact("reply.objected", "{by} marked a finding as wrong: {check}")
STEP = Fact("trust.step", "{by} put {who} on the step “{step}” for {channel}: {reason}")
FELL = Fact("trust.fell", "{who} answers with somebody looking first again, {channel}: an answer was withdrawn")
BUDDY = Fact("trust.buddy", "{by} chose who looks at what {who} writes, {channel}: {buddy}")
AWAY = Fact("trust.away", "{by} noted that {deputy} looks at answers for {who} until {until}")
BACK = Fact("trust.back", "{by} noted that {who} looks at answers again")
POLICY = Fact("reply.policy", "{by} changed how answers are checked: {changes}")
