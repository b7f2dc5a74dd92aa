"""The encoder of this installation, where there is one: without it everything works by words alone."""

from __future__ import annotations

from functools import lru_cache
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from putthrough.kit.apart import BrokeOff, apart
from putthrough.routing.meaning import adapted, weights
from putthrough.routing.meaning.weights import ForeignWeights

if TYPE_CHECKING:
    from putthrough.routing.meaning.encoder import Encoder

log = structlog.get_logger()

_CALLED = "minilm-int8-fused"
_OWN = ("model.onnx", "tokenizer.json")
_NEEDS = ("onnx", "onnxruntime", "tokenizers")


def name(own: Path | None = None) -> str | None:
    """What the points of this installation's encoder are kept under; None without one. Loads nothing.

    Raises ForeignWeights when ``own`` is no folder of an encoder.
    """
    if not all(map(find_spec, _NEEDS)):
        return None
    if own is not None:
        return f"{own.name[:40]}-{_hash(_files(own)[0])[:8]}"
    return f"{_CALLED}-{weights.SHA256[:8]}" if weights.installed() else None


def encoder(folder: Path, *, own: Path | None = None, threads: int = 1) -> Encoder | None:
    """The organisation's ``own``, or the small one that is installed, its graph written to ``folder`` the first time
    (three seconds). None without its packages.

    Raises ForeignWeights when the weights are not the published ones, or ``own`` is no folder of an encoder.
    """
    called = name(own)
    if called is None:
        log.info("there is no sentence encoder here: messages are compared by their words alone")
        return None
    from putthrough.routing.meaning.encoder import Encoder

    graph, tokenizer, upper = _files(own) if own else _small(folder)
    try:
        return Encoder(graph, tokenizer, called, upper=upper, threads=threads)
    except Exception as error:  # what the two libraries raise has no common class but this
        raise ForeignWeights(f"{graph} and {tokenizer.name} are no encoder ({type(error).__name__}).") from error


def _small(folder: Path) -> tuple[Path, Path, Path | None]:
    published = weights.installed()
    if published is None:
        raise ForeignWeights("The encoder's package has gone: install it again.")
    graph, upper = folder / f"{_CALLED}-two.onnx", folder / f"kinds-{adapted.sha256()[:12]}.onnx"
    if not (graph.exists() and upper.exists()):
        _write(published, graph, upper)
    return graph, published / "tokenizer.json", upper


def _files(own: Path) -> tuple[Path, Path, Path | None]:
    missing = [file for file in _OWN if not (own / file).is_file()]
    if missing:
        raise ForeignWeights(f"The folder {own} holds no {missing[0]}: put it there, or unset PUTTHROUGH_ENCODER.")
    return own / _OWN[0], own / _OWN[1], None


@lru_cache(maxsize=1)
def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _write(published: Path, graph: Path, upper: Path) -> None:
    """In a process of its own: on the way it takes half a gigabyte, and libraries that nothing else needs."""
    graph.parent.mkdir(parents=True, exist_ok=True)
    for old in (*graph.parent.glob(f"{_CALLED}*.onnx"), *graph.parent.glob("kinds-*.onnx")):
        old.unlink(missing_ok=True)
    try:
        apart("putthrough.routing.meaning.graph", f"{published}\n{graph}\n{upper}".encode())
    except ValueError as error:
        raise ForeignWeights(str(error)) from error
    except BrokeOff as error:
        words = f"The encoder could not be made ready ({error}). There may be too little memory or room on the disk."
        raise ForeignWeights(words) from error
