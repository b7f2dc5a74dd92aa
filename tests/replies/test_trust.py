"""Steps of trust, somebody to look first, and the one gate that every door ends at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from putthrough.conversations.actions import CannotBeDone
from putthrough.conversations.models import Conversation, Message
from putthrough.delivery.actions import prepare, settle
from putthrough.delivery.by_hand import note_by_hand
from putthrough.delivery.models import Delivery
from putthrough.directory.access import NotAllowed
from putthrough.directory.models import User
from putthrough.handover.actions import pass_on
from putthrough.replies import queries, trusting
from putthrough.replies.actions import Waiting, save_draft, send, take_back
from putthrough.replies.approving import approve, approve_many, give_back, version
from putthrough.replies.findings import object_to
from putthrough.replies.models import Reply, Review, Trust
from putthrough.replies.states import REPLIES, STEPS, UP, check
from tests.body import POTHOLE, World, build
from tests.doubles.scripted import NETWORK
from tests.story import filed, written

pytestmark = pytest.mark.django_db
Step, State = Trust.Step, Reply.State
ANSWER = "Thank you. The crew comes on Friday."


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(clock: time_machine.Traveller) -> World:
    """Harriet is new to answering in public; Hugh, of her team, and Clem, who leads communications, are trusted."""
    world = build()
    put(world.people["harriet"], Step.CHECKED)
    return world


@pytest.fixture
def row(town: World) -> Conversation:
    return written(f"a {POTHOLE}", private=False)


def put(user: User, step: str) -> None:
    Trust.objects.filter(user=user).update(step=step)


def leave(clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(seconds=11))
    filed()


def approved(reply: Reply, by: User) -> Reply:
    return approve(reply, by=by, seen=version(reply))


# The steps


def test_a_public_answer_of_somebody_new_waits_until_another_approves_it(town, row, clock):
    waits = send(row, ANSWER, by=town.people["harriet"])
    leave(clock)
    assert (waits.state, NETWORK.texts) == (State.SUBMITTED, [])
    approved(waits, town.people["hugh"])
    leave(clock)
    assert NETWORK.texts == [ANSWER]
    sent = Message.objects.get(text=ANSWER)
    assert sent.name == "Harriet", "it is her answer"


def test_in_private_somebody_who_is_checked_answers_alone(town, clock):
    private = written(f"a {POTHOLE}", private=True)
    send(private, ANSWER, by=town.people["harriet"])
    leave(clock)
    assert NETWORK.texts == [ANSWER]


@pytest.mark.parametrize("private", [True, False])
def test_what_is_written_in_rehearsal_goes_nowhere_and_is_looked_at(town, clock, private):
    row = written(f"a {POTHOLE}", private=private)
    put(town.people["harriet"], Step.REHEARSAL)
    practice = approved(send(row, ANSWER, by=town.people["harriet"]), town.people["hugh"])
    leave(clock)
    row.refresh_from_db()
    assert (practice.state, NETWORK.texts, row.unanswered) == (State.PRACTISED, [], True)
    assert trusting.row_for(town.people["harriet"], row.channel).in_a_row == 1


def test_somebody_without_a_step_is_checked(town, row):
    Trust.objects.filter(user=town.people["harriet"]).delete()
    assert send(row, ANSWER, by=town.people["harriet"]).state == State.SUBMITTED


@pytest.mark.parametrize(
    ("who", "may"),
    [("hugh", True), ("clem", True), ("harriet", False), ("wilf", False), ("ivy", False), ("ada", False)],
)
def test_who_may_look_at_it(town, row, who, may):
    waits = send(row, ANSWER, by=town.people["harriet"])
    assert (waits in queries.waiting(town.user(who))) == may
    if not may:
        with pytest.raises(NotAllowed):
            approved(waits, town.user(who))


def test_whoever_is_not_trusted_there_approves_nothing(town, row):
    put(town.people["hugh"], Step.CHECKED)
    waits = send(row, ANSWER, by=town.people["harriet"])
    with pytest.raises(NotAllowed):
        approved(waits, town.user("hugh"))


def test_a_buddy_and_whoever_stands_in_for_them_may_look_where_they_see_it(town, row):
    wilf, tess, harriet = town.people["wilf"], town.people["tess"], town.people["harriet"]
    trusting.set_buddy(harriet, "", tess, by=town.people["clem"])
    waits = send(row, ANSWER, by=harriet)
    assert waits in queries.waiting(town.user("tess"))
    pass_on(row, town.teams["waste"], by=harriet)
    row.refresh_from_db()
    pass_on(row, town.teams["highways"], by=town.user("wilf"))
    assert waits not in queries.waiting(town.user("wilf"))
    trusting.set_away(tess, date(2026, 3, 4), wilf, by=town.people["clem"])
    assert waits in queries.waiting(town.user("wilf")), "they watch it, and stand in for the buddy"
    assert queries.who_looks(waits) == "Wilf"


def test_enough_clean_approvals_offer_the_next_step_and_a_person_says_yes(town, row, clock):
    harriet, clem = town.people["harriet"], town.people["clem"]
    for number in range(5):
        approved(send(row, f"{ANSWER} {number}", by=harriet), town.people["hugh"])
    assert trusting.step_of(harriet, row.channel) == Step.CHECKED, "never by itself"
    (offer,) = queries.offers(clem, rise_after=5)
    with pytest.raises(CannotBeDone, match="Nobody decides on their own step"):
        trusting.rise(offer, by=harriet)
    with pytest.raises(NotAllowed):
        trusting.rise(offer, by=town.people["hugh"])
    trusting.rise(offer, by=clem)
    assert trusting.step_of(harriet, row.channel) == Step.TRUSTED
    assert queries.offers(clem, rise_after=5) == []


def test_an_answer_that_came_back_begins_the_count_anew(town, row):
    harriet, hugh = town.people["harriet"], town.people["hugh"]
    approved(send(row, ANSWER, by=harriet), hugh)
    give_back(send(row, f"{ANSWER} again", by=harriet), by=hugh, reason="Say when.")
    assert trusting.row_for(harriet, row.channel).in_a_row == 0


def test_a_withdrawn_answer_puts_its_writer_back_to_checked_there_and_nowhere_else(town, row, clock):
    hugh = town.people["hugh"]
    send(row, ANSWER, by=hugh)
    leave(clock)
    Message.objects.filter(text=ANSWER).update(withdrawn_at=datetime.now(UTC))
    filed()
    assert trusting.step_of(hugh, row.channel) == Step.CHECKED
    assert trusting.step_of(hugh, "email") == Step.TRUSTED


def test_steps_are_set_one_at_a_time_with_a_reason_by_those_who_may_and_not_by_oneself(town):
    harriet, clem, ada = (town.people[key] for key in ("harriet", "clem", "ada"))
    trusting.set_step(harriet, "scripted", Step.REHEARSAL, by=clem, reason="She asked for it.")
    with pytest.raises(CannotBeDone, match="One step at a time"):
        trusting.set_step(harriet, "scripted", Step.TRUSTED, by=clem, reason="Because.")
    with pytest.raises(CannotBeDone, match="Say why"):
        trusting.set_step(harriet, "scripted", Step.CHECKED, by=ada, reason=" ")
    with pytest.raises(CannotBeDone, match="own step"):
        trusting.set_step(clem, "scripted", Step.CHECKED, by=clem, reason="Modesty.")
    with pytest.raises(NotAllowed):
        trusting.set_step(harriet, "scripted", Step.CHECKED, by=town.people["hugh"], reason="Kindness.")
    assert trusting.step_of(harriet, "scripted") == Step.REHEARSAL
    assert trusting.step_of(harriet, "email") == Step.CHECKED


# Looking


def test_words_that_are_changed_say_why_and_show_the_difference(town, row, clock):
    waits = send(row, ANSWER, by=town.people["harriet"])
    with pytest.raises(CannotBeDone, match="Say why you changed it"):
        approve(waits, by=town.people["hugh"], seen=version(waits), text="We come on Friday.")
    approve(waits, by=town.people["hugh"], seen=version(waits), text="We come on Friday.", reason="Shorter.")
    leave(clock)
    (said,) = queries.reviews_of(town.people["harriet"], row)
    assert NETWORK.texts == ["We come on Friday."]
    assert (said.before, said.after, said.reason) == (ANSWER, "We come on Friday.", "Shorter.")
    assert trusting.row_for(town.people["harriet"], row.channel).in_a_row == 0


def test_what_came_back_is_there_to_go_on_with(town, row):
    harriet = town.people["harriet"]
    back = give_back(send(row, ANSWER, by=harriet), by=town.people["hugh"], reason="Say when.")
    assert queries.own_words(harriet, row) == back
    again = send(row, f"{ANSWER} At nine.", by=harriet)
    assert (again.pk, again.state) == (back.pk, State.SUBMITTED)


def test_what_came_back_never_overwrites_what_was_begun_since(town, row):
    harriet = town.people["harriet"]
    waits = send(row, ANSWER, by=harriet)
    save_draft(row, "And another thing", by=harriet)
    give_back(waits, by=town.people["hugh"], reason="Say when.")
    assert queries.own_words(harriet, row).text == "And another thing"
    assert [one.text for one in queries.on_their_way(harriet, row)] == [ANSWER]
    assert queries.on_their_way(town.people["hugh"], row) == [], "what came back is its writer's alone"


def test_nobody_approves_what_they_have_not_seen(town, row):
    harriet = town.people["harriet"]
    waits = send(row, ANSWER, by=harriet)
    seen = version(waits)
    send(row, "Something else", by=harriet, instead=True)
    take_back(Reply.objects.get(state=State.SUBMITTED), by=harriet)
    with pytest.raises(CannotBeDone, match="does not wait any more"):
        approve(waits, by=town.people["hugh"], seen=seen)
    other = send(row, "Something else again", by=harriet)
    with pytest.raises(CannotBeDone, match="changed since you looked"):
        approve(other, by=town.people["hugh"], seen=seen)


def test_a_second_answer_asks_before_it_goes_instead_of_a_waiting_one(town, row, clock):
    send(row, ANSWER, by=town.people["harriet"])
    with pytest.raises(Waiting, match="An answer by Harriet waits here"):
        send(row, "On it.", by=town.people["hugh"])
    send(row, "On it.", by=town.people["hugh"], instead=True)
    leave(clock)
    assert NETWORK.texts == ["On it."]
    assert queries.own_words(town.people["harriet"], row).text == ANSWER, "her words are kept"
    assert Review.objects.get().verdict == Review.Verdict.SUPERSEDED


def test_several_are_approved_at_once_but_for_those_that_need_a_look_of_their_own(town, clock):
    rows = [written(f"a {POTHOLE}", by=f"@sam{n}", private=False) for n in range(3)]
    texts = ["One.", "We guarantee it.", "Three."]
    waiting = [send(row, text, by=town.people["harriet"]) for row, text in zip(rows, texts, strict=True)]
    seen = {one.pk: version(one) for one in waiting} | {waiting[2].pk: "stale"}
    done, not_done = approve_many(seen, by=town.people["hugh"])
    leave(clock)
    assert ([one.text for one in done], NETWORK.texts) == (["One."], ["One."])
    assert [("check found" in words, "changed since" in words) for words in not_done] == [(True, False), (False, True)]


def test_whoever_approved_it_can_stop_it_and_it_waits_again(town, row, clock):
    waits = approved(send(row, ANSWER, by=town.people["harriet"]), town.people["hugh"])
    assert take_back(waits, by=town.people["hugh"]).state == State.SUBMITTED
    leave(clock)
    assert NETWORK.texts == []


# The gate


def forged(row: Conversation, by: User, **values: object) -> Reply:
    """A row that was written past every action."""
    return Reply.objects.create(
        conversation=row, author=by, text=ANSWER, state=State.HELD, send_at=datetime.now(UTC), **values
    )


@pytest.mark.parametrize("values", [{}, {"clearance": "f" * 64}], ids=["no seal", "a wrong seal"])
def test_a_held_answer_that_nobody_let_go_is_looked_at_instead_of_sent(town, row, clock, values):
    reply = forged(row, town.people["hugh"], cleared_by=town.people["clem"], **values)
    leave(clock)
    reply.refresh_from_db()
    assert (reply.state, NETWORK.texts) == (State.SUBMITTED, [])
    approved(reply, town.people["clem"])
    leave(clock)
    assert NETWORK.texts == [ANSWER]


def change_text(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(text="Something that nobody read")


def to_public(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(in_private=not reply.in_private)


def step_falls(reply: Reply) -> None:
    put(reply.author, Step.CHECKED)


@pytest.mark.parametrize("meanwhile", [change_text, to_public, step_falls])
def test_what_is_different_from_what_was_cleared_does_not_leave(town, row, clock, meanwhile: Callable[[Reply], None]):
    held = send(row, ANSWER, by=town.people["hugh"])
    meanwhile(held)
    leave(clock)
    held.refresh_from_db()
    assert (held.state, NETWORK.texts) == (State.SUBMITTED, [])


def test_words_changed_between_two_attempts_do_not_leave_either(town, row, clock):
    send(row, ANSWER, by=town.people["hugh"])
    clock.shift(timedelta(seconds=11))
    prepare()
    change_text(Reply.objects.get())
    filed()
    assert (Delivery.objects.get().state, NETWORK.texts) == (Delivery.State.FAILED, [])
    settle(Delivery.objects.get(), arrived=False, by=town.people["hugh"])
    filed()
    assert NETWORK.texts == []


def test_an_answer_given_on_the_network_itself_is_for_those_who_may_speak_there(town, row):
    with pytest.raises(CannotBeDone, match="Somebody looks at your answers"):
        note_by_hand(row, ANSWER, "https://network.example/1", by=town.people["harriet"])
    note_by_hand(row, ANSWER, "https://network.example/1", by=town.people["hugh"])


# Checks in their place


def test_what_is_forbidden_says_what_to_do_and_what_needs_a_second_pair_of_eyes_waits(town, row):
    with pytest.raises(CannotBeDone, match=r"NHS number.*answer in private"):
        send(row, "Your NHS number is 999 398 2598.", by=town.people["hugh"])
    waits = send(row, "We guarantee it.", by=town.people["hugh"])
    assert (waits.state, [one["key"] for one in waits.findings]) == (State.SUBMITTED, ["promise"])


def test_a_finding_that_is_marked_as_wrong_lets_a_second_person_decide(town, row):
    said, hugh = "Your reference is NHS 999 398 2598.", town.people["hugh"]
    draft = save_draft(row, said, by=hugh)
    with pytest.raises(CannotBeDone, match="why it is wrong"):
        object_to(draft, "nhs_number", " ", by=hugh)
    object_to(draft, "nhs_number", "It is our order number.", by=hugh)
    waits = send(row, said, by=hugh)
    assert (waits.state, waits.findings[0]["objection"]) == (State.SUBMITTED, "It is our order number.")
    take_back(waits, by=hugh)
    with pytest.raises(CannotBeDone):
        send(row, "Your reference is NHS 999 791 9076.", by=hugh)


# The graphs


def test_the_graphs_are_whole_and_a_broken_one_is_refused_at_import():
    assert set(REPLIES) == set(State.values)
    assert set(STEPS) == set(Step.values)
    assert all(end in STEPS[start] for start, end in UP.items())
    with pytest.raises(ValueError, match="does not declare"):
        check({"a": {"b"}}, "a")
    with pytest.raises(ValueError, match="nothing leads"):
        check({"a": set(), "b": {"a"}}, "a")


@given(path=st.lists(st.integers(0, 5), max_size=12))
def test_whatever_way_a_reply_goes_it_leaves_from_held_alone(path: list[int]):
    state = "draft"
    for turn in path:
        ends = sorted(REPLIES[state])
        if not ends:
            return
        before, state = state, ends[turn % len(ends)]
        if state == "leaving":
            assert before in ("held", "failed", "unsure"), "only what was held, or held before, leaves"
