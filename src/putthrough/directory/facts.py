from __future__ import annotations

from putthrough.audit.facts import Fact

IMPORTED = Fact("directory.imported", "{by} imported the directory of services: {added} added, {changed} changed")
TEAM_SAVED = Fact("team.saved", "{by} saved the team {name}")
TEAM_PEOPLE = Fact("team.people", "{by} chose who is in the team {name}: {people}")
SERVICE_SAVED = Fact("service.saved", "{by} saved the service {name}")
USER_SAVED = Fact("user.saved", "{by} saved the person {name} as {role}")
TOKEN_MADE = Fact("token.made", "{by} made an API key named {name} for {user}")
ORGANISATION_SAVED = Fact("organisation.saved", "{by} changed the settings of the organisation")
PLACES_IMPORTED = Fact("places.imported", "{by} imported places: {added} added, {changed} changed")
PLACES_CLEARED = Fact("places.cleared", "{by} took all {n} places out of the list")
PLACE_SAVED = Fact("place.saved", "{by} saved the place {name}: {area}")
PLACE_DELETED = Fact("place.deleted", "{by} took the place {name} out of the list")
AREA_TEAMS = Fact("service.area_teams", "{by} chose which teams provide {name} in which area: {teams}")
SIGNED_IN = Fact("user.signed_in", "{by} signed in with {how} from {address}")
SIGN_IN_REFUSED = Fact("user.sign_in_refused", "Signing in as {name} from {address} was refused: {why}")
SIGNED_OUT = Fact("user.signed_out", "{by} signed out")
SIGNED_OUT_THERE = Fact("user.signed_out_there", "{by} signed {browsers} out")
SIGNED_OUT_EVERYWHERE = Fact("user.signed_out_everywhere", "{by} signed {name} out everywhere")
