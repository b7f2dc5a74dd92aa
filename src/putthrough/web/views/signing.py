"""Coming in, going out, and what a person likes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from putthrough.directory.actions import save_user
from putthrough.web.doors import back, viewer
from putthrough.web.forms import PreferencesForm, SignInForm


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "sign_in_url": reverse("web:sign-in")}


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """The button at the foot of every page."""
    _set_keys(request, on=request.POST.get("keys") == "on")
    return back(request, "web:inbox")


def preferences(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    form = PreferencesForm(request.POST or None, initial={"keys": user.keys_on})
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            _set_keys(request, on=form.cleaned_data["keys"])
            return redirect("web:preferences")
    return render(request, "web/preferences.html", {"form": form, "form_url": reverse("web:preferences")})


def _set_keys(request: HttpRequest, *, on: bool) -> None:
    user = viewer(request)
    user.keys_on = on
    save_user(user, by=user.name)
    messages.success(request, f"Keyboard shortcuts are {'on: press ? to see them' if on else 'off'}.")
