from __future__ import annotations

from putthrough.audit.facts import Fact

SUGGESTED = Fact("incident.suggested", "Several people wrote about the same within an hour: {count} conversations")
GREW = Fact("incident.grew", "{count} more conversations are about this")
CONFIRMED = Fact("incident.confirmed", "{by} confirmed the incident; {owner} answers for it")
DISMISSED = Fact("incident.dismissed", "{by} said that this is no incident")
AGREED = Fact("incident.agreed", "{by} wrote down what is answered")
CLOSED = Fact("incident.closed", "{by} closed the incident")
ADDED = Fact("incident.added", "{by} put this into an incident ({incident})")
REMOVED = Fact("incident.removed", "{by} took this out of an incident ({incident})")
