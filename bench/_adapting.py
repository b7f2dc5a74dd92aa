"""Teaching the encoder's last two layers what kind of message it is, in JAX: ``bench/run fit_kinds`` asks for it.

What is learnt is the difference to the published weights, two thin matrices for each (LoRA, Hu et al. 2021), and a
head. The layers below stay as they are, so that routing and kinds share them when a message is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from tokenizers import Tokenizer

from putthrough.routing.meaning import weights
from putthrough.routing.meaning.adapted import LEFT, RIGHT
from putthrough.routing.meaning.graph import HEADS, LAYERS, SHARED, WIDTH

RANK, EPOCHS, BATCH, RATE = 16, 5, 16, 2e-3
_SCALE = 8.0  # of points of length one, so that the head learns as fast as the layers
_KEPT = 0.9  # of a point's numbers, while learning
_LENGTHS = (16, 32, 48, 64, 96, 128)  # pieces of words: texts are padded to the next of these
_PARTS = {
    "attention.self.query": (WIDTH, WIDTH),
    "attention.self.key": (WIDTH, WIDTH),
    "attention.self.value": (WIDTH, WIDTH),
    "attention.output.dense": (WIDTH, WIDTH),
    "intermediate.dense": (WIDTH, 4 * WIDTH),
    "output.dense": (4 * WIDTH, WIDTH),
}


@dataclass(frozen=True, slots=True)
class Batch:
    rows: Sequence[int]
    ids: Any
    mask: Any
    truth: Any
    known: Any


class Layers:
    """The published encoder with what is learnt beside it."""

    def __init__(self) -> None:
        published = weights.installed()
        if published is None:
            raise SystemExit("Teaching needs the encoder's package: run scripts/setup.")
        self.values = {name: jnp.array(value) for name, value in weights.read(published / "model.safetensors").items()}
        self.tokenizer = Tokenizer.from_file(str(published / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(_LENGTHS[-1])
        self.lower = jax.jit(self._lower)

    def _lower(self, ids: Any, mask: Any) -> Any:
        name = "embeddings.{}_embeddings.weight"
        words = self.values[name.format("word")][ids] + self.values[name.format("position")][: ids.shape[1]]
        words = self._normal(words + self.values[name.format("token_type")][0], "embeddings.LayerNorm")
        for layer in range(SHARED):
            words = self._layer(words, layer, mask, {})
        return words

    def upper(self, learnt: Mapping[str, Any], words: Any, mask: Any, key: Any = None) -> Any:
        for layer in range(SHARED, LAYERS):
            words = self._layer(words, layer, mask, learnt["beside"])
        mean = (words * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        point = mean / jnp.linalg.norm(mean, axis=-1, keepdims=True) * _SCALE
        if key is not None:
            point = point * jax.random.bernoulli(key, _KEPT, point.shape) / _KEPT
        return point @ learnt["head"] + learnt["bias"]

    def _layer(self, words: Any, number: int, mask: Any, beside: Mapping[str, Any]) -> Any:
        at, (messages, length, _) = f"encoder.layer.{number}", words.shape
        asks, offers, holds = (
            self._dense(words, f"{at}.attention.self.{part}", beside).reshape(messages, length, HEADS, -1)
            for part in ("query", "key", "value")
        )
        match = jnp.einsum("mahd,mbhd->mhab", asks, offers) / np.sqrt(WIDTH / HEADS)
        share = jax.nn.softmax(match + (1 - mask[:, None, None, :]) * -1e9, -1)
        mixed = jnp.einsum("mhab,mbhd->mahd", share, holds).reshape(messages, length, WIDTH)
        mixed = self._dense(mixed, f"{at}.attention.output.dense", beside)
        words = self._normal(mixed + words, f"{at}.attention.output.LayerNorm")
        wide = jax.nn.gelu(self._dense(words, f"{at}.intermediate.dense", beside), approximate=False)
        return self._normal(self._dense(wide, f"{at}.output.dense", beside) + words, f"{at}.output.LayerNorm")

    def _dense(self, words: Any, at: str, beside: Mapping[str, Any]) -> Any:
        found = words @ self.values[f"{at}.weight"].T + self.values[f"{at}.bias"]
        return found + (words @ beside[at][0]) @ beside[at][1] if at in beside else found

    def _normal(self, words: Any, at: str) -> Any:
        mean = words.mean(-1, keepdims=True)
        even = (words - mean) / jnp.sqrt(((words - mean) ** 2).mean(-1, keepdims=True) + 1e-12)
        return even * self.values[f"{at}.weight"] + self.values[f"{at}.bias"]


class Taught:
    """Layers that learn from some texts and tell of others. ``truth`` and ``known`` are texts x kinds, 0 or 1: what is
    not known teaches nothing."""

    def __init__(self, layers: Layers, texts: Sequence[str], truth: Any, known: Any) -> None:
        self.layers, self.truth, self.known = layers, np.asarray(truth, np.float32), np.asarray(known, np.float32)
        self.ids = [layers.tokenizer.encode(text).ids for text in texts]
        self._tell = jax.jit(layers.upper)

    def learn(self, rows: Any, *, seed: int) -> dict[str, Any]:
        """From these rows, in ``EPOCHS`` rounds; a rare kind weighs more."""
        learnt, chance = self._begin(seed), np.random.default_rng(seed)
        share = self.truth[rows].sum(0) / self.known[rows].sum(0)
        weight = jnp.array(np.sqrt((1 - share) / np.maximum(share, 1e-3)))
        steps = EPOCHS * (len(rows) // BATCH + len(_LENGTHS))
        rate = optax.warmup_cosine_decay_schedule(0, RATE, steps // 10, steps, 1e-5)
        descent = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.01))

        def loss(learnt: Any, words: Any, batch: tuple[Any, ...], key: Any) -> Any:
            mask, truth, known = batch
            said = self.layers.upper(learnt, words, mask, key)
            each = truth * weight * jax.nn.softplus(-said) + (1 - truth) * jax.nn.softplus(said)
            return (each * known).sum() / known.sum()

        @jax.jit
        def step(learnt: Any, state: Any, words: Any, batch: tuple[Any, ...], key: Any) -> Any:
            slope = jax.grad(loss)(learnt, words, batch, key)
            moves, state = descent.update(slope, state, learnt)
            return optax.apply_updates(learnt, moves), state

        state, key = descent.init(learnt), jax.random.PRNGKey(seed)
        for _ in range(EPOCHS):
            for one in self._batches(rows, chance):
                key, now = jax.random.split(key)
                words = self.layers.lower(one.ids, one.mask)
                learnt, state = step(learnt, state, words, (one.mask, one.truth, one.known), now)
        return learnt

    def tell(self, learnt: Any, rows: Any) -> Any:
        """How much each of these rows looks like each kind."""
        said = np.zeros((len(self.ids), self.truth.shape[1]), np.float32)
        for one in self._batches(rows, None):
            found = self._tell(learnt, self.layers.lower(one.ids, one.mask), one.mask)
            said[list(one.rows)] = np.asarray(found)[: len(one.rows)]
        return said[rows]

    def _begin(self, seed: int) -> dict[str, Any]:
        beside, key = {}, jax.random.PRNGKey(seed)
        for layer in range(SHARED, LAYERS):
            for part, (inputs, outputs) in _PARTS.items():
                key, now = jax.random.split(key)
                left = jax.random.normal(now, (inputs, RANK)) / np.sqrt(inputs)
                beside[f"encoder.layer.{layer}.{part}"] = [left, jnp.zeros((RANK, outputs))]
        kinds = self.truth.shape[1]
        return {"beside": beside, "head": jnp.zeros((WIDTH, kinds)), "bias": jnp.full(kinds, -2.0)}

    def _batches(self, rows: Any, chance: np.random.Generator | None) -> Iterator[Batch]:
        """Texts of about one length together; shuffled where there is a ``chance``."""
        waiting: dict[int, list[int]] = {}
        found: list[tuple[int, list[int]]] = []
        for row in rows if chance is None else chance.permutation(rows):
            length = next(length for length in _LENGTHS if len(self.ids[row]) <= length)
            waiting.setdefault(length, []).append(int(row))
            if len(waiting[length]) == BATCH:
                found.append((length, waiting.pop(length)))
        found += waiting.items()
        for at in range(len(found)) if chance is None else chance.permutation(len(found)):
            yield self._batch(*found[at])

    def _batch(self, length: int, rows: list[int]) -> Batch:
        ids, mask = np.zeros((BATCH, length), np.int32), np.zeros((BATCH, length), np.float32)
        truth, known = (np.zeros((BATCH, self.truth.shape[1]), np.float32) for _ in range(2))
        mask[:, 0] = 1  # what only fills the batch up has a word too, else its mean has none to divide by
        for at, row in enumerate(rows):
            ids[at, : len(self.ids[row])] = self.ids[row]
            mask[at, : len(self.ids[row])] = 1
            truth[at], known[at] = self.truth[row], self.known[row]
        return Batch(rows, jnp.array(ids), jnp.array(mask), jnp.array(truth), jnp.array(known))


def stored(learnt: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, Any]:
    """As ``meaning.adapted`` reads it: half precision, the head for points of length one."""
    found: dict[str, Any] = {"kinds": np.array(kinds), "bias": np.asarray(learnt["bias"], np.float16)}
    found["head"] = np.asarray(learnt["head"] * _SCALE, np.float16)
    for name, (left, right) in learnt["beside"].items():
        found[f"{name}.weight{LEFT}"] = np.asarray(left, np.float16)
        found[f"{name}.weight{RIGHT}"] = np.asarray(right, np.float16)
    return found
