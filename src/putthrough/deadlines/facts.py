from __future__ import annotations

from putthrough.audit.facts import Fact

TIGHTENED = Fact("deadline.tightened", "The new team's target ends earlier: due {due}")
STOPPED = Fact("deadline.stopped", "{clock} ended {outcome}")
BEGUN = Fact("deadline.begun", "{by} started a clock. {clock}: due {due}")
MET = Fact("deadline.met", "{by} recorded on {on}: {clock}, {outcome}")
DROPPED = Fact("deadline.dropped", "{by} ended the clock, for this is no {regime}: {reason}")
EXTENDED = Fact("deadline.extended", "{by} extended {clock} from {before} to {due}: {reason}")
PAUSED = Fact("deadline.paused", "{by} paused {clock}: {reason}")
RESUMED = Fact("deadline.resumed", "{by} let {clock} run on: due {due}")
DAY_SAVED = Fact("holiday.saved", "{by} entered {day} as {name}")
DAY_DELETED = Fact("holiday.deleted", "{by} took out {day}, {name}")
POLICY_SAVED = Fact("policy.saved", "{by} saved what kind of body it is and its office hours")
STRICTER_SAVED = Fact("stricter.saved", "{by} set our own limit for {clock}: {span}")
FEED_MADE = Fact("feed.made", "{by} made a calendar address: {calendar}")
FEED_REVOKED = Fact("feed.revoked", "{by} took back a calendar address: {calendar}")
REMINDED = Fact("deadline.reminded", "{who} was told by email: {clock}, {kind}")
SEEN = Fact("deadline.seen", "{by} has seen the reminder about {clock}")
NAMED_SAVED = Fact("named.saved", "{by} chose who is told about the deadlines of {team}: {people}")
