"""Somebody plays the resident, and sees what the public sees."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from putthrough.channels.actions import save_account
from putthrough.channels.models import Account
from putthrough.channels.rehearsal import network
from putthrough.channels.rehearsal.models import Post
from putthrough.conversations.models import Conversation
from putthrough.delivery.models import Delivery
from putthrough.directory.actions import save_organisation
from putthrough.directory.queries import organisation
from putthrough.jobs.steps import sweep
from putthrough.replies.actions import send
from tests.cast import ADDRESS, POTHOLE, signed_in_as

PAGE = "/rehearsal/"
ROLES = ["tess", "harriet", "clem", "ivy", "ada"]


def write(client, **typed):
    given = {"who": "@rosa", "account": ADDRESS, "how": "public", "text": POTHOLE, **typed}
    return client.post(f"{PAGE}write", given)


def words(answer):
    return answer.content.decode()


@pytest.fixture
def harriet(cast):
    return signed_in_as(cast.harriet)


@pytest.mark.parametrize("name", ROLES)
def test_everybody_who_is_signed_in_may_rehearse(cast, name):
    client = signed_in_as(getattr(cast, name))
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "This network is simulated. Nothing here leaves this computer." in words(page)
    assert write(client).status_code == 302


def test_a_stranger_is_sent_to_sign_in(cast, client):
    for answer in (client.get(PAGE), client.get(f"{PAGE}post-box"), client.get(f"{PAGE}arrived")):
        assert answer["Location"].startswith("/sign-in")
    assert write(client).status_code == 403  # with what was written, so that it is not lost
    assert Post.objects.count() == 0


def test_a_post_is_with_the_responsible_team_as_soon_as_the_worker_looks(cast, harriet):
    sweep()  # the account has just been read and is not due again for a minute
    write(harriet)
    sweep()
    row = Conversation.objects.get()
    assert (row.owner, row.private) == (cast.highways, False)
    assert f"/conversations/{row.pk}" in words(harriet.get(PAGE))


def test_a_mention_is_put_where_there_is_none_and_left_where_there_is_one(cast, harriet):
    write(harriet)
    write(harriet, text=f"Hello {ADDRESS.upper()}, {POTHOLE}")
    assert [post.text for post in Post.objects.order_by("pk")] == [
        f"{ADDRESS} {POTHOLE}",
        f"Hello {ADDRESS.upper()}, {POTHOLE}",
    ]


def test_a_direct_message_is_private_and_goes_on_in_its_exchange(cast, harriet):
    write(harriet, how="direct")
    sweep()
    row = Conversation.objects.get()
    assert row.private
    page = words(harriet.get(PAGE))
    assert "Rosa and Westmoor Council" in page
    assert "Nobody has posted yet" in page
    write(harriet, how="direct", text="It is deeper now.")
    sweep()
    assert [message.text for message in row.messages.order_by("pk")] == [POTHOLE, "It is deeper now."]


def test_our_answer_appears_to_the_public_and_is_answered_in_its_thread(cast, harriet):
    body = organisation()
    body.undo_seconds = 0
    save_organisation(body)
    write(harriet)
    sweep()
    row = Conversation.objects.get()
    send(row, "We mend it on Friday.", by=cast.harriet)
    sweep()
    assert Delivery.objects.get().state == Delivery.State.SENT
    ours = Post.objects.get(handle=ADDRESS)
    page = words(harriet.get(PAGE))
    assert "@rosa We mend it on Friday." in page
    assert f"{PAGE}posts/{ours.pk}/answer" in page
    harriet.post(f"{PAGE}posts/{ours.pk}/answer", {"who": "@rosa", "text": "Thank you."})
    sweep()
    said = row.messages.order_by("pk").values_list("direction", "text")
    assert list(said) == [
        ("in", f"{ADDRESS} {POTHOLE}"),
        ("out", "We mend it on Friday."),
        ("in", "Thank you."),
    ]
    assert "Thank you." in words(harriet.get(PAGE))


def test_others_see_where_a_post_stands_only_if_they_may(cast, harriet):
    write(harriet, how="direct")
    write(harriet)
    sweep()
    public = Conversation.objects.get(private=False)
    assert f"/conversations/{public.pk}" in words(signed_in_as(cast.tess).get(PAGE))
    assert "/conversations/" not in words(signed_in_as(cast.wilf).get(PAGE))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": "  "}, "an empty post goes nowhere"),
        ({"text": "a" * 501}, "1 characters more than the 500"),
        ({"text": "a" * 495}, f"{495 + len(ADDRESS) + 1 - 500} characters more than the 500"),
        ({"who": ""}, "Make up a name"),
        ({"who": "rosa penn"}, "Use letters, digits and _ only"),
        ({"who": ADDRESS.upper()}, "one of our own accounts"),
        ({"account": "@somebody"}, "Select a valid choice"),
        ({"how": "loudly"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_posted_comes_back_as_it_was_typed(cast, harriet, typed, said):
    answer = write(harriet, **typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert typed.get("text", POTHOLE).strip() in words(answer)
    assert Post.objects.count() == 0


def test_a_wrong_answer_comes_back_where_it_was_typed(cast, harriet):
    write(harriet)
    post = Post.objects.get()
    answer = harriet.post(f"{PAGE}posts/{post.pk}/answer", {"who": "@kit", "text": ""})
    assert answer.status_code == 422
    assert f'id="answer-{post.pk}-text_error"' in words(answer)


def test_a_direct_message_cannot_be_answered_in_public(cast, harriet):
    write(harriet, how="direct")
    assert harriet.post(f"{PAGE}posts/{Post.objects.get().pk}/answer", {"who": "@kit", "text": "x"}).status_code == 404


def test_what_residents_write_is_shown_as_text(cast, harriet):
    write(harriet, text="<script>alert(1)</script>")
    write(harriet, how="direct", text="<img src=x>")
    page = words(harriet.get(PAGE))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;img src=x&gt;" in page


def test_without_an_account_there_is_nobody_to_write_to(cast, harriet):
    cast.account.enabled = False
    save_account(cast.account)
    page = words(harriet.get(PAGE))
    assert "There is no account to write to" in page
    assert "Post it as a resident" not in page


def test_with_two_accounts_one_chooses(cast, harriet):
    save_account(Account(channel="rehearsal", address="@wards", name="Westmoor Wards"))
    write(harriet, account="@wards")
    assert Post.objects.get().text.startswith("@wards ")
    assert '<select class="govuk-select" name="account"' in words(harriet.get(PAGE))


def test_new_posts_are_announced(cast, harriet):
    newest = network.newest_id()
    assert harriet.get(f"{PAGE}arrived?since={newest}").status_code == 204
    write(harriet)
    assert "1 new post" in words(harriet.get(f"{PAGE}arrived?since={newest}"))
    assert harriet.get(f"{PAGE}arrived?since=nonsense").status_code == 200


def test_a_long_thread_takes_no_more_statements(cast, harriet, django_assert_num_queries):
    write(harriet)
    harriet.get(PAGE)
    with django_assert_num_queries(_STATEMENTS):
        harriet.get(PAGE)
    parent = Post.objects.get().pk
    for n in range(12):
        parent = network.post(f"@r{n}", f"Answer {n}", parent=parent).pk
        network.post(f"@r{n}", "A word", to=ADDRESS)
    with django_assert_num_queries(_STATEMENTS):
        page = words(harriet.get(PAGE))
    assert all(f"Answer {n}" in page for n in range(12))


_STATEMENTS = 10


class TestPostBox:
    @pytest.fixture
    def demo(self, cast, settings, tmp_path):
        settings.POSTBOX = tmp_path
        body = organisation()
        body.demo = True
        save_organisation(body)
        return tmp_path

    def letter(self, subject, text="It is mended."):
        mail = EmailMessage()
        mail["From"], mail["To"] = "Westmoor <enquiries@westmoor.example>", "Rosa <rosa@post.example>"
        mail["Subject"] = subject
        mail.set_content(text)
        return mail.as_bytes()

    def test_letters_are_shown_newest_first_and_as_text(self, demo, harriet):
        (demo / "20261124T080000-1.eml").write_bytes(self.letter("First"))
        (demo / "20261124T090000-2.eml").write_bytes(self.letter("Second", "<b>bold</b>"))
        page = words(harriet.get(f"{PAGE}post-box"))
        assert page.index("Second") < page.index("First")
        assert "rosa@post.example" in page
        assert "&lt;b&gt;bold&lt;/b&gt;" in page
        assert f"{PAGE}post-box" in words(harriet.get(PAGE))

    def test_a_broken_file_hides_no_other(self, demo, harriet):
        (demo / "1.eml").write_bytes(b"")
        (demo / "2.eml").write_bytes(b"\xff\xfe\x00" * 50)
        (demo / "3.eml").write_bytes(self.letter("Whole"))
        page = harriet.get(f"{PAGE}post-box")
        assert page.status_code == 200
        assert "Whole" in words(page)

    def test_only_the_newest_are_read(self, demo, harriet):
        for n in range(60):
            (demo / f"{n:03}.eml").write_bytes(self.letter(f"Letter-{n:03}"))
        page = words(harriet.get(f"{PAGE}post-box"))
        assert (page.count("Letter-"), "Letter-059" in page, "Letter-009" in page) == (50, True, False)

    def test_an_empty_one_says_what_to_do(self, demo, harriet):
        assert "The post box is empty" in words(harriet.get(f"{PAGE}post-box"))
        demo.rmdir()
        assert harriet.get(f"{PAGE}post-box").status_code == 200

    def test_there_is_none_outside_the_demo(self, cast, harriet, settings, tmp_path):
        settings.POSTBOX = tmp_path
        assert harriet.get(f"{PAGE}post-box").status_code == 404
        assert "post-box" not in words(harriet.get(PAGE))
