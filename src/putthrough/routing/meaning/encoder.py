"""What a message means, as a point: numbers of length one together, near to others where texts mean the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

_LONGEST = 128  # pieces of words of a message that are read
_WORTH_THREADS = 16  # texts
_LONGEST_TEXT = 4000  # characters
_SLOW = "SkipLayerNormFusion"  # ten times as long as the two steps that it joins (onnxruntime 1.32, x86-64 with AVX2)

Points = NDArray[np.float32]


_IDS, _MASK = ("ids", "input_ids"), ("mask", "attention_mask")


class Encoder:
    """A sentence encoder, on ``threads`` cores. ``name`` tells its vectors from those of another.

    The graph is our own, or one in the usual form: inputs ``input_ids``, ``attention_mask`` and perhaps
    ``token_type_ids``; its first output is a vector for each text, or one for each piece of a word, of which the mean
    is taken. Raises what onnxruntime and tokenizers raise where the files are no such thing.

    Each text is run by itself: eight-bit arithmetic rounds by what is run together, and a text's point must not depend
    on its neighbours, for it is remembered.
    """

    def __init__(self, graph: Path, tokenizer: Path, name: str, *, upper: Path | None = None, threads: int = 1) -> None:
        self._session = _session(graph)
        self._upper = _session(upper) if upper else None
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()
        self._threads = threads
        self.name = name
        self._inputs = [put.name for put in self._session.get_inputs()]
        self.width = int(self._session.get_outputs()[0].shape[-1])

    @property
    def tells_kinds(self) -> bool:
        """Whether it has the layers that were taught on kinds of message."""
        return self._upper is not None

    def encode(self, texts: Sequence[str]) -> Points:
        """A point for each text (float32, texts x ``width``); an empty text's is zero."""
        return self._all(self._one, texts)

    def encode_twice(self, texts: Sequence[str]) -> tuple[Points, Points]:
        """A point for each text, and the one that the layers make of it which were taught on kinds of message (zeros
        without them): a third dearer than the first alone."""
        both = self._all(self._both, texts).reshape(len(texts), 2, self.width)
        return both[:, 0], both[:, 1]

    def _all(self, one: Callable[[str], Points], texts: Sequence[str]) -> Points:
        if self._threads == 1 or len(texts) < _WORTH_THREADS:
            points = [one(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                points = list(pool.map(one, texts))
        return np.array(points, dtype=np.float32).reshape(len(texts), -1 if texts else self.width)

    def _one(self, text: str) -> Points:
        return _unit(self._run(text)[0]) if text.strip() else np.zeros(self.width, dtype=np.float32)

    def _both(self, text: str) -> Points:
        if self._upper is None or not text.strip():
            return np.concatenate([self._one(text), np.zeros(self.width, dtype=np.float32)])
        mean, half = self._run(text)
        return np.concatenate([_unit(mean), _unit(self._upper.run(None, {"half": half[None]})[0][0])])

    def _run(self, text: str) -> Sequence[Points]:
        """The graph's outputs for one text."""
        clean = text[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
        ids = np.array([self._tokenizer.encode(clean).ids], dtype=np.int64)
        found = self._session.run(None, {name: self._input(name, ids) for name in self._inputs})
        return [output[0] for output in found]

    @staticmethod
    def _input(name: str, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return ids if name in _IDS else np.ones_like(ids) if name in _MASK else np.zeros_like(ids)


def _session(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # after one long text an arena keeps its room for good
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(
        str(graph), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW]
    )


def _unit(found: Points) -> Points:
    mean = found if found.ndim == 1 else found.mean(axis=0)
    return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9))
