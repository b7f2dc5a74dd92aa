"""Signing in with an email address and a password; demo people only from this machine itself.

Whatever is wrong, the answer and the work are the same: nobody learns here who exists.
"""

from __future__ import annotations

from ipaddress import ip_address

from django.contrib.auth import authenticate
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from putthrough.audit.actions import record, thing, writing
from putthrough.directory import facts, tries
from putthrough.directory.models import User
from putthrough.directory.proxies import address_of
from putthrough.directory.tries import TooManyTries

BACKEND = "putthrough.directory.signin.EmailBackend"


def check(request: HttpRequest | None, email: str, password: str) -> User | None:
    """The person whose address and password these are, or None. Raises TooManyTries before looking at either."""
    address = address_of(request)
    known = User.objects.filter(email__iexact=email).first()
    try:
        tries.take(email, address)
    except TooManyTries as error:
        if error.new:
            _note_refusal(known, address, "it was tried too often")
        raise
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        _note_refusal(known, address, "the address and the password do not belong together")
        return None
    tries.forgive(email, address)
    return user


def _note_refusal(user: User | None, address: str, why: str) -> None:
    """What was typed is not kept: people type passwords where an address is asked for."""
    name, what = (user.name, thing(user)) if user else ("somebody unknown", "user:unknown")
    with writing():
        record(facts.SIGN_IN_REFUSED, what, name=name, why=why, address=address)


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


def _keep_anew(user: User, password: str) -> None:
    """It was kept in an older way than new ones are."""
    user.set_password(password)
    user.save(update_fields=["password"])


class EmailBackend(BaseBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: object
    ) -> User | None:
        user = User.objects.filter(email__iexact=username, is_active=True).first()
        if user is None:
            make_password(password)  # as slow as a wrong password: the answer does not tell who exists
            return None
        if not check_password(password, user.password, lambda right: _keep_anew(user, right)):
            return None
        return user if not user.demo or direct_from_loopback(request) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
