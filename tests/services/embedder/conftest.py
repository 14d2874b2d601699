from pathlib import Path

import pytest

from services.embedder.adapters.e5_build import ONNX, OPENVINO
from tests.support.embedding_model import built_model


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the embedding model for both engines, built once for all workers as a first start builds it."""
    return built_model(tmp_path_factory, ONNX, OPENVINO)
