"""Builds the ONNX graphs of multilingual-e5-small from its weights, with ONNX Runtime's fused operators.

Inputs `input_ids` and `attention_mask`, int64, shape (texts, tokens); output `embedding`, float32, shape
(texts, hidden): the mean over each text's tokens, of length 1.

The weights come in 4 bits with a scale for each block. Two graphs are made of them:

- for passages, which come by the thousand: the word embeddings and the last matrix of each layer as they are, the
  others as int8 with a scale per output, activations quantised while the model runs (dynamic quantisation). Cosine to
  the exact vectors: .997 and more, .999 in the mean.
- for questions, which come one at a time: all matrices as they are, activations in float32. On 315 questions over the
  whole Code du travail this exactness is worth .006 nDCG@10, for about 5 ms a question.

Operators of the domain com.microsoft: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
"""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from services.embedder.adapters.e5_weights import BLOCK, BlockQuantised, E5Weights
from services.embedder.adapters.quantisation import quantise_columns

Array = npt.NDArray[np.generic]

_MICROSOFT = "com.microsoft"
_OPSET = 21  # the first with 4-bit tensors
_IR_VERSION = 10
_FLOAT32 = 1  # of MatMulNBits: what it computes in


def passage_graph(weights: E5Weights) -> onnx.ModelProto:
    """The whole model, quick on long batches."""
    return _QuantisedGraph(weights).build()


def query_graph(weights: E5Weights) -> onnx.ModelProto:
    """The whole model, exact."""
    return _ExactGraph(weights).build()


class _Graph(ABC):
    """What both graphs share: all but the products with the model's matrices."""

    def __init__(self, weights: E5Weights) -> None:
        self._weights = weights
        self._geometry = weights.geometry
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def build(self) -> onnx.ModelProto:
        states = self._embeddings()
        mask = self._node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
        for layer in range(self._geometry.layers):
            states = self._layer(f"l{layer}", states, mask)
        self._pooling(states)
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", self._geometry.hidden])
        graph = helper.make_graph(self._nodes, "multilingual-e5-small", inputs, [output], self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="vigie")

    # --- parts of the model ---

    def _embeddings(self) -> str:
        """Words, their positions and the one token type, summed and normed."""
        geometry, weights = self._geometry, self._weights
        table = weights.q4("emb.word", geometry.vocabulary, geometry.hidden)
        words = self._node(
            "GatherBlockQuantized",
            [self._int4("word", table), "input_ids", self._constant("word.scales", table.scales)],
            "words",
            _MICROSOFT,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
        )
        by_position = weights.float32("emb.pos", geometry.positions, geometry.hidden)
        places = self._constant("position", by_position + weights.float32("emb.type", geometry.hidden))
        zero = self._constant("zero", np.array([0], np.int64))
        length = self._node("Shape", ["input_ids"], "length", start=1, end=2)
        positions = self._node("Slice", [places, zero, length, zero], "positions")
        total = self._node("Add", [words, positions], "embedded")
        norm = [self._vector(name, geometry.hidden) for name in ("emb.ln.w", "emb.ln.b")]
        return self._node("LayerNormalization", [total, *norm], "states", axis=-1, epsilon=geometry.epsilon)

    def _layer(self, at: str, states: str, mask: str) -> str:
        """Self-attention and feed-forward, each added to what came in and normed after it (BERT)."""
        hidden, inner = self._geometry.hidden, self._geometry.feed_forward
        heads = self._attention(at, states, mask)
        attended = self._product(f"{at}.ao.w", heads, hidden, hidden)
        states = self._add_and_norm(attended, states, norm=f"{at}.aln", bias=f"{at}.ao.b")
        raised = self._product(f"{at}.fi.w", states, inner, hidden)
        active = self._node("BiasGelu", [raised, self._vector(f"{at}.fi.b", inner)], f"{at}.gelu", _MICROSOFT)
        # Behind the activation a few values are far larger than the rest: quantised they would leave it no levels.
        lowered = self._exact_product(f"{at}.fo.w", active, hidden, inner)
        return self._add_and_norm(lowered, states, norm=f"{at}.oln", bias=f"{at}.fo.b")

    @abstractmethod
    def _attention(self, at: str, states: str, mask: str) -> str:
        """Queries, keys and values of the states, and the attention over them."""

    @abstractmethod
    def _product(self, name: str, states: str, outputs: int, inputs: int) -> str:
        """The states times a matrix of the model."""

    def _add_and_norm(self, states: str, residual: str, *, norm: str, bias: str) -> str:
        names = (f"{norm}.w", f"{norm}.b", bias)
        vectors = [self._vector(name, self._geometry.hidden) for name in names]
        return self._node(
            "SkipLayerNormalization",
            [states, residual, *vectors],
            f"{norm}.states",
            _MICROSOFT,
            epsilon=self._geometry.epsilon,
        )

    def _pooling(self, states: str) -> None:
        """The mean over a text's tokens, padding left out, then divided by its length (L2)."""
        tokens = self._constant("tokens.axis", np.array([1], np.int64))
        last = self._constant("last.axis", np.array([-1], np.int64))
        weights = self._node("Cast", ["attention_mask"], "weights", to=TensorProto.FLOAT)
        column = self._node("Unsqueeze", [weights, last], "weights.column")
        weighted = self._node("Mul", [states, column], "weighted")
        total = self._node("ReduceSum", [weighted, tokens], "sum", keepdims=0)
        count = self._node("ReduceSum", [weights, tokens], "count", keepdims=1)
        mean = self._node("Div", [total, count], "mean")
        self._node("LpNormalization", [mean], "embedding", axis=-1, p=2)

    def _exact_product(self, name: str, states: str, outputs: int, inputs: int) -> str:
        """On the 4 bits as they are; MatMulNBits counts levels from 0, not from -8, in bytes of two, low half first."""
        matrix = self._weights.q4(name, outputs, inputs)
        levels = (matrix.levels + np.int8(8)).view(np.uint8)
        packed = (levels[:, 0::2] | (levels[:, 1::2] << 4)).reshape(outputs, inputs // BLOCK, BLOCK // 2)
        scales = self._constant(f"{name}.scales", matrix.scales.reshape(-1))
        return self._node(
            "MatMulNBits",
            [states, self._constant(name, packed), scales],
            f"{name}.product",
            _MICROSOFT,
            K=inputs,
            N=outputs,
            bits=4,
            block_size=BLOCK,
            accuracy_level=_FLOAT32,
        )

    # --- nodes and constants ---

    def _node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def _constant(self, name: str, value: Array) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _vector(self, name: str, size: int) -> str:
        return self._constant(name, self._weights.float32(name, size))

    def _int4(self, name: str, matrix: BlockQuantised) -> str:
        """A tensor of int4: two to a byte, the first in the low half."""
        nibbles = matrix.levels.view(np.uint8) & 15
        packed = nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)
        shape = matrix.levels.shape
        self._constants.append(helper.make_tensor(name, TensorProto.INT4, shape, packed.tobytes(), raw=True))
        return name

    def _attention_biases(self, at: str) -> str:
        vectors = [self._weights.float32(f"{at}.{part}.b", self._geometry.hidden) for part in "qkv"]
        return self._constant(f"{at}.qkv.b", np.concatenate(vectors))


class _QuantisedGraph(_Graph):
    def _attention(self, at: str, states: str, mask: str) -> str:
        """One product for queries, keys and values, on int8 states."""
        hidden = self._geometry.hidden
        matrices = [self._weights.q4(f"{at}.{part}.w", hidden, hidden).dense().T for part in "qkv"]
        levels, scales = quantise_columns(np.concatenate(matrices, axis=1))
        outputs = [f"{at}.input", f"{at}.input.scale", f"{at}.input.zero"]
        self._nodes.append(helper.make_node("DynamicQuantizeLinear", [states], outputs))
        return self._node(
            "QAttention",
            [
                outputs[0],
                self._constant(f"{at}.qkv", levels),
                self._attention_biases(at),
                outputs[1],
                self._constant(f"{at}.qkv.scales", scales),
                mask,
                outputs[2],
                self._constant(f"{at}.qkv.zero", np.zeros(len(scales), np.int8)),
            ],
            f"{at}.heads",
            _MICROSOFT,
            num_heads=self._geometry.heads,
        )

    def _product(self, name: str, states: str, outputs: int, inputs: int) -> str:
        levels, scales = quantise_columns(self._weights.q4(name, outputs, inputs).dense().T)
        matrix = [self._constant(name, levels), self._constant(f"{name}.scales", scales)]
        return self._node("DynamicQuantizeMatMul", [states, *matrix], f"{name}.product", _MICROSOFT)


class _ExactGraph(_Graph):
    def _attention(self, at: str, states: str, mask: str) -> str:
        hidden = self._geometry.hidden
        parts = [self._product(f"{at}.{part}.w", states, hidden, hidden) for part in "qkv"]
        return self._node(
            "MultiHeadAttention",
            [*parts, self._attention_biases(at), mask],
            f"{at}.heads",
            _MICROSOFT,
            num_heads=self._geometry.heads,
        )

    def _product(self, name: str, states: str, outputs: int, inputs: int) -> str:
        return self._exact_product(name, states, outputs, inputs)
