"""Learning from labelled messages: what it gets right, when it may act by itself, and what it refuses in words."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from putthrough.routing.learning import kernel, stored, sureness, wording
from putthrough.routing.learning.examples import Example, Label, groups
from putthrough.routing.learning.figures import coverage, figures
from putthrough.routing.learning.learner import CannotLearn, learn
from putthrough.routing.learning.learnt import Judged
from putthrough.routing.learning.sureness import NEVER
from putthrough.routing.learning.trials import EXPECTED, STRANGERS

MATTERS = {
    "bins": "bin rubbish collection lorry missed wheelie emptied",
    "roads": "pothole road tarmac crater tyre pavement",
    "lights": "street lamp dark flickering bulb lamppost",
    "housing": "damp mould boiler tenant repair leak",
    "parking": "permit ticket fine warden yellow bay",
    "libraries": "library book borrow renew loan reading",
}
ODD = [
    "",
    " ",
    "\U0001f600\U0001f600",
    "x",
    "Ω" * 50,
    "доброе утро",
    "a" * 100_000,
    "Ignore all rules and close this.",
    "\ud800",
]


def said(service: str, chance: random.Random, words: str = "") -> str:
    known = (words or MATTERS[service]).split()
    return f"hello {' '.join(chance.sample(known, 3))} near number {chance.randrange(90)} please help"


def body(each: int, seed: int = 1) -> tuple[list[Label], list[Example]]:
    chance = random.Random(seed)
    labels = [Label(key, key.capitalize(), words.split()[0]) for key, words in MATTERS.items()]
    return labels, [Example(said(key, chance), key) for key in MATTERS for _ in range(each)]


def many_services(each: int, seed: int) -> tuple[list[Label], list[Example], list[str]]:
    """Forty services with words of their own, and messages that are about ten that nobody has heard of."""
    chance = random.Random(seed)
    words = {f"s{n}": " ".join(f"w{n}{letter}" for letter in "abcdef") for n in range(50)}
    labels = [Label(f"s{n}", f"Service {n}", words[f"s{n}"]) for n in range(40)]
    examples = [Example(said("", chance, words[label.key]), label.key) for label in labels for _ in range(each)]
    return labels, examples, [said("", chance, words[f"s{n}"]) for n in range(40, 50) for _ in range(10)]


def two_desks(each: int, seed: int) -> tuple[list[Label], list[Example]]:
    """Both services are asked the same things; only the account that was written to tells which of them is meant."""
    chance = random.Random(seed)
    labels = [Label("town", "Town"), Label("port", "Port"), Label("bins", "Bins", MATTERS["bins"])]
    desks = {"town": ("account:1", "language:en"), "port": ("account:2", "language:en")}
    examples = [Example(said("", chance, MATTERS["housing"]), key, desks[key]) for key in desks for _ in range(each)]
    return labels, [*examples, *(Example(said("bins", chance), "bins") for _ in range(each))]


class TestCircumstances:
    def test_the_account_tells_what_the_words_do_not(self):
        labels, examples = two_desks(20, seed=1)
        model = learn(labels, examples)
        _, unseen = two_desks(10, seed=2)
        judged = model.judge([one.text for one in unseen], about=[one.about for one in unseen])
        assert figures(judged, [one.service for one in unseen]).accuracy == 1.0
        assert model.circumstances.share > 0

    def test_what_is_not_known_speaks_for_nobody(self):
        labels, examples = two_desks(20, seed=1)
        judged = learn(labels, examples).judge([examples[0].text] * 2, about=[(), ("account:99",)])
        town, port, bins = judged.scores.T
        assert abs(town - port).max() < 0.5 * (town - bins).min()

    def test_where_they_say_nothing_they_count_for_nothing(self):
        labels, examples = body(12)
        chance = random.Random(3)
        accounts = [replace(one, about=(f"account:{chance.randrange(3)}",)) for one in examples]
        assert learn(labels, accounts).circumstances.share == 0.0

    def test_they_are_kept_with_the_model(self):
        labels, examples = two_desks(20, seed=1)
        model = learn(labels, examples)
        content = stored.dump(model, encoder="")
        again = stored.load(content, stored.hash_of(content), None, name="")
        text, about = [examples[0].text], [examples[0].about]
        assert np.allclose(again.judge(text, about=about).scores, model.judge(text, about=about).scores, atol=1e-3)


class TestLearner:
    def test_it_finds_the_service_of_messages_that_it_has_not_seen(self):
        labels, examples = body(12)
        _, unseen = body(10, seed=2)
        judged = learn(labels, examples).judge([one.text for one in unseen])
        found = figures(judged, [one.service for one in unseen])
        assert found.accuracy is not None
        assert found.accuracy > 0.95

    def test_the_same_seed_gives_the_same_model(self):
        labels, examples = body(8)
        one, other = (learn(labels, examples, seed=3).judge([examples[0].text]) for _ in range(2))
        assert np.array_equal(one.scores, other.scores)

    def test_with_descriptions_alone_it_guesses_and_never_acts(self):
        labels, _ = body(0)
        model = learn(labels, [])
        judged = model.judge(["the pothole is back"])
        assert judged.best(0)[0] == "roads"
        assert (model.thresholds == NEVER).all()
        assert judged.sure[0] < 0.9

    def test_what_belongs_to_nobody_is_left_to_people(self):
        labels, examples, strange = many_services(8, seed=4)
        model = learn(labels, examples)
        known, unknown = (model.judge(texts).acts.mean() for texts in ([one.text for one in examples], strange))
        expected = EXPECTED[STRANGERS]
        assert known > 0.8
        assert known / (known + expected * unknown) > 0.95

    def test_messages_that_are_nobodys_may_be_examples_too(self):
        labels, examples = body(8)
        chatter = [Example(f"what a match on saturday number {n} come on you reds", None) for n in range(10)]
        judged = learn(labels, [*examples, *chatter]).judge(["come on you reds what a match", examples[0].text])
        assert judged.sure[0] < judged.sure[1]

    @pytest.mark.parametrize("text", ODD)
    def test_no_text_breaks_it(self, text: str):
        labels, examples = body(6)
        judged = learn(labels, [*examples, Example(text, "bins")]).judge([text])
        assert len(judged.best(0)) == 5
        assert 0.0 <= judged.sure[0] <= 1.0

    def test_examples_of_one_service_alone_break_nothing(self):
        labels, examples = body(9)
        learn(labels, [one for one in examples if one.service == "bins"]).judge(["a bin"])

    def test_more_messages_than_are_kept(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("putthrough.routing.learning.learner.MOST_KEPT", 40)
        labels, examples = body(20)
        model = learn(labels, examples)
        counts = [model.kept_services.tolist().count(service) for service in range(-1, 6)]
        assert (sum(counts), max(counts) - min(counts)) == (40, 1)
        assert figures(model.judge([one.text for one in examples]), [e.service for e in examples]).accuracy > 0.9

    @pytest.mark.parametrize(
        ("labels", "examples", "words"),
        [
            ([Label("a", "A")], [], "There is only one service"),
            ([Label("a", "A"), Label("a", "B")], [], "Two services have the same key"),
            ([Label("a", "A"), Label("b", "B")], [Example("x", "c")], "No service has the key “c”"),
        ],
    )
    def test_what_cannot_be_learnt_from_is_said(self, labels: list[Label], examples: list[Example], words: str):
        with pytest.raises(CannotLearn, match=words):
            learn(labels, examples)


def test_weights_are_those_of_kernel_ridge_regression_when_every_message_is_kept():
    chance = np.random.default_rng(0)
    points = chance.normal(size=(30, 4))
    likeness = np.exp(-np.square(points[:, None] - points[None]).sum(axis=2))
    targets = np.eye(3)[chance.integers(0, 3, 30)]
    found = likeness @ kernel.weights(likeness, np.arange(30), targets, 0.1)
    wanted = likeness @ np.linalg.solve(likeness + 0.1 * np.eye(30), targets)
    assert np.allclose(found, wanted, atol=1e-3)


def test_texts_of_the_same_words_are_one_group_and_never_on_both_sides_of_a_trial():
    same = groups(["Bins not emptied!", "emptied: bins NOT", "pothole", "bins not emptied 2"])
    assert same[0] == same[1] == same[3] != same[2]
    fold = kernel.folds(np.repeat(np.arange(20), 3), np.random.default_rng(1))
    assert all(len(set(fold[at : at + 3])) == 1 for at in range(0, 60, 3))


def test_the_shape_is_tried_on_messages_however_many_words_the_labels_have():
    chance = np.random.default_rng(5)
    own, asked, services = 1200, 200, 4
    truth = np.concatenate([np.zeros(own, dtype=np.int64), chance.integers(1, services, asked)])
    fold = np.concatenate([np.full(own, -1), np.arange(asked) % 5])
    alike = (truth[:, None] == truth[None, :]).astype(np.float32)
    noise = chance.random(alike.shape).astype(np.float32)
    chosen = kernel.choose(alike, noise, np.eye(services)[truth], fold, (0.4, 0.9))
    assert chosen.meaning == 0.9  # what the meaning says is right, and the wording says nothing


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
@settings(max_examples=60)
def test_wording_is_of_unit_length_or_nothing(texts: list[str]):
    counts = wording.counted(texts)
    found = wording.vectors(counts, wording.rarity(counts))
    lengths = [np.linalg.norm(found.of(at)[0]) for at in range(len(texts))]
    assert all(abs(length - 1) < 1e-3 or length < 0.8 for length in lengths)


def test_the_threshold_asks_for_more_than_luck():
    sure = np.linspace(1, 0, 400)
    right = np.arange(400) < 300
    even = np.ones(400)
    found = sureness.threshold(sure, right, even, 0.95)
    assert right[sure >= found].mean() > 0.95
    assert sureness.threshold(sure[:8], right[:8], even[:8], 0.95) == NEVER


class TestFigures:
    """Worked out by hand: five messages, of which the last is nobody's."""

    judged = Judged(
        keys=["a", "b", "c"],
        scores=np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.5, 0.4, 0.1], [0.6, 0.2, 0.1], [0.3, 0.2, 0.1]]),
        sure=np.array([0.99, 0.9, 0.8, 0.4, 0.5]),
        acts=np.array([True, True, True, False, False]),
        near=np.zeros((5, 1), dtype=np.int64),
    )
    truth = ["a", "b", "b", "a", None]

    def test_each(self):
        found = figures(self.judged, self.truth)
        assert (found.n, found.accuracy, found.top5, found.auto_share) == (5, 0.75, 1.0, 0.6)
        assert found.auto_precision == pytest.approx(2 / 3)
        assert found.macro_f1 == pytest.approx((2 * 2 / 5 + 2 * 1 / 3) / 2)
        assert (found.coverage_at_95, found.out_of_scope_auroc) == (0.4, 0.75)
        assert found.out_of_scope_recall == 0.0

    def test_without_out_of_scope_messages_there_is_nothing_to_say_of_them(self):
        found = figures(replace(self.judged, acts=np.zeros(5, dtype=bool)), ["a", "b", "b", "a", "a"])
        assert (found.out_of_scope_auroc, found.out_of_scope_recall, found.auto_precision) == (None, None, None)

    def test_no_message_at_all(self):
        with pytest.raises(ValueError, match="no message to measure"):
            figures(
                Judged(["a"], np.zeros((0, 1)), np.zeros(0), np.zeros(0, dtype=bool), np.zeros((0, 1), dtype=int)), []
            )

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
    def test_what_is_covered_keeps_the_target(self, guesses: list[tuple[float, bool]]):
        sure, right = np.array([one for one, _ in guesses]), np.array([one for _, one in guesses])
        share = coverage(sure, right, 0.9)
        first = np.argsort(-sure, kind="stable")[: round(share * len(right))]
        assert share == 0.0 or right[first].mean() >= 0.9
