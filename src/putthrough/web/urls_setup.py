"""The addresses of Set-up. Each names the verb without which nobody gets in."""

from __future__ import annotations

from django.urls import path

from putthrough.web.doors import signed_in
from putthrough.web.views.setup import (
    accounts,
    answering,
    clocks,
    connecting,
    health,
    home,
    importing,
    importing_places,
    organisation,
    people,
    places,
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
    page("trust/", answering.trust, "setup-trust", "set_up_trust"),
    page("trust/<int:pk>", answering.step, "setup-step", "set_up_trust"),
    page("checks", answering.checks, "setup-checks", "set_up_checks"),
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
    page("organisation", organisation.organisation, "setup-organisation", _DIRECTORY),
    page("deadlines/", clocks.regimes, "setup-clocks", "set_up_clocks"),
    page("deadlines/policy", clocks.policy, "setup-policy", "set_up_clocks"),
    page("deadlines/days/", clocks.days, "setup-days", "set_up_clocks"),
    page("deadlines/days/new", clocks.new, "setup-day-new", "set_up_clocks"),
    page("deadlines/days/<int:pk>", clocks.day, "setup-day", "set_up_clocks"),
    page("deadlines/days/<int:pk>/delete", clocks.delete, "setup-day-delete", "set_up_clocks"),
    page("deadlines/named/", clocks.named, "setup-named", "set_up_clocks"),
    page("deadlines/named/<int:pk>", clocks.named_team, "setup-named-team", "set_up_clocks"),
    page("deadlines/<slug:key>", clocks.regime, "setup-regime", "set_up_clocks"),
    page("health", health.health, "setup-health", "see_health"),
    page("health/chain", health.chain, "setup-chain", "see_health"),
]
