"""Mails that must not speak, and those that say nothing: each is kept, and its writer is told."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.conversations.models import Conversation
from putthrough.directory.actions import put_into_team
from putthrough.intake.actions import try_again
from putthrough.intake.models import Arrival
from putthrough.kit.time import now
from putthrough.plainmail.actions import save_policy
from putthrough.plainmail.models import Answer, Notice, Policy
from putthrough.plainmail.queries import policy
from putthrough.replies.actions import send
from tests.plainmail.clients import answer_to, body_of, gmail
from tests.plainmail.conftest import ADDRESS, DESK, Post, desk
from tests.story import settle

WORDS = "A crew fills it on Friday."
WILF = "Wilf Tarn <wilf@westmoor.example>"


@pytest.fixture
def mail(post: Post) -> EmailMessage:
    """What Harriet got."""
    post.resident_writes()
    [mail] = post.letters()
    return mail


def is_kept(post: Post, state: Answer.State, *, text: str | None = None) -> Answer:
    """Nothing was sent, and the mail is here."""
    assert post.sent() == []
    answer = post.outcome()
    assert answer.state == state, answer.words
    assert text is None or answer.text == text
    assert bytes(answer.arrival.raw)
    return answer


def test_forwarded_to_a_third_person_who_answers(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, WORDS, sender=WILF))
    answer = is_kept(post, Answer.State.ASIDE)
    assert answer.arrival.state == Arrival.State.ASIDE
    [back] = post.letters("wilf@")
    assert "sent to somebody else" in body_of(back)
    assert "Mill Rise" not in body_of(back)
    assert "+n-" not in str(back)


def test_a_stolen_subject_alone_is_a_message_like_any_other(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, WORDS, sender="Mallory <mallory@post.example>", to=ADDRESS, refers=False))
    assert post.sent() == []
    assert not Answer.objects.exists()
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize("change", ["signature", "number", "kind"])
def test_a_token_that_is_none_of_ours_is_set_aside(post: Post, mail: EmailMessage, change: str) -> None:
    local, _, domain = str(mail["Reply-To"]).partition("@")
    plain, _, token = local.partition("+")
    mark, number, signature = token.split("-")
    new = {
        "signature": f"{mark}-{number}-{'a' * len(signature)}",
        "number": f"{mark}-{int(number) + 1}-{signature}",
        "kind": f"{mark}-{signature}",
    }[change]
    post.arrives(answer_to(mail, WORDS, to=f"{plain}+{new}@{domain}", refers=False))
    assert post.sent() == []
    assert not Answer.objects.exists()
    [aside] = Arrival.objects.filter(state=Arrival.State.ASIDE)
    assert "token that is none of ours" in aside.reason


def test_two_writers_are_nobody(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, WORDS, sender=f"harriet@westmoor.example, {WILF}"))
    is_kept(post, Answer.State.ASIDE)


def test_too_late(post: Post, mail: EmailMessage) -> None:
    Notice.objects.update(expires_at=now() - timedelta(minutes=1))
    post.arrives(answer_to(mail, WORDS))
    is_kept(post, Answer.State.KEPT, text=WORDS)
    assert "too old to be answered" in body_of(post.letters()[-1])


def test_the_token_of_one_conversation_in_an_answer_to_another(post: Post, mail: EmailMessage) -> None:
    post.resident_writes(sender="Tom <tom@post.example>")
    other = post.letters()[-1]
    post.arrives(answer_to(mail, WORDS, to=str(other["Reply-To"])))
    assert "different conversations" in is_kept(post, Answer.State.KEPT, text=WORDS).words


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk"},
    ],
)
def test_an_answer_of_absence_changes_nothing_and_is_not_answered(
    post: Post, mail: EmailMessage, headers: dict[str, str]
) -> None:
    post.arrives(answer_to(mail, "I am on leave until Monday.", **headers))
    is_kept(post, Answer.State.AUTOMATIC, text="I am on leave until Monday.")
    assert len(post.relay.mails) == 1


def test_a_notice_that_our_mail_came_back_says_that_nobody_has_it(post: Post, mail: EmailMessage) -> None:
    report = (
        f"From: Mail Delivery <mailer-daemon@westmoor.example>\r\nTo: {mail['Reply-To']}\r\n"
        "Subject: Undelivered\r\nMessage-ID: <b1@westmoor.example>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.westmoor.example\r\n\r\nFinal-Recipient: rfc822; harriet@westmoor.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {mail['Message-ID']}\r\n\r\n--b--\r\n"
    )
    post.arrives(report.encode())
    is_kept(post, Answer.State.AUTOMATIC)
    assert Notice.objects.get().state == Notice.State.FAILED
    assert "the address does not exist" in Notice.objects.get().words
    assert Conversation.objects.count() == 1
    assert len(post.relay.mails) == 1


def test_our_own_mail_coming_back_is_an_echo(post: Post, mail: EmailMessage) -> None:
    post.arrives(mail.as_bytes())
    assert Arrival.objects.latest("pk").state == Arrival.State.ECHO
    assert Conversation.objects.count() == 1


def test_the_same_mail_by_two_accounts_is_one_answer(post: Post, mail: EmailMessage) -> None:
    other = save_account(Account(channel="email", address="office@westmoor.example", name="Office"))
    raw = answer_to(mail, WORDS)
    post.arrives(raw)
    post.arrives(raw)
    post.arrives(raw.replace(b"Subject: Re: ", b"X-Scanned: yes\nSubject: [list] Re: "), account=other)
    assert [reply.text for reply in post.sent()] == [WORDS]
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("words", ["", " \n\n", "-- \nHarriet Lowe\nHighways"])
def test_a_mail_with_nothing_in_it(post: Post, mail: EmailMessage, words: str) -> None:
    post.arrives(answer_to(mail, words))
    is_kept(post, Answer.State.NOTHING)
    back = post.letters()[-1]
    assert "nothing in it" in body_of(back)
    assert back["Auto-Submitted"] == "auto-replied"
    assert back["In-Reply-To"] == "<answer-1@post.westmoor.example>"


def test_a_mail_with_only_the_quotation(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, gmail("", mail)[0]))
    is_kept(post, Answer.State.NOTHING)


@pytest.mark.parametrize("name", ["outlook", "none"])
def test_our_mail_handed_back_unmarked_is_never_sent(post: Post, mail: EmailMessage, name: str) -> None:
    head = f"From: {mail['From']}\nSent: today\nTo: {mail['To']}\nSubject: {mail['Subject']}\n\n"
    post.arrives(answer_to(mail, (head if name == "outlook" else "") + body_of(mail)))
    assert post.sent() == []
    assert post.outcome().state in (Answer.State.KEPT, Answer.State.NOTHING)


@pytest.mark.parametrize("words", ["Thanks!", "OK", "Noted, thanks"])
def test_a_word_of_thanks_to_a_colleague_does_not_go_to_the_resident(
    post: Post, mail: EmailMessage, words: str
) -> None:
    post.arrives(answer_to(mail, words))
    is_kept(post, Answer.State.KEPT, text=words)
    post.arrives(answer_to(post.letters()[-1], WORDS, number=2))
    assert [reply.text for reply in post.sent()] == [WORDS]


def test_an_encrypted_answer_is_kept(post: Post, mail: EmailMessage) -> None:
    post.arrives(answer_to(mail, "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----"))
    assert "encrypted" in is_kept(post, Answer.State.KEPT).words


def test_a_document_does_not_silently_stay_behind(post: Post, mail: EmailMessage) -> None:
    answer = email.message_from_bytes(answer_to(mail, WORDS), policy=email.policy.default)
    assert isinstance(answer, EmailMessage)
    answer.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="plan.pdf")
    post.arrives(answer.as_bytes())
    assert "cannot go out" in is_kept(post, Answer.State.KEPT, text=WORDS).words


def test_somebody_else_was_quicker(post: Post, mail: EmailMessage) -> None:
    put_into_team(post.cast.highways, [post.cast.harriet, post.cast.wilf])
    send(Conversation.objects.get(), "It is filled.", by=post.cast.wilf)
    post.arrives(answer_to(mail, WORDS))
    assert [reply.text for reply in post.sent()] == ["It is filled."]
    assert post.outcome().state == Answer.State.KEPT
    assert "Wilf Tarn has answered" in body_of(post.letters()[-1])


def test_who_has_left_the_team_cannot_answer_any_more(post: Post, mail: EmailMessage) -> None:
    put_into_team(post.cast.highways, [])
    post.arrives(answer_to(mail, WORDS))
    is_kept(post, Answer.State.KEPT, text=WORDS)


def test_a_person_who_may_no_longer_work_here_is_a_stranger(post: Post, mail: EmailMessage) -> None:
    type(post.cast.harriet).objects.filter(pk=post.cast.harriet.pk).update(is_active=False)
    post.arrives(answer_to(mail, WORDS))
    is_kept(post, Answer.State.ASIDE)


def test_two_machines_that_do_not_say_so_fall_silent(post: Post, mail: EmailMessage) -> None:
    for number in range(12):
        post.arrives(answer_to(mail, "ok", number=number))
    assert len(post.letters()) == 1 + 5
    assert Answer.objects.filter(state=Answer.State.KEPT).count() == 12


class TestPolicy:
    """Our own mail server's word, where the organisation asks for it."""

    HOST = "mx.westmoor.example"

    @pytest.fixture(autouse=True)
    def verified(self, post: Post) -> None:
        row = policy()
        row.identity, row.host = Policy.Identity.VERIFIED, self.HOST
        save_policy(row, by=post.cast.clem)

    @pytest.mark.parametrize(
        "said",
        [
            "dmarc=pass (p=reject) header.from=westmoor.example",
            "dkim=pass header.d=westmoor.example header.s=s1",
            "dkim=fail header.d=x.example; spf=pass smtp.mailfrom=harriet@westmoor.example",
        ],
    )
    def test_vouched_for(self, post: Post, mail: EmailMessage, said: str) -> None:
        post.arrives(answer_to(mail, WORDS, Authentication_Results=f"{self.HOST}; {said}"))
        assert [reply.text for reply in post.sent()] == [WORDS]

    @pytest.mark.parametrize(
        "said",
        [
            "",
            "mx.evil.example; dmarc=pass header.from=westmoor.example",
            "{host}; dmarc=fail header.from=westmoor.example",
            "{host}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example",
            "{host}; none (dmarc=pass header.from=westmoor.example)",
            "{host}; none (a (nested; dmarc=pass header.from=westmoor.example) comment)",
            "{host}; none (one that does not end; dmarc=pass header.from=westmoor.example",
            '{host}; spf=fail smtp.mailfrom="x; dmarc=pass header.from=westmoor.example"@evil.example',
            '{host}; spf=fail smtp.mailfrom="x\\"; dmarc=pass header.from=westmoor.example"@evil.example',
            "{host}; dkim=pass header.d=evil.example header.d=westmoor.example",
        ],
    )
    def test_not_vouched_for(self, post: Post, mail: EmailMessage, said: str) -> None:
        headers = {"Authentication_Results": said.format(host=self.HOST)} if said else {}
        post.arrives(answer_to(mail, WORDS, **headers))
        assert "does not vouch" in is_kept(post, Answer.State.ASIDE).words

    def test_what_a_sender_put_below_our_server_s_word_counts_for_nothing(self, post: Post, mail: EmailMessage) -> None:
        forged = answer_to(mail, WORDS, Authentication_Results=f"{self.HOST}; dmarc=pass header.from=westmoor.example")
        ours = f"Authentication-Results: {self.HOST}; dmarc=fail header.from=westmoor.example\n"
        post.arrives(ours.encode() + forged)
        is_kept(post, Answer.State.ASIDE)

    def test_read_once_more_after_the_policy_was_mended(self, post: Post, mail: EmailMessage) -> None:
        post.arrives(answer_to(mail, WORDS))
        answer = is_kept(post, Answer.State.ASIDE)
        row = policy()
        row.identity = Policy.Identity.TOKEN
        save_policy(row, by=post.cast.clem)
        try_again(answer.arrival, by=post.cast.tess.name)
        settle()
        assert [reply.text for reply in post.sent()] == [WORDS]


class TestTeamAddress:
    """Highways' ordinary mailbox, which several people read."""

    @pytest.fixture
    def mail(self, post: Post) -> EmailMessage:
        desk(post.cast.highways)
        post.resident_writes()
        [mail] = post.letters(DESK)
        return mail

    def test_a_member_answers_from_their_own_address(self, post: Post, mail: EmailMessage) -> None:
        post.arrives(answer_to(mail, WORDS))
        assert [(reply.text, reply.author) for reply in post.sent()] == [(WORDS, post.cast.harriet)]

    def test_the_mailbox_itself_is_nobody(self, post: Post, mail: EmailMessage) -> None:
        post.arrives(answer_to(mail, WORDS, sender=f"Highways desk <{DESK}>"))
        is_kept(post, Answer.State.KEPT, text=WORDS)
        assert "from your own address" in body_of(post.letters(DESK)[-1])

    def test_somebody_of_another_team_is_a_stranger(self, post: Post, mail: EmailMessage) -> None:
        post.arrives(answer_to(mail, WORDS, sender=WILF))
        is_kept(post, Answer.State.ASIDE)
