"""Whatever arrives by SMTP ends as a message or stands in triage with the reason, and keeps nothing else waiting."""

from __future__ import annotations

import pytest
from email_mails import ADDRESS, mail
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_email_fuzz import damaged

from putthrough.channels.actions import save_account
from putthrough.channels.contract import Arrived
from putthrough.channels.email.identity import external_id
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation, Message
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import sweep

SMTP = {"incoming": "smtp", "smtp_host": "127.0.0.1", "smtp_port": "25", "smtp_security": "none"}


@pytest.fixture
def account(db: None) -> Account:
    return save_account(Account(channel="email", address=ADDRESS, name="Enquiries", settings=SMTP))


@given(st.lists(st.one_of(st.binary(max_size=400), damaged()), min_size=1, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_bad_mails_among_good_ones(account: Account, bad: list[bytes]) -> None:
    Arrival.objects.all().delete()
    Message.objects.all().delete()
    Conversation.objects.all().delete()
    good = [mail("The bin was missed.", Message_ID=f"<good-{number}@x.example>") for number in range(2)]
    raws = list({external_id(raw): raw for raw in [good[0], *bad, good[1]]}.values())
    keep([(account.pk, Arrived(external_id(raw), raw)) for raw in raws])
    sweep()
    ended = dict(Arrival.objects.values_list("external_id", "state"))
    assert set(ended) == {external_id(raw) for raw in raws}
    assert {ended[external_id(raw)] for raw in good} == {"filed"}
    assert "new" not in ended.values()
    assert not Arrival.objects.filter(state="aside", reason="").exists()
    assert Message.objects.count() == list(ended.values()).count("filed")
