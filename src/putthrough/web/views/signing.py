"""Coming in, going out, and what a person likes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST

from putthrough.directory import access
from putthrough.directory.access import NotVisible
from putthrough.directory.actions import save_user, set_by_email
from putthrough.directory.models import User
from putthrough.directory.queries import demo_people, people
from putthrough.directory.signin import BACKEND, direct_from_loopback
from putthrough.directory.sittings import sign_in
from putthrough.kit.time import in_words
from putthrough.replies import queries as replies
from putthrough.replies import trusting
from putthrough.web.doors import back, viewer
from putthrough.web.forms import AwayForm, PreferencesForm, SignInForm
from putthrough.web.idle import TIMED_OUT

_DEMO_URL = reverse_lazy("web:sign-in-demo")


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = demo_people() if direct_from_loopback(self.request) else []
        shown = [{"pk": one.pk, "name": one.name, "words": _works(one)} for one in people]
        context = super().get_context_data(**kwargs)
        timed_out = self.request.COOKIES.get(TIMED_OUT, "")
        return {
            **context,
            "sign_in_url": reverse("web:sign-in"),
            "demo_people": shown,
            "demo_url": _DEMO_URL,
            "timed_out": timed_out == "1",
        }

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        sign_in(self.request, form.get_user(), backend=BACKEND, how="a password")
        answer = HttpResponseRedirect(self.get_success_url())
        answer.delete_cookie(TIMED_OUT)
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_invalid(form)
        answer.status_code = 429 if form.has_error(NON_FIELD_ERRORS, "too_often") else 200
        return answer


@require_POST
def as_demo_person(request: HttpRequest) -> HttpResponse:
    """One press instead of a password, for a demonstration's people on its own machine; nobody else is found."""
    people = {str(one.pk): one for one in demo_people()} if direct_from_loopback(request) else {}
    person = people.get(request.POST.get("person", ""))
    if person is None:
        raise NotVisible("There is nobody here to sign in as.")
    sign_in(request, person, backend=BACKEND, how="one press")
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
    return _preferences(request, form, _away_form(user) if access.may(user, "approve") else None)


def _preferences(request: HttpRequest, form: PreferencesForm, away: AwayForm | None) -> HttpResponse:
    context = {
        "form": form,
        "form_url": reverse("web:preferences"),
        "away": away,
        "away_url": reverse("web:away"),
        "sittings_url": reverse("web:sittings"),
    }
    return render(request, "web/preferences.html", context, status=422 if away and away.errors else 200)


def _away_form(user: User, data: QueryDict | None = None) -> AwayForm:
    now, others = replies.away(user), [one for one in people() if one.is_active and access.may(one, "approve")]
    initial = {"until": now.until, "deputy": str(now.deputy_id)} if now else {}
    return AwayForm([one for one in others if one.pk != user.pk], data, initial=initial)


@require_POST
def away(request: HttpRequest) -> HttpResponse:
    """Somebody else looks at colleagues' answers while they are away."""
    user = viewer(request)
    access.require(user, "approve")
    form = _away_form(user, request.POST)
    if not form.is_valid():
        return _preferences(request, PreferencesForm(initial={"keys": user.keys_on}), form)
    until, deputy = form.cleaned_data["until"], form.found.get(form.cleaned_data["deputy"])
    if until and deputy:
        trusting.set_away(user, until, deputy, by=user)
        messages.success(request, f"{deputy.name} looks at answers for you until {in_words(until)}.")
    else:
        trusting.set_back(user, by=user)
        messages.success(request, "You look at answers yourself.")
    return redirect("web:preferences")


def _set_keys(request: HttpRequest, *, on: bool) -> None:
    user = viewer(request)
    user.keys_on = on
    save_user(user, by=user.name)
    messages.success(request, f"Keyboard shortcuts are {'on: press ? to see them' if on else 'off'}.")
