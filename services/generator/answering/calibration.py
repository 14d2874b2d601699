"""Probability that evidence answers, by embedding model: a logistic score, fitted by lab/abstention/calibrate.py.

Cosines of two models are not alike: what is near for one is far for another. So each calibration is for one model. For
a model that none was fitted to, cosines count as unknown, and the words of the question decide alone.
"""

import logging
import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from shared.contracts.base import Frozen
from shared.contracts.index import EmbeddingModel

_log = logging.getLogger(__name__)

_COSINES = {"dense", "close", "question"}


class Signals(Frozen):
    """Inputs of the probability; None where one cannot be known.

    Attributes:
        dense: the best cosine of a passage with the question; None when the retriever had no vectors.
        close: the mean of the best cosines, `_CLOSE` of them; None likewise.
        question: the mean cosine of the nearest questions that passages are known to answer, `_CLOSE` of them; None
            when none of the passages has one, or when a unit's own document is among the closest.
        coverage: the share of the question's words that one passage has, 0..1, each word weighing what it tells; None
            for a question that is not French.
        domain: 0, 0.5 or 1 for none, one or more of the domain's stems in the question; None when a unit's own document
            is among the closest passages, since a unit's documents may speak of anything.
        foreign: 1 when the question is not French: the cosines of two languages are lower.
        particular: 1 when a unit's or a person's own facts are asked for and no unit's document is among the closest.
        elsewhere: 1 when something is asked for that another text or somebody else would answer, likewise.
    """

    dense: float | None = None
    close: float | None = None
    question: float | None = None
    coverage: float | None = None
    domain: float | None = None
    foreign: float = 0.0
    particular: float = 0.0
    elsewhere: float = 0.0


class Weight(Frozen):
    """A signal's part in the logit: `weight * (value - mean) / scale`; a missing signal counts as its mean."""

    mean: float
    scale: float = Field(gt=0)
    weight: float


class Calibration(Frozen):
    """A fitted logistic model.

    Attributes:
        model: the embedding model whose cosines it was fitted to.
        also: names of the same model with other weights, whose cosines are alike (.996 or nearer).
        method: how, on what.
        vocabulary: stems of the domain's words (terms.stems).
        threshold: the probability under which an answer is an abstention.
    """

    model: str
    also: tuple[str, ...] = ()
    method: str
    bias: float
    weights: Mapping[str, Weight]
    vocabulary: frozenset[str]
    threshold: float = Field(ge=0, lt=1)

    @model_validator(mode="after")
    def _known_signals(self) -> Self:
        unknown = self.weights.keys() - Signals.model_fields.keys()
        if unknown:
            raise ValueError(f"unknown signals: {sorted(unknown)}")
        return self

    def probability(self, signals: Signals) -> float:
        """Return the probability that the passages answer, 0..1."""
        logit = self.bias
        for name, term in self.weights.items():
            value = getattr(signals, name)
            if value is not None:
                logit += term.weight * (value - term.mean) / term.scale
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


def packaged_calibration() -> Calibration:
    """The calibration that ships with the service."""
    return Calibration.model_validate_json(
        files("services.generator.answering").joinpath("calibration.json").read_bytes()
    )


def load_calibration(path: Path) -> Calibration:
    """Read a calibration from a JSON file; its `model` names the embedding model."""
    return Calibration.model_validate_json(path.read_bytes())


class Calibrations:
    """Calibrations by embedding model; of two for one model the later one counts.

    Args:
        threshold: instead of the calibrated ones; None: each its own.
    """

    def __init__(self, fitted: Sequence[Calibration], threshold: float | None = None) -> None:
        given = {} if threshold is None else {"threshold": threshold}
        self._by_model = {name: each.model_copy(update=given) for each in fitted for name in (each.model, *each.also)}
        first = next(iter(self._by_model.values()))
        words = {name: weight for name, weight in first.weights.items() if name not in _COSINES}
        self._by_words = first.model_copy(update={"weights": words})
        self._default = first
        self._warned: set[str] = set()

    def for_model(self, model: EmbeddingModel | None) -> Calibration:
        """Return the calibration of this model, or of the model that its weights are a version of (`name@digest`).

        Args:
            model: None from a sender that does not tell; then the packaged one.
        """
        if model is None:
            return self._default
        for name in (model.name, model.name.partition("@")[0]):
            if name in self._by_model:
                return self._by_model[name]
        if model.name not in self._warned:
            self._warned.add(model.name)
            _log.warning("no calibration is fitted to %s: weak evidence is judged by words alone", model.name)
        return self._by_words
