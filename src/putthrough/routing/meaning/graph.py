"""The encoder's arithmetic, written out as ONNX graphs: BERT with six layers, then the mean over the words.

There are two. The first goes from words to a message's point and on its way tells where it stands after four layers;
from there the second goes on with two layers of its own, taught to tell what kind of message it is (``adapted``).

Built once from the published weights and made small (eight bits a weight, a scale for each output channel), so that
neither torch nor a download is needed. Needs the ``onnx`` package; running what it wrote needs only ``onnxruntime``.
Source of the arithmetic: Devlin et al. 2019 (BERT); Reimers and Gurevych 2019 (mean pooling).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from putthrough.routing.meaning import adapted, weights

LAYERS, SHARED, WIDTH, HEADS = 6, 4, 384, 12
_OPSET = 20  # the first with Gelu
_EPSILON = 1e-12
_FUSED = "com.microsoft"  # onnxruntime's own operations: attention in one step

Weights = Mapping[str, NDArray[np.float32]]

_MEAN = helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["messages", WIDTH])
_HALF = helper.make_tensor_value_info("half", TensorProto.FLOAT, ["messages", "words", WIDTH])


def write(values: Weights, path: Path) -> None:
    """Write the eight-bit graph to ``path``. Input ``ids`` (int64, messages x words, without padding); outputs ``mean``
    (float32, messages x 384), not yet of unit length, and ``half`` (messages x words x 384), what the layers that are
    shared come to."""
    _write(_Graph(values).whole(), path)


def write_upper(values: Weights, path: Path) -> None:
    """The same for the layers above those: from ``half`` to a ``mean``."""
    _write(_Graph(values).upper(), path)


def _write(model: onnx.ModelProto, path: Path) -> None:
    with TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        onnx.save(model, str(full))
        small = path.with_suffix(".part")
        with _unadvised():
            kinds = {"DefaultTensorType": TensorProto.FLOAT}  # of what the fused operations yield
            quantize_dynamic(
                full, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, extra_options=kinds
            )
        small.replace(path)


def answer(asked: bytes) -> bytes:
    """For ``kit.apart``: the published weights' folder and the paths of the two graphs, a line each. Raises
    ForeignWeights."""
    published, whole, upper = map(Path, asked.decode().split("\n"))
    values = weights.read(published / "model.safetensors")
    write_upper(adapted.adapted(values), upper)
    write(values, whole)
    return b"written"


@contextmanager
def _unadvised() -> Iterator[None]:
    """The quantizer logs advice that is for larger networks; nobody can act on it here."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


@dataclass(slots=True)
class _Graph:
    weights: Weights
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    made: int = 0

    def whole(self) -> onnx.ModelProto:
        words = self._layers(self._embed(), range(SHARED))
        self._do("Identity", words, into="half")
        self._mean(self._layers(words, range(SHARED, LAYERS)))
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["messages", "words"])
        return self._model(ids, [_MEAN, _HALF])

    def upper(self) -> onnx.ModelProto:
        self._mean(self._layers("half", range(SHARED, LAYERS)))
        return self._model(_HALF, [_MEAN])

    def _layers(self, words: str, layers: range) -> str:
        for layer in layers:
            words = self._layer(words, f"encoder.layer.{layer}")
        return words

    def _mean(self, words: str) -> None:
        self._do("ReduceMean", words, self._numbers(1), into="mean", keepdims=0)

    def _model(self, given: onnx.ValueInfoProto, found: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "encoder", [given], found, self.constants)
        sets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=10)

    def _do(self, operation: str, *inputs: str, into: str = "", **attributes: Any) -> str:
        self.made += 1
        output = into or f"v{self.made}"
        self.nodes.append(helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def _constant(self, value: NDArray[np.generic]) -> str:
        self.made += 1
        name = f"c{self.made}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def _numbers(self, *values: int) -> str:
        return self._constant(np.array(values, dtype=np.int64))

    def _embed(self) -> str:
        name = "embeddings.{}_embeddings.weight"
        words = self._do("Gather", self._constant(self.weights[name.format("word")]), "ids")
        length = self._do("Shape", "ids", start=1, end=2)
        places = self._constant(self.weights[name.format("position")])
        place = self._do("Slice", places, self._numbers(0), length, self._numbers(0))
        kind = self._constant(self.weights[name.format("token_type")][0])
        return self._normal(self._do("Add", self._do("Add", words, place), kind), "embeddings.LayerNorm")

    def _layer(self, words: str, at: str) -> str:
        mixed = self._dense(self._attend(words, f"{at}.attention.self"), f"{at}.attention.output.dense")
        words = self._normal(self._do("Add", mixed, words), f"{at}.attention.output.LayerNorm")
        wide = self._do("Gelu", self._dense(words, f"{at}.intermediate.dense"))
        return self._normal(self._do("Add", self._dense(wide, f"{at}.output.dense"), words), f"{at}.output.LayerNorm")

    def _attend(self, words: str, at: str) -> str:
        """What each word asks for, offers and holds in one product, and what it takes from the others."""
        parts = [f"{at}.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        inputs = words, self._constant(weight), self._constant(bias)
        return self._do("Attention", *inputs, num_heads=HEADS, domain=_FUSED)

    def _dense(self, values: str, at: str) -> str:
        weight = self._constant(np.ascontiguousarray(self.weights[f"{at}.weight"].T))
        return self._do("Add", self._do("MatMul", values, weight), self._constant(self.weights[f"{at}.bias"]))

    def _normal(self, values: str, at: str) -> str:
        scale, shift = (self._constant(self.weights[f"{at}.{part}"]) for part in ("weight", "bias"))
        return self._do("LayerNormalization", values, scale, shift, axis=-1, epsilon=_EPSILON)
