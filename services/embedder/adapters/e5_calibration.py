"""Measures what the products of multilingual-e5-small read, on texts that come with Vigie.

The texts (e5_calibration.txt, a line each) are the beginnings of 60 articles of the Code du travail, evenly taken
(source: DILA, by @socialgouv/legi-data, Licence Ouverte 2.0), and, behind an empty line, 60 questions out of
lab/abstention. What reaches beyond the ranges is cut off: calibrated without questions, one had a cosine of .988.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import sentencepiece

from services.embedder.adapters.e5_openvino_graph import Floats, InputRange, exact_graph, matrix_of
from services.embedder.adapters.e5_tokenizer import PASSAGE, QUERY, pad, tokenise
from services.embedder.adapters.e5_weights import E5Weights
from services.embedder.adapters.openvino_runtime import openvino
from services.embedder.batching import plan_batches

Ints = npt.NDArray[np.int64]

_ALPHA = 0.65
"""How much of a channel's size goes over to the matrix. The least cosines to the exact vectors of 40 passages and of 53
questions: .9980 and .9982 at .65, .9980 and .9978 at .75, .9957 and .9962 at .8."""
_LEAST = 1e-5
"""Instead of nothing, to divide by."""
_TOKEN_BUDGET = 2048


@dataclass(frozen=True, slots=True)
class _Extremes:
    """The least and the largest value of each channel, shape (inputs,) each."""

    low: Floats
    high: Floats

    def joined(self, other: "_Extremes") -> "_Extremes":
        return _Extremes(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def calibrate(weights: E5Weights, tokenizer: bytes) -> Mapping[str, InputRange]:
    """Return the range of what each product reads, by its name."""
    measured = _measure(weights, _texts(tokenizer))
    return {name: _smoothed(extremes, matrix_of(weights, name)) for name, extremes in measured.items()}


def _texts(tokenizer: bytes) -> list[tuple[Ints, Ints]]:
    """Batches of token ids and masks."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=tokenizer)
    text = files("services.embedder.adapters").joinpath("e5_calibration.txt").read_text("utf-8")
    passages, _, questions = text.partition("\n\n")
    tokens = tokenise(processor, PASSAGE, passages.splitlines()) + tokenise(processor, QUERY, questions.splitlines())
    batches = plan_batches([len(text) for text in tokens], _TOKEN_BUDGET)
    return [pad([tokens[index] for index in batch.indices], processor.pad_id()) for batch in batches]


def _measure(weights: E5Weights, batches: list[tuple[Ints, Ints]]) -> dict[str, _Extremes]:
    compiled = openvino.Core().compile_model(exact_graph(weights), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    found: dict[str, _Extremes] = {}
    for ids, mask in batches:
        for port, values in request.infer({"input_ids": ids, "attention_mask": mask}).items():
            name = port.get_any_name()
            if name != "embedding":
                states = values[mask > 0]
                extremes = _Extremes(states.min(axis=0), states.max(axis=0))
                found[name] = found[name].joined(extremes) if name in found else extremes
    return found


def _smoothed(extremes: _Extremes, matrix: Floats) -> InputRange:
    """Share what a channel's values are larger than others' between states and matrix; the mean factor is 1."""
    states = np.maximum(np.maximum(extremes.high, -extremes.low), _LEAST)
    columns = np.maximum(np.abs(matrix).max(axis=0), _LEAST)
    factors = states**_ALPHA / columns ** (1 - _ALPHA)
    smoothing = (factors / np.exp(np.log(factors).mean())).astype(np.float32)
    low, high = (extremes.low / smoothing).min(), (extremes.high / smoothing).max()
    return InputRange(smoothing, min(float(low), 0.0), max(float(high), 0.0))
