"""The addresses of Set-up. Each names the verb without which nobody gets in."""

from __future__ import annotations

from django.urls import path

from putthrough.web.doors import signed_in
from putthrough.web.views.setup import (
    accounts,
    connecting,
    health,
    home,
    importing,
    importing_places,
    organisation,
    people,
    places,
    plainmail,
    routing,
    rules,
    services,
    teams,
)
from putthrough.web.views.setup.frame import page

_DIRECTORY, _PEOPLE, _RULES, _ACCOUNTS = "set_up_directory", "set_up_people", "set_up_rules", "set_up_accounts"

urlpatterns = [
    path("", signed_in(home.home), name="setup"),
    page("services/", services.services, "setup-services", _DIRECTORY),
    page("services/new", services.new, "setup-service-new", _DIRECTORY),
    page("services/import", importing.bring_in, "setup-import", "import"),
    page("services/<int:pk>", services.service, "setup-service", _DIRECTORY),
    page("teams/", teams.teams, "setup-teams", _DIRECTORY),
    page("teams/new", teams.new, "setup-team-new", _DIRECTORY),
    page("teams/<int:pk>", teams.team, "setup-team", _DIRECTORY),
    page("places/", places.places, "setup-places", _DIRECTORY),
    page("places/new", places.new, "setup-place-new", _DIRECTORY),
    page("places/import", importing_places.bring_in, "setup-places-import", "import"),
    page("places/clear", places.clear, "setup-places-clear", "import"),
    page("places/places.csv", places.as_file, "setup-places-file", _DIRECTORY),
    page("places/sample.csv", places.sample, "setup-places-sample", _DIRECTORY),
    page("places/<int:pk>", places.one, "setup-place", _DIRECTORY),
    page("places/<int:pk>/delete", places.delete, "setup-place-delete", _DIRECTORY),
    page("people/", people.people, "setup-people", _PEOPLE),
    page("people/new", people.new, "setup-person-new", _PEOPLE),
    page("people/<int:pk>", people.person, "setup-person", _PEOPLE),
    page("rules/", rules.rules, "setup-rules", _RULES),
    page("rules/new", rules.new, "setup-rule-new", _RULES),
    page("rules/<int:pk>", rules.rule, "setup-rule", _RULES),
    page("rules/<int:pk>/move", rules.move, "setup-rule-move", _RULES),
    page("rules/<int:pk>/delete", rules.delete, "setup-rule-delete", _RULES),
    page("accounts/", accounts.accounts, "setup-accounts", _ACCOUNTS),
    page("accounts/new", accounts.new, "setup-account-new", _ACCOUNTS),
    page("accounts/<int:pk>", accounts.account, "setup-account", _ACCOUNTS),
    page("accounts/<int:pk>/test", accounts.test, "setup-account-test", _ACCOUNTS),
    page("accounts/<int:pk>/try-again", accounts.try_again, "setup-account-try", _ACCOUNTS),
    page("accounts/<int:pk>/sign-in", connecting.sign_in, "setup-account-sign-in", _ACCOUNTS),
    page("accounts/<int:pk>/signed-in", connecting.signed_in, "setup-account-signed-in", _ACCOUNTS),
    page("accounts/<int:pk>/switch", accounts.switch, "setup-account-switch", _ACCOUNTS),
    page("routing", routing.routing, "setup-routing", "set_up_routing"),
    page("routing/versions/<int:pk>", routing.choose, "setup-version", "set_up_routing"),
    page("plain-email", plainmail.plain_mail, "setup-plain-mail", _DIRECTORY),
    page("organisation", organisation.organisation, "setup-organisation", _DIRECTORY),
    page("health", health.health, "setup-health", "see_health"),
    page("health/chain", health.chain, "setup-chain", "see_health"),
]
