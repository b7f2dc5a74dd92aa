"""Who asks: another program, by the API key of a user. What it may see and do is what that user may."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer

from putthrough.directory.models import User
from putthrough.directory.queries import user_of_token
from putthrough.directory.signin import direct_from_loopback

_HOW = "Send the header “Authorization: Bearer pt_…” with an API key that an administrator has made."


class ByToken(HttpBearer):
    """``Authorization: Bearer pt_…``. A session of a browser does not count, so no other site can use one."""

    def __call__(self, request: HttpRequest) -> User:
        if not request.headers.get(self.header, "").strip():
            raise HttpError(401, f"There is no API key in this request. {_HOW}")
        user: User | None = super().__call__(request)
        if user is None:
            raise HttpError(401, f"This API key is not one of ours, or its owner may no longer sign in. {_HOW}")
        return user

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = user_of_token(token)
        if user is None or (user.demo and not direct_from_loopback(request)):
            return None
        request.user = user
        return user
