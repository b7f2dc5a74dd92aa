"""Coming in, going out, and what a person likes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST

from putthrough.directory.access import NotVisible
from putthrough.directory.actions import save_user, set_by_email
from putthrough.directory.models import User
from putthrough.directory.queries import demo_people
from putthrough.directory.signin import direct_from_loopback
from putthrough.web.doors import back, viewer
from putthrough.web.forms import PreferencesForm, SignInForm

_BACKEND = "putthrough.directory.signin.EmailBackend"
_DEMO_URL = reverse_lazy("web:sign-in-demo")


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = demo_people() if direct_from_loopback(self.request) else []
        shown = [{"pk": one.pk, "name": one.name, "words": _works(one)} for one in people]
        context = super().get_context_data(**kwargs)
        return {**context, "sign_in_url": reverse("web:sign-in"), "demo_people": shown, "demo_url": _DEMO_URL}


@require_POST
def as_demo_person(request: HttpRequest) -> HttpResponse:
    """One press instead of a password, for a demonstration's people on its own machine; nobody else is found."""
    people = {str(one.pk): one for one in demo_people()} if direct_from_loopback(request) else {}
    person = people.get(request.POST.get("person", ""))
    if person is None:
        raise NotVisible("There is nobody here to sign in as.")
    login(request, person, backend=_BACKEND)
    return redirect("web:inbox")


def _works(person: User) -> str:
    teams = [team.name for team in person.teams.all()]
    more = f" and {len(teams) - 2} more" if len(teams) > 3 else ""
    return f"{person.get_role_display()}{': ' if teams else ''}{', '.join(teams[: 2 if more else 3])}{more}"


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """The button at the foot of every page."""
    _set_keys(request, on=request.POST.get("keys") == "on")
    return back(request, "web:inbox")


def preferences(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    form = PreferencesForm(initial={"keys": user.keys_on, "by_email": user.by_email_since is not None})
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            set_by_email(user, on=form.cleaned_data["by_email"])
            _set_keys(request, on=form.cleaned_data["keys"])
            return redirect("web:preferences")
    return render(request, "web/preferences.html", {"form": form, "form_url": reverse("web:preferences")})


def _set_keys(request: HttpRequest, *, on: bool) -> None:
    user = viewer(request)
    user.keys_on = on
    save_user(user, by=user.name)
    messages.success(request, f"Keyboard shortcuts are {'on: press ? to see them' if on else 'off'}.")
