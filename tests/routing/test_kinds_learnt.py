"""The weights behind the kinds: what they came from, what is weird, and what happens without them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import fit_kinds
from bench._kinds import HELD_OUT, everyday, labelled
from putthrough.routing import heard, learned
from putthrough.routing.heard import told
from putthrough.routing.kinds import detect, learnt
from putthrough.routing.kinds.detect import Kind, guesses, kinds
from putthrough.routing.meaning import adapted
from putthrough.routing.models import KindFound

PLEA = "nobody would notice, i have written the letters and i know how i am going to do it"
PLAIN = "The bench by the pond wants a lick of paint and the bin next to it is often full in summer. "


def test_the_kinds_that_are_told_are_those_that_are_kept() -> None:
    assert [str(kind) for kind in Kind] == KindFound.Kind.values


def test_the_weights_came_from_the_messages_and_cues_that_are_here() -> None:
    text = fit_kinds.TARGET.read_text(encoding="utf-8")
    assert fit_kinds.digest() in text, "Run bench/run fit_kinds: messages or cues have changed."


def test_nothing_that_is_held_out_is_learnt_from() -> None:
    rows = fit_kinds.training()
    assert {row.half for row in rows if row.id.startswith("k")} == {fit_kinds.TUNE}
    held = {row.text for row in labelled() if row.half == HELD_OUT} | set(everyday())
    assert held.isdisjoint(row.text for row in rows)


def test_a_plea_in_the_midst_of_a_long_letter_is_heard() -> None:
    assert "risk_to_life" in {guess.kind for guess in kinds(PLEA)}
    assert "risk_to_life" in {guess.kind for guess in kinds(PLAIN * 12 + PLEA + ". " + PLAIN * 12)}


@pytest.mark.parametrize("text", ["", " ", "\0", "🧨" * 400, "\u202eabc\u202c", "a" * 100_000, "bin " * 30_000])
def test_odd_texts_are_read(text: str) -> None:
    assert all(0 <= guess.confidence <= 1 for guess in guesses(text))


@given(st.lists(st.sampled_from([*PLEA.split(), *PLAIN.split(), "🧨", "?"]), max_size=200).map(" ".join))
def test_the_words_that_counted_stand_in_the_message(text: str) -> None:
    squeezed = " ".join(text.split())
    for guess in guesses(text):
        assert all(words in squeezed for words in guess.words)
    assert guesses(text) == guesses(text)


def test_without_weights_the_cues_speak_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learnt, "FILE", "gone.txt")
    learnt.weights.cache_clear()
    try:
        assert learnt.weights() is None
        assert {str(guess.kind): guess.confidence for guess in guesses("i want to die tonight")} == {
            kind: round(score, 3) for kind, score in detect.by_cues("i want to die tonight").items() if score >= 0.05
        }
    finally:
        learnt.weights.cache_clear()


@pytest.mark.parametrize(
    "line", ["kind\tsar", "kind\tsar\talone:much", "term\tfile\tsar", "term\tfile\tsar:1", "cue\tsar", "something"]
)
def test_a_file_that_cannot_be_read_says_where(line: str) -> None:
    with pytest.raises(ValueError, match=r"weights\.txt"):
        learnt.read(f"# made\n{line}\n")


def test_with_an_encoder_more_is_heard_than_words_say() -> None:
    plea = "You can delete my records after tonight, you won't be needing them. Tell the kids I tried."
    assert told(plea), "scripts/setup --dev installs the encoder"
    assert "risk_to_life" in {guess.kind for guess in kinds(plea, told=told(plea))}


def test_what_the_encoder_was_taught_are_the_kinds_that_there_are() -> None:
    assert list(adapted.kinds()) == [str(kind) for kind in Kind]


def test_points_of_routing_are_those_of_the_encoder_alone() -> None:
    """What directories remember under the encoder's name stays true."""
    means = learned.encoder()
    assert means is not None
    texts = ["There is a pothole in my street", "", "Ωμέγα"]
    points, upper = means.encode_twice(texts)
    assert (points == means.encode(texts)).all()
    assert points.shape == upper.shape == (3, means.width)


def test_only_the_newest_messages_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "_REMEMBERED", 2)
    for number in range(3):
        heard.told(f"message {number}")
    assert list(heard._told) == ["message 1", "message 2"]
