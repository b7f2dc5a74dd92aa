"""The encoder of this installation, where there is one: without it everything works by words alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from putthrough.routing.meaning import weights

if TYPE_CHECKING:
    from putthrough.routing.meaning.encoder import Encoder

log = structlog.get_logger()

GRAPH = "minilm-int8.onnx"
_NEEDS = ("onnx", "onnxruntime", "tokenizers")


def encoder(folder: Path, *, threads: int = 1) -> Encoder | None:
    """The encoder, its graph written to ``folder`` the first time (three seconds). None without its packages.

    Raises ForeignWeights when the weights are not the published ones.
    """
    published = weights.installed()
    if published is None or not all(map(find_spec, _NEEDS)):
        log.info("there is no sentence encoder here: messages are compared by their words alone")
        return None
    from putthrough.routing.meaning.encoder import Encoder

    graph = folder / GRAPH
    if not graph.exists():
        _write(published, graph)
    return Encoder(graph, published / "tokenizer.json", threads=threads)


def _write(published: Path, graph: Path) -> None:
    from putthrough.routing.meaning.graph import write

    graph.parent.mkdir(parents=True, exist_ok=True)
    write(weights.read(published / "model.safetensors"), graph)
