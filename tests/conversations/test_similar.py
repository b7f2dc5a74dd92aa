"""What is like a message is found, near copies first, and never what its reader may not see."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from putthrough.conversations.models import Conversation, Message
from putthrough.conversations.queries import LEAST_LIKE, similar, similar_to
from putthrough.conversations.similar import candidates, held_by, looks
from putthrough.directory.models import User
from tests.body import BIN, DAMP, POTHOLE, World, build
from tests.story import filed, posted, written

pytestmark = pytest.mark.django_db

HOLE = f"A {POTHOLE} outside 14 Quarry Lane has cracked my front axle."
COPY = f"A {POTHOLE} outside 15 Quarry Lane has cracked my back axle."
COUSIN = f"Who pays when the {POTHOLE} in Quarry Lane has cracked a wheel?"
OTHER = f"That {POTHOLE} near the school again"


@pytest.fixture
def town(db: None) -> World:
    return build()


def likenesses(found: list[tuple[Conversation, float]]) -> list[float]:
    return [likeness for _, likeness in found]


def test_a_near_copy_comes_first_then_what_shares_its_rare_words(town: World):
    copy, cousin = written(COPY, by="@pat"), written(COUSIN, by="@lou")
    for number in range(30):
        posted(f"{OTHER}, it is number {number}", by=f"@r{number}")
    row = written(HOLE)
    found = similar(town.people["harriet"], row)
    assert [one for one, _ in found][:2] == [copy, cousin]
    first, second = likenesses(found)[:2]
    assert 0.6 < first < 1
    assert LEAST_LIKE < second < first
    assert likenesses(found) == sorted(likenesses(found), reverse=True)


def test_the_same_words_from_many_people_are_all_alike(town: World):
    for number in range(4):
        posted(HOLE, by=f"@r{number}")
    found = similar(town.people["harriet"], written(HOLE))
    assert likenesses(found) == pytest.approx([1.0] * 4)


def test_a_conversation_is_not_like_itself_and_comes_once(town: World):
    other = written(HOLE, by="@pat")
    assert written(f"{HOLE} Well?", by="@pat") == other
    row = written(HOLE)
    assert written(f"{HOLE} Please answer.") == row
    assert [one for one, _ in similar(town.people["harriet"], row)] == [other]


def test_words_that_only_the_message_itself_holds_do_not_hide_its_copy(town: World):
    copy = written(HOLE, by="@pat")
    row = written(f"{HOLE} zyxa zyxb zyxc zyxd zyxe zyxf zyxg")
    assert [one for one, _ in similar(town.people["harriet"], row)] == [copy]


def test_notes_answers_and_what_machines_wrote_are_not_found(town: World):
    row = written(HOLE, by="@pat")
    Message.objects.filter(conversation=row).update(automatic="bounce")
    assert similar_to(town.people["harriet"], HOLE) == []
    Message.objects.filter(conversation=row).update(automatic="", direction="note")
    assert similar_to(town.people["harriet"], HOLE) == []


@pytest.mark.parametrize("text", ["", "   ", "🙂🙂 🚧", "?!…", "\x00", "\ud800"])
def test_without_words_there_is_nothing(town: World, text: str):
    written(HOLE)
    assert similar_to(town.people["harriet"], text) == []


@pytest.mark.parametrize("text", ["Яма на дороге возле школы", "学校附近的路上有一个大坑，很危险", "حفرة في الطريق"])
def test_another_script_finds_its_copy(town: World, text: str):
    row = written(f"{text} {POTHOLE}")
    found = similar_to(town.people["harriet"], f"{text} {POTHOLE}")
    assert [one for one, _ in found] == [row]
    assert likenesses(found) == pytest.approx([1.0])


def test_a_word_beyond_the_counted_ones_is_told_as_more_common(town: World):
    for number in range(80):
        posted(f"{OTHER} {'sometimes' if number % 2 else ''} {'walrus' if number == 1 else ''}", by=f"@r{number}")
    filed()
    newest = Message.objects.latest("pk").pk
    held = held_by(["school", "sometimes", "walrus", "never"], newest=newest)
    assert held["school"] >= 64
    assert (held["sometimes"], held["walrus"], "never" in held) == (40, 1, False)
    assert len(candidates(held, scopes=None, newest=newest)) == 40  # enough hold two of the words


HOSTILE = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            ["AND", "OR", "NOT", "NEAR(", '"', "'", "*", "^", "text:", ")", "(", "&", "|", "!", "\\", POTHOLE]
        ),
        max_size=30,
    ).map(" ".join),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
@example(text=f"{POTHOLE} " * 12_000)
@example(text="word" * 25_000)
@example(text=" ".join(f"w{number}" for number in range(20_000)))
@example(text="İstanbul ﬁne straße naïve naïve")
def test_whatever_is_asked_gives_a_list_in_order(quarry: World, text: str):
    found = similar_to(quarry.people["harriet"], text)
    assert all(LEAST_LIKE <= likeness <= 1 for likeness in likenesses(found))
    assert likenesses(found) == sorted(likenesses(found), reverse=True)


@pytest.fixture
def quarry(town: World) -> World:
    """The same matter, said in private to three teams and once in public to a fourth."""
    for word in (POTHOLE, BIN, DAMP):
        posted(f"In Quarry Lane the {word} is worse than last winter", by=f"@{word}")
    posted("In Quarry Lane it is worse than last winter, says everybody", by="@open", private=False)
    filed()
    return town


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.sampled_from(["tess", "harriet", "hugh", "wilf", "hana", "otto", "clem", "ivy", "ada"]),
    words=st.lists(st.sampled_from(f"in Quarry Lane the {POTHOLE} {BIN} {DAMP} worse than last winter".split())),
)
@example(who="wilf", words=["Quarry", "Lane", "worse", "winter", POTHOLE])
def test_nobody_is_shown_what_they_may_not_see(quarry: World, who: str, words: list[str]):
    viewer = quarry.user(who)
    shown = {one.pk for one, _ in similar_to(viewer, " ".join(words), limit=9)}
    assert shown <= _theirs(viewer)


def _theirs(viewer: User) -> set[int]:
    """By the roles' own words, not by the door: their teams' for everybody, what is public for who oversees it."""
    if viewer.role == User.Role.ADMINISTRATOR:
        return set()
    rows = Conversation.objects.all()
    if viewer.role == User.Role.INFORMATION_GOVERNANCE:
        return set(rows.values_list("pk", flat=True))
    theirs = set(rows.filter(owner__in=viewer.teams.all()).values_list("pk", flat=True))
    if viewer.role in (User.Role.COMMS_LEAD, User.Role.TRIAGER):
        theirs |= set(rows.filter(private=False).values_list("pk", flat=True))
    return theirs


def test_who_may_see_it_is_shown_it(quarry: World):
    text = "In Quarry Lane it is worse than last winter"
    expected = {"harriet": 1, "hugh": 2, "otto": 0, "clem": 1, "ivy": 4, "ada": 0}
    assert {who: len(similar_to(quarry.user(who), text)) for who in expected} == expected


@given(st.permutations([f"word{at}" for at in range(12)]), st.sets(st.integers(0, 11), max_size=3))
def test_who_lacks_fewer_words_than_there_are_hands_holds_one_entire(said: list[str], lacks: set[int]):
    kept = {word for at, word in enumerate(said) if at not in lacks}
    hands = [hand for groups, unless in looks(sorted(said), said) if unless > 1000 for hand in groups]
    assert any(kept.issuperset(hand) for hand in hands)
    assert all(len(hand) >= 3 for hand in hands)
