"""Whatever order and doubling of mails, wherever the program dies: at most one answer of each mail, none of a
stranger's, and no colleague is told anything twice."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from putthrough.channels.actions import save_account
from putthrough.channels.contract import AccountView, Arrived, Outgoing, Receipt
from putthrough.channels.email.channel import EmailChannel
from putthrough.channels.email.identity import external_id
from putthrough.channels.email.outgoing import compose
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.directory.models import User
from putthrough.intake.actions import keep
from putthrough.intake.models import Arrival
from putthrough.jobs.steps import run_step
from putthrough.kit.time import now
from putthrough.plainmail.models import Answer, Notice
from putthrough.replies.models import Reply
from tests.cast import Cast, person, raise_the_curtain
from tests.invariants.crash import Fate, Killed, statements
from tests.plainmail.clients import answer_to
from tests.plainmail.conftest import ADDRESS, by_email
from tests.story import settle

STEPS = ("file", "answers", "notices", "mail", "prepare", "deliver", "lost-mail")
KINDS = ("answer", "answer", "stranger", "absent", "empty", "declines", "wrong token")


@dataclass
class Network:
    """A mail server that takes everything and remembers it outside every database."""

    taken: Counter[str] = field(default_factory=Counter)
    mails: list[EmailMessage] = field(default_factory=list)

    def send(self, channel: EmailChannel, account: AccountView, outgoing: Outgoing) -> Receipt:
        self.taken[f"{outgoing.to} {outgoing.message_id}"] += 1
        mail = email.message_from_bytes(compose(account, outgoing), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return Receipt(outgoing.message_id)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    made = Network()
    monkeypatch.setattr(EmailChannel, "send", lambda *given: made.send(*given))
    return made


@dataclass
class World:
    """Two of highways get three residents' letters by email."""

    cast: Cast
    account: Account
    network: Network
    writers: Sequence[User]
    number: int = 0

    def letters(self) -> list[EmailMessage]:
        return [mail for mail in self.network.mails if "For Highways" in str(mail["Subject"])]

    def mail(self, kind: str, which: int) -> bytes:
        """A mail in answer to one of those that went out."""
        self.number += 1
        letters = self.letters()
        old = letters[which % len(letters)]
        sender = "mallory@post.example" if kind == "stranger" else str(old["To"])
        words = {"empty": "", "declines": "not mine"}.get(kind, f"{kind} number {self.number} for the resident")
        to = "help+n-1-aaaaaaaaaaaaaaaa@westmoor.example" if kind == "wrong token" else ""
        headers = {"Auto_Submitted": "auto-replied"} if kind == "absent" else {}
        refers = kind != "wrong token"
        return answer_to(old, words, sender=sender, number=self.number, to=to, refers=refers, **headers)


def build(network: Network) -> World:
    network.taken.clear()
    network.mails.clear()
    cast = raise_the_curtain()
    hugh = person("Hugh Vale", User.Role.RESPONDER, cast.highways)
    settings = {"incoming": "smtp", "smtp_host": "127.0.0.1", "smtp_security": "none", "smtp_auth": "none"}
    account = save_account(Account(channel="email", address=ADDRESS, name="Westmoor Council", settings=settings))
    for one in (cast.harriet, hugh):
        by_email(one)
    for number in range(3):
        raw = (
            f"From: Rosa <rosa{number}@post.example>\r\nTo: {ADDRESS}\r\nSubject: Hole\r\n"
            f"Message-ID: <l{number}@post.example>\r\n\r\nPotholes on Mill Rise, {number}.\r\n"
        ).encode()
        keep([(account.pk, Arrived(external_id(raw), raw))])
    settle()
    return World(cast, account, network, [cast.harriet, hugh])


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-03-03T10:00:00+00:00", tick=False) as traveller:
        yield traveller


events = st.one_of(
    st.tuples(st.just("mail"), st.sampled_from(KINDS), st.integers(0, 5)),
    st.tuples(st.just("again"), st.integers(0, 20), st.integers(0, 0)),
    st.tuples(st.just("step"), st.sampled_from(STEPS), st.integers(0, 40)),
)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=st.lists(events, min_size=3, max_size=14))
def test_at_most_one_answer_of_each_mail_and_none_of_a_stranger(
    network: Network, clock: time_machine.Traveller, history: list[tuple[str, str | int, int]]
) -> None:
    with transaction.atomic():
        world, mails = build(network), list[bytes]()
        for what, which, number in history:
            if what == "mail":
                mails.append(world.mail(str(which), number))
                arrives(world, mails[-1])
            elif what == "again" and mails:
                arrives(world, mails[int(which) % len(mails)])
            elif what == "step":
                dies_in(str(which), number)
        clock.shift(timedelta(minutes=5))
        settle()
        holds(world)
        transaction.set_rollback(True)


def arrives(world: World, raw: bytes) -> None:
    keep([(world.account.pk, Arrived(external_id(raw), raw))])


def dies_in(step: str, moment: int) -> None:
    with suppress(Killed), statements(Fate(moment)):
        run_step.call(step)


def holds(world: World) -> None:
    replies = list(Reply.objects.exclude(state=Reply.State.DRAFT))
    assert len({reply.text for reply in replies}) == len(replies), "a mail became two answers"
    assert all(reply.text.startswith("answer number") for reply in replies), "a stranger or a machine spoke"
    assert all(reply.author in world.writers for reply in replies)
    assert not [key for key, times in world.network.taken.items() if times > 1], "a mail left twice"
    assert not Arrival.objects.filter(state=Arrival.State.NEW).exists()
    assert not Answer.objects.filter(state=Answer.State.NEW).exists()
    assert Conversation.objects.filter(channel="email").count() == 3, "a colleague's mail opened a conversation"
    answers = Answer.objects.filter(state=Answer.State.SENT)
    assert {answer.reply_id for answer in answers} == {reply.pk for reply in replies}


@pytest.mark.django_db
def test_the_sending_of_a_mail_dies_at_each_moment(network: Network, clock: time_machine.Traveller) -> None:
    at, dying = 0, True
    while dying:
        with transaction.atomic():
            fate = Fate(at)
            build(network)
            Notice.objects.filter(pk=Notice.objects.earliest("pk").pk).update(state="due", next_attempt_at=now())
            before = len(network.mails)
            with suppress(Killed), statements(fate):
                run_step.call("mail")
            clock.shift(timedelta(minutes=5))
            settle()
            assert len(network.mails) - before <= 1
            state = Notice.objects.earliest("pk").state
            assert state == "unsure" or (state, len(network.mails) - before) == ("sent", 1)
            dying, at = fate.struck, at + 1
            transaction.set_rollback(True)
    assert at > 5
