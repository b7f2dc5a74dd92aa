"""What stands on every page: whose it is, who is signed in, where one can go."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from putthrough.directory import access
from putthrough.directory.models import User
from putthrough.directory.queries import teams_of
from putthrough.replies.posts.queries import to_approve
from putthrough.replies.queries import to_check
from putthrough.web.doors import body, undo_offered, viewer

_SETS_UP = ("set_up_directory", "set_up_rules", "set_up_accounts", "set_up_people")
HAS_SETUP = find_spec("putthrough.web.urls_setup") is not None
_HAS_REHEARSAL = find_spec("putthrough.web.urls_rehearsal") is not None


def furniture(request: HttpRequest) -> dict[str, Any]:
    """For a stranger only the name of the body; an error page may be drawn before anybody is known."""
    always = {"organisation": body(request).name, "home_url": reverse("web:inbox")}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return always
    user = viewer(request)
    return {
        **always,
        "nav": _navigation(request),
        "keys_on": user.keys_on,
        "keys_url": reverse("web:keys"),
        "preferences_url": reverse("web:preferences"),
        "log_out_url": reverse("web:sign-out"),
        "team_words": ", ".join(team.name for team in teams_of(user)),
        "undo": undo_offered(request),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user, home = viewer(request), reverse("web:inbox")
    places = [("Inbox", home, ""), ("Search", reverse("web:search"), "/")]
    if user.role != User.Role.ADMINISTRATOR:
        places.insert(1, ("Deadlines", reverse("web:deadlines"), ""))
    if access.may(user, "triage"):
        places.insert(1, ("Triage", reverse("web:triage"), ""))
    if access.may(user, "approve"):
        places.insert(1, ("To check", reverse("web:to-check"), ""))
    if access.may(user, "run_incident"):
        places.insert(-1, ("Incidents", reverse("web:incidents"), ""))
    if access.may(user, "post") or access.may(user, "approve_post"):
        places.insert(-1, ("Posts", reverse("web:posts"), ""))
    if _HAS_REHEARSAL and access.may(user, "rehearse"):
        places.append(("Rehearsal", f"{home}rehearsal/", ""))
    if access.may(user, "see_overview"):
        places.insert(1, ("Overview", reverse("web:overview"), ""))
    if HAS_SETUP and any(access.may(user, verb) for verb in _SETS_UP):
        places.append(("Set-up", f"{home}setup/", ""))
    waiting = {"To check": _waiting(to_check(user).count()), "Posts": _waiting(to_approve(user))}
    return [
        {
            "label": label,
            "url": url,
            "key": key,
            "current": _stands_at(request.path, url, home),
            "count_words": waiting.get(label, ""),
        }
        for label, url, key in places
    ]


def _waiting(number: int) -> str:
    """How much waits for them."""
    return str(number) if number else ""


def _stands_at(path: str, url: str, home: str) -> bool:
    return path == url if url == home else path.startswith(url)
