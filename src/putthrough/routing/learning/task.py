"""Everything that learning once needs, and what comes of it, as values and as bytes: so that it can be done apart."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from putthrough.routing.learning.examples import Example, Label, nobodys
from putthrough.routing.learning.learnt import Ints, Learnt, Points


@dataclass(frozen=True, slots=True)
class Meanings:
    """What an encoder said before: ``points`` (float16) of ``texts``. It stands in for the encoder."""

    texts: Sequence[str]
    points: NDArray[np.float16]

    def encode(self, texts: Sequence[str]) -> Points:
        """Raises KeyError for a text that was not asked before."""
        at = {text: place for place, text in enumerate(self.texts)}
        found: Points = self.points[[at[text] for text in texts]].astype(np.float32)
        return found


@dataclass(frozen=True, slots=True)
class Task:
    """``ids`` are the examples' own; ``points`` (float16) what they mean and ``meanings`` what the other ``texts`` mean
    to the ``encoder`` of that name, "" for none."""

    labels: Sequence[Label]
    examples: Sequence[Example]
    ids: Ints
    target: float
    encoder: str = ""
    points: NDArray[np.float16] | None = None
    meanings: Meanings | None = None

    def as_bytes(self) -> bytes:
        arrays: dict[str, Any] = {"ids": self.ids}
        if self.points is not None and self.meanings is not None:
            arrays |= {"points": self.points, "meant": self.meanings.points}
        about = {
            "labels": [asdict(label) for label in self.labels],
            "examples": [[one.text, one.service, list(one.about)] for one in self.examples],
            "target": self.target,
            "encoder": self.encoder,
            "texts": list(self.meanings.texts) if self.meanings else [],
        }
        return _packed(about, **arrays)

    @classmethod
    def of_bytes(cls, content: bytes) -> Task:
        about, arrays = _unpacked(content)
        return cls(
            [Label(**label) for label in about["labels"]],
            [Example(text, service, around) for text, service, around in about["examples"]],
            arrays["ids"],
            about["target"],
            about["encoder"],
            arrays.get("points"),
            Meanings(about["texts"], arrays["meant"]) if "meant" in arrays else None,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The model's ``content`` (see ``stored``), its ``figures`` (see ``report``), and whether it had each example
    right, by its place, when that was held back."""

    content: bytes
    figures: Mapping[str, Any]
    right: Mapping[int, bool]

    def as_bytes(self) -> bytes:
        about = {"figures": self.figures, "right": sorted(self.right.items())}
        return _packed(about, content=np.frombuffer(self.content, dtype=np.uint8))

    @classmethod
    def of_bytes(cls, content: bytes) -> Outcome:
        about, arrays = _unpacked(content)
        return cls(arrays["content"].tobytes(), about["figures"], dict(about["right"]))


def texts_of(labels: Sequence[Label]) -> list[str]:
    """What has to be known of beside the examples: what each of them means."""
    return [*dict.fromkeys([text for label in labels for text in label.texts] + list(nobodys()))]


def done(task: Task) -> Outcome:
    """Raises CannotLearn."""
    from putthrough.routing.learning import stored
    from putthrough.routing.learning.learner import learn

    points = None if task.points is None else task.points.astype(np.float32)
    model = learn(task.labels, task.examples, task.meanings, target=task.target, points=points)
    kept = replace(model, kept_rows=np.where(model.kept_rows < 0, 0, task.ids[model.kept_rows]))
    return Outcome(stored.dump(kept, encoder=task.encoder), _figures(model, task.ids), _right(model))


def answer(asked: bytes) -> bytes:
    """For ``kit.apart``."""
    return done(Task.of_bytes(asked)).as_bytes()


def _figures(model: Learnt, ids: Ints) -> Mapping[str, Any]:
    from putthrough.routing.learning.report import report

    if model.trials is None:
        return {}
    sure = model.trials.sure(np.random.default_rng(0))
    return report(model.trials, sure, model.thresholds, model.keys, ids)


def _right(model: Learnt) -> Mapping[int, bool]:
    tried = model.trials
    if tried is None:
        return {}
    lines = zip(tried.rows.tolist(), tried.guess.tolist(), tried.truth.tolist(), strict=True)
    return {row: guess == truth for row, guess, truth in lines if truth >= 0}


def _packed(about: Any, **arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8), **arrays)
    return file.getvalue()


def _unpacked(content: bytes) -> tuple[Any, Mapping[str, Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        found = dict(arrays)
    return json.loads(found.pop("about").tobytes()), found
