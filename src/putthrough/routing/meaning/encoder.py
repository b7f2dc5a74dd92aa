"""What a message means, as a point: 384 numbers of unit length, near to each other where texts mean the same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from putthrough.routing.meaning import weights

WIDTH = 384
_LONGEST = 128  # pieces of words of a message that are read
_WORTH_THREADS = 16  # texts
_LONGEST_TEXT = 4000  # characters

Points = NDArray[np.float32]


class Encoder:
    """The small sentence encoder, on ``threads`` cores. ``name`` tells its vectors from those of another.

    Each text is run by itself: eight-bit arithmetic rounds by what is run together, and a text's point must not depend
    on its neighbours, for it is remembered.
    """

    def __init__(self, graph: Path, tokenizer: Path, *, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.no_padding()
        self._threads = threads
        self.name = f"{graph.stem}-{weights.SHA256[:8]}"

    def encode(self, texts: Sequence[str]) -> Points:
        """A point for each text (float32, texts x 384); an empty text's is zero."""
        if self._threads == 1 or len(texts) < _WORTH_THREADS:
            points = [self._one(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                points = list(pool.map(self._one, texts))
        return np.array(points, dtype=np.float32).reshape(len(texts), WIDTH)

    def _one(self, text: str) -> Points:
        if not text.strip():
            return np.zeros(WIDTH, dtype=np.float32)
        clean = text[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
        ids = np.array([self._tokenizer.encode(clean).ids], dtype=np.int64)
        mean: Points = self._session.run(["mean"], {"ids": ids, "mask": np.ones_like(ids)})[0][0]
        return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-9))
