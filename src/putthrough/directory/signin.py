"""Signing in with an email address; demo people only from this machine itself."""

from __future__ import annotations

from ipaddress import ip_address

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from putthrough.directory.models import User


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def direct_from_loopback(request: HttpRequest | None) -> bool:
    """Whether the request came straight from this machine: a proxy's header means that it came from elsewhere."""
    if request is None or "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    return is_loopback(request.META.get("REMOTE_ADDR", ""))


class EmailBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: object
    ) -> User | None:
        user = User.objects.filter(email__iexact=username, is_active=True).first()
        if user is None:
            make_password(password)  # as slow as a wrong password: the answer does not tell who exists
            return None
        if not check_password(password, user.password):
            return None
        return user if not user.demo or direct_from_loopback(request) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
