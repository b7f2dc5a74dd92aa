"""What an X account can be set to, and what X charges, read from its plain mappings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from putthrough.channels.contract import AccountView, ChannelError, Field

API = "https://api.x.com"
SITE = "https://x.com"
YES, NO = "yes", "no"
MENTIONED, ENGAGED, EXEMPT = "", "engaged", "exempt"
"""Whom we may answer through the interface: who mentioned or quoted us; also who answered us; everybody."""

_PRICES = (
    ("reply", "a reply to somebody who mentioned us", "0.010"),
    ("post", "any other post", "0.015"),
    ("link", "a post with a web address in it", "0.200"),
    ("message", "a direct message sent", "0.015"),
    ("mention_read", "a mention read", "0.001"),
    ("post_read", "another post read", "0.005"),
    ("message_read", "a direct message read", "0.010"),
    ("user_read", "a person looked up", "0.010"),
)
PRICE = {key: Decimal(default) for key, _, default in _PRICES}
_NUMBER = "Write a whole number of seconds, such as 120."
_WRONG = "Write an amount such as 0.015."
_AMOUNT = r"\d{1,3}(\.\d{1,4})?"

FIELDS: Sequence[Field] = (
    Field("client_id", "OAuth 2.0 client ID", "From your app's Keys and tokens in X's Developer Console"),
    Field("client_secret", "OAuth 2.0 client secret", "From the same page", secret=True),
    Field(
        "consumer_secret",
        "API key secret (consumer secret)",
        "From the same page. By it X proves that what comes by webhook is from X",
        secret=True,
        required=False,
    ),
    Field(
        "bearer_token",
        "App-only bearer token",
        "From the same page. With it the webhook is set up when you sign in at X, and looked at when you test",
        secret=True,
        required=False,
    ),
    Field(
        "webhook_url",
        "The webhook's address",
        "As this page shows it, for posts to come at once. Empty to look for them every few minutes",
        required=False,
        pattern=r"https://[^/:\s]+/\S*",
        wrong="X takes an address that begins with https:// and has no port number.",
    ),
    Field(
        "reply_access",
        "Whom X lets your app answer",
        required=False,
        choices=(
            (MENTIONED, "Those who mention or quote us (as for every pay-per-use app)"),
            (ENGAGED, "Those, and those who answer our posts"),
            (EXEMPT, "Everybody (Enterprise or Public Utility app)"),
        ),
    ),
    Field("direct_messages", "Read direct messages", required=False, default=YES, choices=((YES, "Yes"), (NO, "No"))),
    Field(
        "poll_seconds", "Seconds between two looks", required=False, default="120", pattern=r"\d{1,5}", wrong=_NUMBER
    ),
    Field(
        "message_seconds",
        "Seconds between two looks for direct messages",
        "X lets them be asked for once a minute",
        required=False,
        default="120",
        pattern=r"\d{1,5}",
        wrong=_NUMBER,
    ),
    *(
        Field(
            f"price_{key}",
            f"X's price for {what}",
            "In US dollars",
            required=False,
            default=default,
            pattern=_AMOUNT,
            wrong=_WRONG,
        )
        for key, what, default in _PRICES
    ),
    Field("api_base", "Address of X's interface", required=False, default=API),
    Field("site", "Address of X itself", required=False, default=SITE),
)


@dataclass(frozen=True, slots=True)
class Options:
    """``user_id`` is the account's number at X, known from the sign-in on."""

    api: str
    site: str
    user_id: str
    reply_access: str
    reads_messages: bool
    message_seconds: float


def options(account: AccountView) -> Options:
    settings = account.settings
    return Options(
        api=str(settings.get("api_base") or API).rstrip("/"),
        site=str(settings.get("site") or SITE).rstrip("/"),
        user_id=str(settings.get("user_id") or ""),
        reply_access=str(settings.get("reply_access") or MENTIONED),
        reads_messages=str(settings.get("direct_messages") or YES) == YES,
        message_seconds=_number(settings.get("message_seconds"), 120.0),
    )


def user_id(account: AccountView) -> str:
    """Raises ``ChannelError`` (permanent) for an account that nobody signed in."""
    found = options(account).user_id
    if not found:
        raise ChannelError("Nobody has signed in to X for this account yet. Do it in Set-up, Accounts.", permanent=True)
    return found


def price(account: AccountView, key: str) -> Decimal:
    """What X charges in US dollars for one thing; see the account's form for the keys."""
    try:
        found = Decimal(str(account.settings.get(f"price_{key}") or PRICE[key]))
    except InvalidOperation:
        return PRICE[key]
    return found if found.is_finite() and found >= 0 else PRICE[key]


def _number(value: object, default: float) -> float:
    try:
        found = float(str(value))
    except ValueError:
        return default
    return found if 0 <= found <= 86400 else default
