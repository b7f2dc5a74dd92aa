"""Taking a public conversation private: two texts, one conversation, the same clock; nothing is said that is not so."""

from __future__ import annotations

from typing import Any

import pytest

from putthrough.audit.models import Entry
from putthrough.channels.actions import save_account
from putthrough.channels.contract import AccountView, Arrived, ChannelError, Outgoing
from putthrough.channels.models import Account
from putthrough.channels.rehearsal import network
from putthrough.channels.rehearsal.models import Post
from putthrough.conversations.actions import CannotBeDone, add_note, join, split
from putthrough.conversations.models import Contact, Conversation, Message
from putthrough.conversations.queries import messages
from putthrough.conversations.references import quoted, reference
from putthrough.conversations.standing import account_of, goes_on_in_private
from putthrough.deadlines.models import Deadline
from putthrough.delivery.actions import settle
from putthrough.delivery.models import Delivery
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import Signpost, User
from putthrough.intake.actions import keep
from putthrough.jobs.steps import sweep
from putthrough.replies.actions import save_draft, send, take_back
from putthrough.replies.approving import approve, version
from putthrough.replies.models import Reply, TakenPrivate, Trust
from putthrough.replies.private_routes import first_for, line_for, routes
from putthrough.replies.queries import own_words, went_private
from putthrough.replies.taking_private import take_private
from tests.cast import MISSED_BIN, POTHOLE, Cast, let_it_arrive, person, resident_writes, undo_time_is_over

State = TakenPrivate.State
LINE = "Thank you. We have sent you a direct message."
FIRST = "Which house is it, and what is your name?"


@pytest.fixture
def row(cast: Cast) -> Conversation:
    return resident_writes(POTHOLE, private=False)


@pytest.fixture
def mailbox(cast: Cast) -> Account:
    return save_account(Account(channel="email", address="help@westmoor.example", name="Westmoor Council"))


def taken(row: Conversation, cast: Cast, **more: Any) -> TakenPrivate:
    return take_private(fresh(row), by=cast.harriet, **{"route": "direct", "line": LINE, "first": FIRST, **more})


def fresh(row: Conversation) -> Conversation:
    return Conversation.objects.get(pk=row.pk)


def state(row: Conversation) -> str:
    return TakenPrivate.objects.filter(conversation=row).latest("pk").state


def ours() -> list[tuple[str, bool]]:
    return [(post.text, post.private) for post in Post.objects.filter(handle="@westmoor").order_by("pk")]


def answers_directly(text: str = "It is 4 Mill Rise. Rosa Penn.") -> None:
    network.post("@rosa", text, name="Rosa Penn", to="@westmoor")
    let_it_arrive()


def mails(mailbox: Account, text: str, *, sender: str = "rosa@home.example") -> None:
    head = f"From: Rosa Penn <{sender}>\nTo: {mailbox.address}\nSubject: Hello\nMessage-ID: <{sender}>\n"
    keep([(mailbox.pk, Arrived(sender, f"{head}\n{text}\n".encode()))])
    let_it_arrive()


def test_the_direct_message_goes_first_and_the_line_follows_it(row: Conversation, cast: Cast) -> None:
    taken(row, cast)
    assert state(row) == State.WAITS
    undo_time_is_over()
    assert ours() == [(FIRST, True)]
    assert state(row) == State.SAYS
    undo_time_is_over()
    assert ours() == [(FIRST, True), (f"@rosa {LINE}", False)]
    assert state(row) == State.DONE
    assert Entry.objects.filter(verb="conversation.taken_private").count() == 1
    assert went_private(cast.potholes) == 1


def test_it_stays_one_conversation_with_one_clock(row: Conversation, cast: Cast) -> None:
    before = Deadline.objects.get(conversation=row)
    taken(row, cast)
    undo_time_is_over()
    undo_time_is_over()
    asked = fresh(row)
    assert (asked.state, asked.unanswered, asked.due_at) == (Conversation.State.WAITING, True, before.due_at)
    answers_directly()
    there = fresh(row)
    assert Conversation.objects.count() == 1
    assert [(one.text, one.private) for one in Message.objects.filter(direction="in").order_by("pk")][1:] == [
        ("It is 4 Mill Rise. Rosa Penn.", True)
    ]
    assert (there.state, there.private_handle, there.due_at) == (Conversation.State.OPEN, "@rosa", before.due_at)
    assert "4 Mill Rise" not in there.preview
    clock = Deadline.objects.get(conversation=row)
    assert (clock.pk, clock.due_at, clock.stopped_at) == (before.pk, before.due_at, None)
    assert goes_on_in_private(there)
    send(there, "We mend it on Friday.", by=cast.harriet, in_private=True)
    undo_time_is_over()
    assert ours()[-1] == ("We mend it on Friday.", True)
    answered = fresh(row)
    assert not answered.unanswered
    assert Deadline.objects.get(conversation=row).ended == Deadline.Ended.MET


def test_a_direct_message_that_fails_is_not_told_of(
    row: Conversation, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuses(monkeypatch)
    taken(row, cast)
    undo_time_is_over()
    sweep()
    assert ours() == []
    assert state(row) == State.FAILED
    assert fresh(row).taken_private_at is None
    assert Entry.objects.filter(verb="conversation.not_taken_private").count() == 1
    monkeypatch.undo()
    again = TakenPrivate.objects.get()
    assert again.first is not None
    settle(Delivery.objects.get(reply=again.first), arrived=False, by=cast.harriet)
    let_it_arrive()
    undo_time_is_over()
    assert ours() == [(FIRST, True), (f"@rosa {LINE}", False)]
    assert state(row) == State.DONE
    assert fresh(row).unanswered


def refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network takes no direct message to them."""
    publish = network.publish

    def refusing(account: AccountView, outgoing: Outgoing) -> Post:
        if outgoing.private:
            raise ChannelError("They take no direct messages. Reach them another way.", permanent=True)
        return publish(account, outgoing)

    monkeypatch.setattr(network, "publish", refusing)


def test_what_is_taken_back_says_nothing_and_keeps_both_drafts(row: Conversation, cast: Cast) -> None:
    save_draft(row, "We mend it on Friday.", by=cast.harriet)
    first = taken(row, cast).first
    assert first is not None
    begun = own_words(cast.harriet, row)
    assert begun is not None
    assert begun.text == "We mend it on Friday."
    take_back(first, by=cast.harriet)
    first.refresh_from_db()
    assert (first.state, first.text) == (Reply.State.RETURNED, FIRST)
    undo_time_is_over()
    assert ours() == []
    assert (state(row), fresh(row).taken_private_at) == (State.DROPPED, None)


def test_the_line_goes_through_the_same_gate_as_any_answer(row: Conversation, cast: Cast) -> None:
    Trust.objects.filter(user=cast.harriet).update(step=Trust.Step.CHECKED)
    taken(row, cast)
    undo_time_is_over()
    undo_time_is_over()
    assert ours() == [(FIRST, True)]
    waiting = Reply.objects.get(state=Reply.State.SUBMITTED)
    assert (waiting.text, waiting.in_private) == (LINE, False)
    approve(waiting, by=cast.clem, seen=version(waiting))
    undo_time_is_over()
    assert ours()[-1] == (f"@rosa {LINE}", False)
    assert state(row) == State.DONE


def test_who_rehearses_sends_neither(row: Conversation, cast: Cast) -> None:
    Trust.objects.filter(user=cast.harriet).update(step=Trust.Step.REHEARSAL)
    first = taken(row, cast).first
    assert first is not None
    with pytest.raises(NotAllowed):  # it is not for those who only oversee what is public
        approve(first, by=cast.clem, seen=version(first))
    approve(first, by=person("Hal Best", User.Role.RESPONDER, cast.highways), seen=version(first))
    let_it_arrive()
    assert (ours(), state(row), fresh(row).taken_private_at) == ([], State.DROPPED, None)


def test_what_could_not_be_said_in_public_stops_both(row: Conversation, cast: Cast) -> None:
    with pytest.raises(CannotBeDone, match="The public line cannot be sent"):
        taken(row, cast, line="Your NHS number is 999 398 2598.")
    with pytest.raises(CannotBeDone, match="The public line cannot be sent: Write"):
        taken(row, cast, line=" ")
    with pytest.raises(CannotBeDone, match="way is not open"):
        taken(row, cast, route="email-999")
    assert not Reply.objects.exists()
    assert fresh(row).taken_private_at is None


def test_one_at_a_time(row: Conversation, cast: Cast) -> None:
    taken(row, cast)
    with pytest.raises(CannotBeDone, match="Harriet Lowe is taking this private already"):
        taken(row, cast, first="Another.")


def test_a_private_conversation_has_no_such_way(cast: Cast) -> None:
    assert routes(resident_writes(POTHOLE)) == []


def test_the_ways_are_those_that_there_are(row: Conversation, cast: Cast, mailbox: Account) -> None:
    Signpost.objects.create(service=cast.potholes, phone="01632 960 100", page="https://westmoor.example/roads")
    found = {one.kind: one for one in routes(fresh(row))}
    assert list(found) == ["direct", "email", "phone", "page"]
    quote = reference(row.pk)
    for kind, to in (
        ("email", mailbox.address),
        ("phone", "01632 960 100"),
        ("page", "https://westmoor.example/roads"),
    ):
        words = line_for(row, found[TakenPrivate.Route(kind)])
        assert to in words
        assert quote in words
    assert "Westmoor Council" in first_for(fresh(row))
    assert quote in first_for(fresh(row))


def test_by_email_the_first_who_quotes_the_reference_goes_on_here(
    row: Conversation, cast: Cast, mailbox: Account
) -> None:
    due_at = fresh(row).due_at
    taken(row, cast, route=f"email-{mailbox.pk}", line=f"Write to {mailbox.address} and quote {reference(row.pk)}.")
    undo_time_is_over()
    assert state(row) == State.DONE
    mails(mailbox, f"My house is 4 Mill Rise. {reference(row.pk).lower()}")
    there = fresh(row)
    assert Conversation.objects.count() == 1
    assert (there.private_handle, there.private_account, there.due_at) == ("rosa@home.example", mailbox, due_at)
    mails(mailbox, f"No, I am her: {reference(row.pk)}", sender="mallory@else.example")
    assert Conversation.objects.count() == 2
    assert fresh(row).private_handle == "rosa@home.example"
    assert account_of(there, in_private=True) == mailbox
    assert account_of(there) == cast.account
    assert there.contact == Contact.objects.get(name="Rosa Penn", handles__channel="rehearsal")


def test_a_reference_proves_nothing_before_it_was_given_out_or_once_they_have_written(
    row: Conversation, cast: Cast, mailbox: Account
) -> None:
    mails(mailbox, f"Mine is {reference(row.pk)}")
    assert Conversation.objects.count() == 2
    taken(row, cast)
    undo_time_is_over()
    answers_directly()
    mails(mailbox, f"I am her: {reference(row.pk)}", sender="mallory@else.example")
    assert Conversation.objects.count() == 3
    assert quoted(reference(7).replace("-", "\n").upper()) == [7]
    assert quoted(f"PT-{row.pk}-aaaaa, PT-{row.pk}, {reference(row.pk)}x") == []


def test_somebody_elses_direct_message_stays_apart(row: Conversation, cast: Cast) -> None:
    taken(row, cast)
    undo_time_is_over()
    network.post("@kit", "And mine?", name="Kit", to="@westmoor")
    network.post("@kit", "And mine?", name="Kit", to="@westmoor", parent=Post.objects.filter(handle="@rosa").get().pk)
    let_it_arrive()
    assert fresh(row).messages.filter(handle="@kit").count() == 0


def test_a_public_word_after_that_is_answered_in_public_to_the_public_post(row: Conversation, cast: Cast) -> None:
    taken(row, cast)
    undo_time_is_over()
    answers_directly()
    send(fresh(row), "It is mended.", by=cast.harriet)
    undo_time_is_over()
    undo_time_is_over()
    last = Post.objects.filter(handle="@westmoor", private=False).latest("pk")
    assert last.parent is not None
    assert not last.parent.private


def test_any_private_answer_leads_into_private(row: Conversation, cast: Cast) -> None:
    send(row, "Which house is it?", by=cast.harriet, in_private=True)
    undo_time_is_over()
    assert not fresh(row).unanswered  # it was an answer, and not only asked
    answers_directly()
    assert Conversation.objects.count() == 1
    assert (fresh(row).private_handle, fresh(row).unanswered) == ("@rosa", True)


def test_notes_and_what_is_split_off_do_not_become_public(row: Conversation, cast: Cast) -> None:
    before = add_note(row, "She rang.", by=cast.harriet)
    taken(row, cast)
    undo_time_is_over()
    answers_directly("It is 4 Mill Rise.")
    after = add_note(fresh(row), "She is at number 4.", by=cast.harriet)
    assert (before.private, after.private) == (False, True)
    hers = add_note(fresh(row), "How does it stand?", by=cast.clem)
    seen = {one.pk for one in messages(cast.clem, fresh(row))}
    assert {before.pk, hers.pk} <= seen
    assert after.pk not in seen
    private = Message.objects.get(text="It is 4 Mill Rise.")
    other = split(fresh(row), [private.pk], by=cast.harriet)
    assert (other.private, "pub" in other.scope.split()) == (True, False)
    joined = join(fresh(row), other, by=cast.harriet)
    assert Message.objects.get(pk=private.pk).conversation_id == joined.pk


def test_what_goes_on_is_the_conversation_that_was_asked_about(cast: Cast) -> None:
    resident_writes(MISSED_BIN)
    row = resident_writes(POTHOLE, private=False)
    taken(row, cast)
    undo_time_is_over()
    answers_directly("My bins are at 4 Quarry Lane, and my name is Rosa.")
    assert Message.objects.get(text__startswith="My bins").conversation_id == row.pk


@pytest.mark.django_db
def test_who_writes_in_welsh_is_asked_in_welsh(cast: Cast, mailbox: Account) -> None:
    row = resident_writes(
        "Mae twll mawr yn y ffordd ar Mill Rise, a wnewch chi ei drwsio os gwelwch yn dda?", private=False
    )
    assert row.messages.get().language == "cy"
    ways = {one.kind: one for one in routes(fresh(row))}
    assert "Rydym wedi anfon neges uniongyrchol" in " ".join(ways[TakenPrivate.Route.DIRECT].lines)
    assert f"ysgrifennwch at {mailbox.address}" in line_for(row, ways[TakenPrivate.Route.EMAIL])
    assert reference(row.pk) in first_for(fresh(row))
    assert first_for(fresh(row)).startswith("Helo")
