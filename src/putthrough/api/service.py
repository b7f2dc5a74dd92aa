"""The JSON API and how it says that something went wrong: always ``{"error": plain words}``."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from putthrough.api.auth import ByToken
from putthrough.api.conversations import router
from putthrough.conversations.actions import CannotBeDone
from putthrough.directory.access import NotAllowed

api = NinjaAPI(
    title="Putthrough",
    version="1",
    description="Conversations with residents, for other programs of the organisation.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
    auth=ByToken(),
)
api.add_router("/conversations", router)


def _say(request: HttpRequest, words: str, status: int) -> HttpResponse:
    response = api.create_response(request, {"error": words}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _stated(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return _say(request, "The body of the request is not JSON that can be read. Send one JSON object.", 400)
    return _say(request, str(error), error.status_code)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [f"{one['loc'][-1]}: {one['msg'][:1].lower()}{one['msg'][1:]}" for one in error.errors[:5]]
    return _say(request, f"The request cannot be used as it is. {'; '.join(wrong)}. See /api/v1/openapi.json.", 422)


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _say(request, str(error) or "There is nothing at this address.", 404)


@api.exception_handler(PermissionDenied)
def _not_allowed(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _say(request, str(error) if isinstance(error, NotAllowed) else "You may not do this.", 403)


@api.exception_handler(CannotBeDone)
def _not_now(request: HttpRequest, error: CannotBeDone) -> HttpResponse:
    return _say(request, str(error), 409)
