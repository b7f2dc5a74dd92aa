"""The real encoder: texts that mean the same are near each other, and weights of anybody else are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from putthrough.routing.meaning import found, weights
from putthrough.routing.meaning.encoder import Encoder
from putthrough.routing.meaning.weights import ForeignWeights


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    made = found.encoder(tmp_path_factory.mktemp("models"))
    assert made is not None, "scripts/setup --dev installs the encoder"
    return made


def test_what_means_the_same_is_near_whatever_the_words(encoder: Encoder):
    hole, crater, bin_day = encoder.encode(
        ["There is a pothole in my street", "the road outside our house has a big hole", "When is my bin emptied?"]
    )
    assert hole @ crater > 0.6 > 0.3 > hole @ bin_day


def test_points_are_of_unit_length_and_do_not_depend_on_their_neighbours(encoder: Encoder):
    texts = ["a", "There is a pothole in my street " * 30, "Ωμέγα", "\U0001f600"]
    together, alone = encoder.encode(texts), np.vstack([encoder.encode([text]) for text in texts])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    assert np.array_equal(together, alone)


def test_an_empty_text_is_nowhere(encoder: Encoder):
    assert not encoder.encode(["", "  "]).any()


def test_weights_of_anybody_else_are_refused(tmp_path: Path):
    foreign = tmp_path / "model.safetensors"
    foreign.write_bytes(b"\0" * 64)
    with pytest.raises(ForeignWeights, match="is not the encoder that Putthrough knows"):
        weights.read(foreign)


def test_without_its_packages_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(weights, "installed", lambda: None)
    assert found.encoder(tmp_path) is None
