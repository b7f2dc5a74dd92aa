"""Accounts: secrets go in and never come out; health in words; tested, tried again, switched off and on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from putthrough.channels import actions
from putthrough.channels.contract import ChannelError, Checked
from putthrough.channels.models import Account
from putthrough.channels.queries import stored_credentials, view
from putthrough.channels.registry import channel
from putthrough.directory.access import NotAllowed
from putthrough.kit.secrets import new_key
from tests.cast import signed_in_as

SECRET = "velvet-anchor-19"
EMAIL = {
    "name": "Enquiries",
    "address": "Enquiries@Westmoor.Example",
    "setting_incoming": "imap",
    "setting_imap_host": "imap.westmoor.example",
    "setting_imap_security": "ssl",
    "setting_auth": "password",
    "setting_password": SECRET,
    "setting_smtp_security": "starttls",
    "setting_smtp_auth": "password",
}


@pytest.fixture
def mailbox(cast):
    signed_in_as(cast.clem).post(reverse("web:setup-account-new") + "?channel=email", EMAIL)
    return Account.objects.get(channel="email")


def at(row, verb=""):
    return reverse(f"web:setup-account{verb}", args=[row.pk])


def test_first_the_kind_is_chosen_and_its_own_form_comes(cast):
    client, url = signed_in_as(cast.clem), reverse("web:setup-account-new")
    assert client.post(url, {"channel": "email"}).headers["Location"] == f"{url}?channel=email"
    page = client.get(url, {"channel": "email"}).content.decode()
    assert "Mailbox server" in page
    assert client.get(url, {"channel": "telex"}).status_code == 404


def test_what_the_form_says_is_kept_and_the_secret_is_sealed(mailbox):
    assert mailbox.address == "enquiries@westmoor.example"
    assert mailbox.settings["imap_host"] == "imap.westmoor.example"
    assert view(mailbox).credentials == {"password": SECRET}
    assert SECRET not in str(mailbox.settings) + mailbox.sealed


def test_a_secret_never_comes_out_again(cast, mailbox):
    client = signed_in_as(cast.clem)
    pages = [client.get(at(mailbox)), client.get(reverse("web:setup-accounts"))]
    pages.append(client.post(at(mailbox), {**EMAIL, "name": ""}))
    assert [page.status_code for page in pages] == [200, 200, 422]
    assert all(SECRET not in page.content.decode() for page in pages)
    assert "One is stored" in pages[0].content.decode()


def test_an_empty_secret_keeps_the_one_that_is_stored_and_another_takes_its_place(cast, mailbox):
    client = signed_in_as(cast.clem)
    client.post(at(mailbox), {**EMAIL, "setting_password": "", "name": "Front desk"})
    mailbox.refresh_from_db()
    assert (mailbox.name, view(mailbox).credentials["password"]) == ("Front desk", SECRET)
    client.post(at(mailbox), {**EMAIL, "setting_password": "new-anchor-20"})
    mailbox.refresh_from_db()
    assert view(mailbox).credentials["password"] == "new-anchor-20"


def test_credentials_that_no_key_opens_can_be_entered_again(cast, mailbox, settings):
    settings.CREDENTIAL_KEYS = [new_key()]
    assert stored_credentials(mailbox) == frozenset()
    client = signed_in_as(cast.clem)
    page = client.post(at(mailbox, "-test")).content.decode()
    assert "Does not work" in page
    client.post(at(mailbox), {**EMAIL, "setting_password": "again-21"})
    mailbox.refresh_from_db()
    assert view(mailbox).credentials["password"] == "again-21"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"address": "enquiries"}, "email address"),
        ({"name": ""}, "Name: Fill this in."),
        ({"setting_incoming": "fax"}, "fax"),
    ],
)
def test_what_is_wrong_with_an_account_is_said(cast, wrong, words):
    url = reverse("web:setup-account-new") + "?channel=email"
    answer = signed_in_as(cast.clem).post(url, {**EMAIL, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Account.objects.filter(channel="email").exists()


def test_an_address_has_one_account(cast, mailbox):
    answer = signed_in_as(cast.clem).post(reverse("web:setup-account-new") + "?channel=email", EMAIL)
    assert answer.status_code == 422
    assert "with this address already" in answer.content.decode()


def test_health_is_told_in_words_with_what_to_do(cast):
    actions.went_wrong(cast.account, ChannelError("The network is shut. Open it.", permanent=True))
    client = signed_in_as(cast.clem)
    assert "Stopped until somebody mends it" in client.get(reverse("web:setup-accounts")).content.decode()
    page = client.get(at(cast.account)).content.decode()
    assert "The network is shut. Open it." in page


def test_testing_a_connection_shows_each_line_and_leaves_the_account_alone(cast, monkeypatch):
    lines = [Checked("Reading", True), Checked("Sending", False, "The server said no. Ask it why.")]
    monkeypatch.setattr(type(channel("rehearsal")), "test", lambda self, account: lines)
    before = Account.objects.values().get(pk=cast.account.pk)
    page = signed_in_as(cast.clem).post(at(cast.account, "-test")).content.decode()
    assert "Reading" in page
    assert "The server said no. Ask it why." in page
    assert Account.objects.values().get(pk=cast.account.pk) == before


def test_trying_again_wakes_an_account_that_had_stopped(cast):
    actions.went_wrong(cast.account, ChannelError("Wrong password.", permanent=True))
    signed_in_as(cast.clem).post(at(cast.account, "-try"))
    cast.account.refresh_from_db()
    assert (cast.account.health, cast.account.next_attempt_at) == (Account.Health.FAILING, None)


def test_an_account_is_switched_off_and_on(cast):
    client = signed_in_as(cast.clem)
    for to, enabled in (("off", False), ("on", True)):
        client.post(at(cast.account, "-switch"), {"to": to})
        cast.account.refresh_from_db()
        assert cast.account.enabled is enabled


def test_the_actions_themselves_refuse_whoever_lacks_the_verb(cast):
    for act in (
        lambda: actions.save_account(cast.account, by=cast.harriet),
        lambda: actions.switch(cast.account, on=False, by=cast.tess),
        lambda: actions.try_again(cast.account, by=cast.ivy),
        lambda: actions.check_account(cast.account, by=cast.harriet),
    ):
        with pytest.raises(NotAllowed):
            act()
