"""The directory by what its phrases mean: on the first day, before anybody has taught anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.directory.actions import changed
from putthrough.routing import heard, learned
from putthrough.routing.encode import encode_directory, encoded
from putthrough.routing.known import KnownService, known, known_or_starter, of_starter
from putthrough.routing.lexical import Index
from putthrough.routing.meaning import found
from putthrough.routing.meaning.weights import ForeignWeights
from putthrough.routing.meant import Meant, guesses, phrases
from putthrough.routing.models import Point
from tests.body import World, build
from tests.story import written

SAYS_IT_OTHERWISE = "our wheelie wasn't taken by the refuse lorry this morning"


def service(key: str, name: str, *synonyms: str) -> KnownService:
    return KnownService(1, key, name, None, "", synonyms, "", 1, "Team", 5)


SERVICES = [
    service("bins", "Missed bin", "bin not emptied", "rubbish was not collected"),
    service("lamps", "Street lights", "lamp post out", "street is dark"),
    service("books", "Libraries", "borrow a book", "library card"),
]


@pytest.fixture(scope="module")
def meant() -> Meant:
    means = learned.encoder()
    assert means is not None, "scripts/setup --dev installs the encoder"
    said = [phrase for one in SERVICES for phrase in phrases(one)]
    made = Meant.of(SERVICES, dict(zip(said, means.encode(said), strict=True)))
    assert made is not None
    return made


def guessed(text: str, meant: Meant):
    return guesses(text, Index.build(SERVICES), meant, heard.meanings([text])[0])


class TestMeaning:
    def test_what_is_said_in_other_words_is_found_and_the_phrase_says_why(self, meant: Meant):
        assert not Index.build(SERVICES).match("it is pitch black outside at night").candidates
        first, *_ = guessed("it is pitch black outside at night", meant)
        assert (first.key, first.alike) == ("lamps", "street is dark")

    def test_words_still_count_and_are_named(self, meant: Meant):
        first, *_ = guessed("the lamp post is out", meant)
        assert first.key == "lamps"
        assert "lamp post" in " ".join(first.words)

    def test_what_is_like_nothing_has_no_guess(self, meant: Meant):
        assert guessed("happy birthday to my cousin", meant) == []

    def test_a_phrase_without_its_point_leaves_words_alone(self):
        assert Meant.of(SERVICES, {}) is None
        assert Meant.of([], {}) is None

    @given(st.text(max_size=200))
    def test_any_text_has_confidences_that_are_shares(self, meant: Meant, text: str):
        found = guessed(text, meant)
        assert all(0 <= guess.confidence <= 1 for guess in found)
        assert sum(guess.confidence for guess in found) <= 1 + 1e-9
        assert len({guess.key for guess in found}) == len(found) <= 5


@pytest.mark.django_db
class TestDirectory:
    @pytest.fixture
    def town(self) -> World:
        return build()

    def test_phrases_are_looked_at_once_and_then_every_process_knows_them(self, town: World):
        assert known().meant is None
        assert encode_directory() > 0
        assert known().meant is not None
        before = Point.objects.count()
        changed()
        assert encode_directory() == 0
        assert Point.objects.count() == before

    def test_a_crash_before_the_last_word_is_made_good(self, town: World, monkeypatch: pytest.MonkeyPatch):
        with monkeypatch.context() as patch:
            patch.setattr("putthrough.routing.encode.changed", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                encode_directory()
        encode_directory()
        assert known().meant is not None

    def test_without_an_encoder_there_is_nothing_to_do(self, town: World, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(learned, "encoder_name", lambda: "")
        assert encode_directory() == 0

    def test_one_that_cannot_be_loaded_leaves_the_directory_as_it_is(
        self, town: World, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(learned, "encoder", lambda: None)
        before = known().version
        assert encode_directory() == 0
        assert known().version == before
        assert written("our wheelie was not taken").owner_id

    def test_one_that_breaks_on_a_message_leaves_it_to_words(self, town: World, monkeypatch: pytest.MonkeyPatch):
        encode_directory()
        means = learned.encoder()
        monkeypatch.setattr(type(means), "encode", lambda *_: 1 / 0)
        assert written("our wheelie was not taken").owner_id

    def test_who_waits_for_it_gets_it_at_once(self, town: World):
        assert encoded(known_or_starter()).meant is not None


def test_the_starter_alone_goes_by_its_words():
    what = of_starter()
    assert encoded(what) is what


class TestAnothersEncoder:
    def test_a_folder_that_holds_none_is_named_with_what_to_do(self, tmp_path: Path):
        with pytest.raises(ForeignWeights, match=r"holds no model\.onnx: put it there, or unset PUTTHROUGH_ENCODER"):
            found.name(tmp_path)

    def test_files_that_are_no_encoder_are_refused(self, tmp_path: Path):
        for file in ("model.onnx", "tokenizer.json"):
            (tmp_path / file).write_text("nothing")
        with pytest.raises(ForeignWeights, match="are no encoder"):
            found.encoder(tmp_path, own=tmp_path)

    def test_one_in_the_usual_form_is_used_under_its_own_name(self, tmp_path: Path):
        own = usual_form(tmp_path / "ours")
        made = found.encoder(tmp_path, own=own)
        assert made is not None
        assert made.name.startswith("ours-")
        small = learned.encoder()
        assert small is not None
        hole, crater, bins = made.encode(["a pothole in the road", "a big hole in our street", "my bin was missed"])
        assert hole @ crater > hole @ bins
        assert made.name != small.name


def usual_form(folder: Path) -> Path:
    """The published small encoder as such folders hold it: not made small, a vector for each piece of a word."""
    import onnx
    from onnx import TensorProto, helper

    from putthrough.routing.meaning import graph, weights

    folder.mkdir()
    published = weights.installed()
    assert published is not None
    made = graph._Graph(weights.read(published / "model.safetensors")).whole()
    for node in made.graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = {"ids": "input_ids", "mask": "attention_mask"}.get(name, name)
    for put in made.graph.input:
        put.name = {"ids": "input_ids", "mask": "attention_mask"}[put.name]
    made.graph.input.append(helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, ["m", "w"]))
    onnx.save(made, folder / "model.onnx")
    (folder / "tokenizer.json").write_bytes((published / "tokenizer.json").read_bytes())
    return folder
