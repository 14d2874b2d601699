"""Builds the OpenVINO graph of multilingual-e5-small from its weights; e5_graph.py does so for ONNX Runtime.

Inputs and output are the same. Two graphs are made of the weights:

- the exact one, in float32, which also puts out what each product reads: the calibration (e5_calibration.py) runs it.
- the quantised one, which embeds: products in int8, with a scale for each output of a matrix and one for all that the
  product reads, fixed by the calibration. The rest is float32, or bf16 where the processor has it.

Before a product reads its states, each channel is divided by a factor with which the matrix is multiplied (SmoothQuant,
Xiao et al. 2023, https://arxiv.org/abs/2211.10438), so that no channel takes the levels of all. OpenVINO makes an int8
product of a `FakeQuantize` before it and an int8 matrix that is converted and scaled.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.embedder.adapters.e5_weights import BLOCK, E5Weights
from services.embedder.adapters.openvino_runtime import openvino
from services.embedder.adapters.openvino_runtime import opset15 as op
from services.embedder.adapters.quantisation import quantise_columns

Floats = npt.NDArray[np.float32]
Node = Any
"""A node or output of OpenVINO's graph: its functions take both."""

PRODUCTS = ("qkv", "ao", "fi", "fo")
"""A layer's products: queries, keys and values at once; the output of the attention; both of the feed-forward."""

_LEVELS = 256
_MASKED = 1e4
"""Taken from a score of attention, leaves nothing of it."""


@dataclass(frozen=True, slots=True)
class InputRange:
    """What a product reads, as it was measured.

    Attributes:
        smoothing: factor of each channel, shape (inputs,).
        low: the least value behind the division by it, 0 or less.
        high: the largest.
    """

    smoothing: Floats
    low: float
    high: float


def exact_graph(weights: E5Weights) -> openvino.Model:
    """The model in float32; beside `embedding` it puts out what each product reads, named as the product (`l0.qkv`)."""
    return _Graph(weights, None).build()


def quantised_graph(weights: E5Weights, ranges: Mapping[str, InputRange]) -> openvino.Model:
    """The model in int8.

    Args:
        ranges: for each product, by its name.
    """
    return _Graph(weights, ranges).build()


def matrix_of(weights: E5Weights, product: str) -> Floats:
    """The matrix of a product, shape (outputs, inputs)."""
    layer, _, part = product.partition(".")
    hidden, inner = weights.geometry.hidden, weights.geometry.feed_forward
    outputs, inputs = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(part, (hidden, hidden))
    names = [f"{layer}.{each}" for each in ("qkv" if part == "qkv" else [part])]
    return np.concatenate([weights.q4(f"{name}.w", outputs, inputs).dense() for name in names])


def serialised(model: openvino.Model) -> tuple[bytes, bytes]:
    """The graph and its constants, as `read_model` reads them from two files."""
    with tempfile.TemporaryDirectory(prefix="vigie-model-") as name:
        graph = Path(name) / "graph.xml"
        openvino.save_model(model, graph, compress_to_fp16=False)
        return graph.read_bytes(), graph.with_suffix(".bin").read_bytes()


class _Graph:
    def __init__(self, weights: E5Weights, ranges: Mapping[str, InputRange] | None) -> None:
        self._weights = weights
        self._geometry = weights.geometry
        self._ranges = ranges
        self._read: dict[str, Node] = {}

    def build(self) -> openvino.Model:
        ids, given = (_input(name) for name in ("input_ids", "attention_mask"))
        weights = op.convert(given, "f32")
        absent = op.subtract(op.unsqueeze(weights, _ints(1, 2)), _floats(1))
        mask = op.multiply(absent, _floats(_MASKED))
        states = self._embeddings(ids)
        for layer in range(self._geometry.layers):
            states = self._layer(f"l{layer}", states, mask)
        embedding = _pooling(states, weights)
        embedding.output(0).set_names({"embedding"})
        return openvino.Model([op.result(embedding), *self._measured()], [ids, given], "multilingual-e5-small")

    def _measured(self) -> list[Node]:
        for name, node in self._read.items():
            node.output(0).set_names({name})
        return [op.result(node) for node in self._read.values()]

    # --- parts of the model ---

    def _embeddings(self, ids: Node) -> Node:
        """Words, their positions and the one token type, summed and normed."""
        hidden, weights = self._geometry.hidden, self._weights
        by_position = weights.float32("emb.pos", self._geometry.positions, hidden) + weights.float32("emb.type", hidden)
        length = op.gather(op.shape_of(ids), _ints(1), _int(0))
        positions = op.slice(op.constant(by_position), _ints(0), length, _ints(1), _ints(0))
        return self._norm(op.add(self._words(ids), positions), "emb.ln")

    def _words(self, ids: Node) -> Node:
        """Word embeddings out of their 4 bits, two levels to a byte: unpacked for these tokens, not for the table."""
        hidden, blocks = self._geometry.hidden, self._geometry.hidden // BLOCK
        table = self._weights.q4("emb.word", self._geometry.vocabulary, hidden)
        levels = (table.levels + np.int8(8)).view(np.uint8)
        packed = op.constant(np.ascontiguousarray(levels[:, 0::2] | (levels[:, 1::2] << 4)))
        pairs = op.convert(op.gather(packed, ids, _int(0)), "i32")
        halves = op.bitwise_and(pairs, _int32(15)), op.bitwise_right_shift(pairs, _int32(4))
        both = op.concat([op.unsqueeze(half, _ints(-1)) for half in halves], -1)
        centred = op.subtract(op.convert(both, "f32"), _floats(8))
        scales = op.unsqueeze(op.gather(op.constant(table.scales), ids, _int(0)), _ints(-1))
        scaled = op.multiply(op.reshape(centred, _ints(0, 0, blocks, BLOCK), special_zero=True), scales)
        return op.reshape(scaled, _ints(0, 0, hidden), special_zero=True)

    def _layer(self, at: str, states: Node, mask: Node) -> Node:
        """Self-attention and feed-forward, each added to what came in and normed after it (BERT)."""
        attended = self._product(f"{at}.ao", self._attention(at, states, mask))
        states = self._norm(op.add(attended, states), f"{at}.aln")
        active = op.gelu(self._product(f"{at}.fi", states), "erf")
        return self._norm(op.add(self._product(f"{at}.fo", active), states), f"{at}.oln")

    def _attention(self, at: str, states: Node, mask: Node) -> Node:
        heads, hidden = self._geometry.heads, self._geometry.hidden
        product = self._product(f"{at}.qkv", states)
        apart = op.reshape(product, _ints(0, 0, 3, heads, hidden // heads), special_zero=True)
        parts = op.split(op.transpose(apart, _ints(2, 0, 3, 1, 4)), _int(0), 3)
        queries, keys, values = (op.squeeze(part, _ints(0)) for part in parts.outputs())
        attended = op.scaled_dot_product_attention(queries, keys, values, mask)
        return op.reshape(op.transpose(attended, _ints(0, 2, 1, 3)), _ints(0, 0, hidden), special_zero=True)

    def _product(self, name: str, states: Node) -> Node:
        """The states times a matrix of the model, and its bias."""
        matrix = matrix_of(self._weights, name)
        if self._ranges is None:
            self._read[name] = states
            product = op.matmul(states, op.constant(matrix), transpose_a=False, transpose_b=True)
        else:
            product = _int8_product(states, matrix, self._ranges[name])
        return op.add(product, op.constant(self._bias(name)))

    def _bias(self, product: str) -> Floats:
        layer, _, part = product.partition(".")
        size = self._geometry.feed_forward if part == "fi" else self._geometry.hidden
        names = [f"{layer}.{each}.b" for each in ("qkv" if part == "qkv" else [part])]
        return np.concatenate([self._weights.float32(name, size) for name in names])

    def _norm(self, states: Node, name: str) -> Node:
        scale, shift = (op.constant(self._weights.float32(f"{name}.{each}", self._geometry.hidden)) for each in "wb")
        normed = op.mvn(states, _ints(-1), True, self._geometry.epsilon, "inside_sqrt")  # noqa: FBT003 (takes no name)
        return op.add(op.multiply(normed, scale), shift)


def _int8_product(states: Node, matrix: Floats, measured: InputRange) -> Node:
    smooth = op.multiply(states, op.constant((1 / measured.smoothing).astype(np.float32)))
    low, high = _floats(measured.low), _floats(measured.high)
    read = op.fake_quantize(smooth, low, high, low, high, _LEVELS)
    levels, scales = quantise_columns((matrix * measured.smoothing).T)
    scaled = op.multiply(op.convert(op.constant(np.ascontiguousarray(levels.T)), "f32"), op.constant(scales[:, None]))
    return op.matmul(read, scaled, transpose_a=False, transpose_b=True)


def _pooling(states: Node, weights: Node) -> Node:
    """The mean over a text's tokens, padding left out, then divided by its length (L2)."""
    weighted = op.multiply(states, op.unsqueeze(weights, _ints(-1)))
    total = op.reduce_sum(weighted, _ints(1), keep_dims=False)
    mean = op.divide(total, op.reduce_sum(weights, _ints(1), keep_dims=True))
    return op.normalize_l2(mean, _ints(1), 1e-12, "max")


def _input(name: str) -> Node:
    node = op.parameter([-1, -1], np.int64, name=name)
    node.output(0).set_names({name})
    return node


def _ints(*values: int) -> Node:
    return op.constant(np.array(values, np.int64))


def _int(value: int) -> Node:
    return op.constant(np.array(value, np.int64))


def _int32(value: int) -> Node:
    return op.constant(np.array(value, np.int32))


def _floats(value: float) -> Node:
    return op.constant(np.array(value, np.float32))
