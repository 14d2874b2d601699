"""Which calibration fits the model that a question was embedded with. Pure.

Cosines of two models are not alike: what is near for one is far for another. So each calibration is for one model. For
a model that none was fitted to, cosines count as unknown, and the words of the question decide alone.
"""

import logging
from collections.abc import Sequence

from services.generator.abstention import Calibration
from shared.contracts.index import EmbeddingModel

_log = logging.getLogger(__name__)

_COSINES = {"dense", "close"}


class Calibrations:
    """Those that there are, the packaged one first; of two for one model the later one counts.

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

    def fitting(self, model: EmbeddingModel | None) -> Calibration:
        """The one for this model, or for the model that its weights are a version of (`name@digest`).

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
