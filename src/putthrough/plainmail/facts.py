from __future__ import annotations

from putthrough.audit.facts import Fact

POLICY_SAVED = Fact("plainmail.policy_saved", "{by} changed how colleagues answer by ordinary email")
MAILED = Fact("plainmail.mailed", "{to} got this by ordinary email and can answer by pressing reply")
NOT_MAILED = Fact("plainmail.not_mailed", "This could not be mailed to {to}: {words}")
PERHAPS_MAILED = Fact("plainmail.perhaps_mailed", "It is not known whether the email to {to} left. {words}")
CAME_BACK = Fact("plainmail.came_back", "The email to {to} came back: they have not got this")
ANSWERED = Fact("plainmail.answered", "{by} answered by ordinary email")
KEPT = Fact("plainmail.kept", "An email from {by} was kept and not sent: {words}")
NOTHING = Fact("plainmail.nothing", "An email from {by} had nothing in it to send")
AUTOMATIC = Fact("plainmail.automatic", "A machine answered the email to {to} ({kind}); nothing was changed by it")
ASIDE = Fact("plainmail.aside", "An email that answered for {to} was set aside in triage: {words}")
PUT_AWAY = Fact("plainmail.put_away", "{by} put away what {writer} had written by email")
