"""The second reader of clauses: what a clause is like that no word of the lexicon says (likeness.json).

Linear classifiers of families over the vectors that the embedder's model gives clauses, made by
`lab/drafting/train_likeness.py`: for each family one of a clause, one of a whole description (the mean of its clauses'
vectors), and one logistic regression for all, which weighs both with what words tell.
"""

import base64
import json
import math
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import mul
from typing import Any

_DATA = "likeness.json"

Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class Alike:
    """A family that a clause tells of by likeness; `score`: 0 to 1, the surest highest."""

    family: str
    score: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """Linear classifiers of families over centred vectors of length 1; `weights` and `bias` by family."""

    mean: Vector
    weights: Mapping[str, Vector]
    bias: Mapping[str, float]

    def scores_of(self, vector: Vector) -> dict[str, float]:
        """Return how like a vector, shape (dimension,), is to those of each family; about 1 where it is one of them.

        Raises:
            ValueError: the vector has another dimension.
        """
        centred = [value - mean for value, mean in zip(vector, self.mean, strict=True)]
        length = math.sqrt(sum(map(mul, centred, centred))) or 1.0
        return {
            family: sum(map(mul, weights, centred)) / length + self.bias[family]
            for family, weights in self.weights.items()
        }


@dataclass(frozen=True, slots=True)
class Likeness:
    """The shipped classifiers.

    Attributes:
        models: names of embedding models whose vectors it reads; to those of another it is blind.
        dimension: of a vector.
        clause, whole: classifiers of a clause's vector, and of the mean of a description's.
        weighed: coefficients of the logistic regression by the name of what they weigh.
        least: probability from which a family is proposed.
    """

    models: frozenset[str]
    dimension: int
    clause: Classifier
    whole: Classifier
    weighed: Mapping[str, float]
    least: float

    def suits(self, model: str) -> bool:
        """Return whether it can read the vectors of a model."""
        return model in self.models

    def probability(self, measured: Mapping[str, float]) -> float:
        """Return how probable it is that a description has a family, 0 to 1."""
        total = sum(self.weighed[name] * value for name, value in measured.items()) + self.weighed["constant"]
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def measured(
    scores: Sequence[float], untold: Sequence[float], mean: float, whole: float, hint: float, clauses: int, lines: int
) -> dict[str, float]:
    """Return what the logistic regression weighs of a family in a description.

    Args:
        scores: of the clauses that may tell of it, one at least.
        untold: those of them of which no word tells anything.
        mean: score of the mean of the clauses' vectors by the classifier of a clause.
        whole: score of that mean by the classifier of a whole description.
        hint: 1 where a word hints at the family.
        clauses: of the description.
        lines: families of the draft by words.
    """
    best = max(scores)
    return {
        "best": best,
        "best squared": max(best, 0.0) ** 2,
        "untold": max(untold, default=0.0),
        "total": sum(max(each, 0.0) for each in scores) / math.sqrt(clauses),
        "mean": mean,
        "whole": whole,
        "hint": hint,
        "clauses": math.log1p(clauses),
        "lines": math.log1p(lines),
    }


@cache
def likeness() -> Likeness:
    """Return the shipped classifiers."""
    data = json.loads(resources.files("shared.duerp.drafting").joinpath(_DATA).read_text(encoding="utf-8"))
    return Likeness(
        models=frozenset(data["models"]),
        dimension=data["dimension"],
        clause=_classifier(data["clause"]),
        whole=_classifier(data["whole"]),
        weighed=data["weighed"],
        least=data["least"],
    )


def _classifier(data: Mapping[str, Any]) -> Classifier:
    rows: Mapping[str, Mapping[str, Any]] = data["families"]
    return Classifier(
        mean=unpacked(data["mean"]),
        weights={family: _weights(row) for family, row in rows.items()},
        bias={family: row["bias"] for family, row in rows.items()},
    )


def _weights(row: Mapping[str, Any]) -> list[float]:
    return [each * row["scale"] for each in array("b", base64.b64decode(row["weights"]))]


def unpacked(text: str) -> list[float]:
    """Return the numbers of base64 of little-endian float16."""
    data = base64.b64decode(text, validate=True)
    return list(struct.unpack(f"<{len(data) // 2}e", data[: len(data) // 2 * 2]))
