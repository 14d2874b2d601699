"""Each model is judged by a calibration that was fitted to it, and by words alone where there is none."""

import logging

import pytest

from services.embedder.adapters.e5_build import ONNX, OPENVINO
from services.generator.answering.calibration import Calibrations, Signals, packaged_calibration
from shared.contracts.index import EmbeddingModel
from tests.fakes.generator import CALIBRATION

NEAR = Signals(dense=0.95, close=0.95, domain=0.0, particular=0.0)
FAR = Signals(dense=0.70, close=0.70, domain=0.0, particular=0.0)


def model(name: str) -> EmbeddingModel:
    return EmbeddingModel(name=name, dimension=4, normalised=True)


def test_the_calibration_is_the_models_own_whatever_version_its_weights_have() -> None:
    other = CALIBRATION.model_copy(update={"model": "other"})
    calibrations = Calibrations([CALIBRATION, other])
    assert calibrations.for_model(model("other")) == other
    assert calibrations.for_model(model("other@0123456789ab")) == other
    assert calibrations.for_model(model("fake")) == calibrations.for_model(None) == CALIBRATION


def test_the_packaged_one_fits_the_embedders_default_and_the_same_model_elsewhere() -> None:
    packaged = packaged_calibration()
    calibrations = Calibrations([packaged])
    for name in (ONNX.name, OPENVINO.name, "multilingual-e5-small@0123456789ab"):
        assert calibrations.for_model(model(name)) == packaged


def test_one_for_the_same_model_takes_the_place_of_the_packaged_one() -> None:
    packaged = packaged_calibration()
    own = CALIBRATION.model_copy(update={"model": packaged.model})
    assert Calibrations([packaged, own]).for_model(model(packaged.model)) == own


def test_cosines_of_a_model_that_none_is_fitted_to_count_for_nothing_and_this_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    packaged = packaged_calibration()
    calibrations = Calibrations([packaged])
    known, unknown = calibrations.for_model(model(packaged.model)), calibrations.for_model(model("large"))
    assert known.probability(NEAR) > known.probability(FAR)
    assert unknown.probability(NEAR) == unknown.probability(FAR)
    on_topic = NEAR.model_copy(update={"domain": 1.0, "coverage": 0.9})
    off_topic = NEAR.model_copy(update={"domain": 0.0, "coverage": 0.3})
    assert unknown.probability(on_topic) > unknown.threshold > unknown.probability(off_topic)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            calibrations.for_model(model("large"))
    assert [record.getMessage() for record in caplog.records].count(
        "no calibration is fitted to large: weak evidence is judged by words alone"
    ) == 1


def test_a_threshold_of_the_operator_holds_for_all() -> None:
    calibrations = Calibrations([CALIBRATION], 0.0)
    assert calibrations.for_model(model("fake")).threshold == calibrations.for_model(model("large")).threshold == 0.0
