"""What the encoder's last two layers learnt about kinds of message: the difference to the published weights, and what
each kind looks for in the point that they come to.

The file ships with the package, written by ``bench/run fit_kinds``. For each weight that differs it has two thin
matrices whose product is added (Hu et al. 2021, LoRA), so that it is small beside the layers themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

FILE = "adapted.npz"
LEFT, RIGHT = ".left", ".right"
Weights = Mapping[str, NDArray[np.float32]]


def adapted(published: Weights) -> Weights:
    """The published weights (outputs x inputs) with the differences added."""
    learnt, changed = _learnt(), dict(published)
    for name in (key.removesuffix(LEFT) for key in learnt if key.endswith(LEFT)):
        product = learnt[name + LEFT].astype(np.float32) @ learnt[name + RIGHT].astype(np.float32)
        changed[name] = published[name] + product.T
    return changed


def tell(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each point (messages x width) how much it looks like each of ``kinds()``: 0 is as likely as not."""
    learnt = _learnt()
    said: NDArray[np.float32] = points @ learnt["head"].astype(np.float32) + learnt["bias"].astype(np.float32)
    return said


@cache
def kinds() -> Sequence[str]:
    return [str(kind) for kind in _learnt()["kinds"]]


@cache
def sha256() -> str:
    return hashlib.sha256(files(__package__).joinpath(FILE).read_bytes()).hexdigest()


@cache
def _learnt() -> Mapping[str, NDArray[np.generic]]:
    with as_file(files(__package__).joinpath(FILE)) as path, np.load(path, allow_pickle=False) as read:
        return {name: read[name] for name in read.files}
