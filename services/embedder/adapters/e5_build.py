"""Builds multilingual-e5-small, quantised, for one of its engines, and installs it in a folder, whole or not at all.

    python -m services.embedder.adapters.e5_build RECIPE FOLDER

It runs as a process of its own, so that the half gigabyte that it takes goes back to the machine. Whoever comes while
another builds waits for that one; one that was killed leaves a folder that is never taken for a model.
"""

import asyncio
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from services.embedder.adapters.e5_tokenizer import build_tokenizer
from services.embedder.adapters.e5_weights import packaged_weights, read_weights
from shared.errors import InternalError

Files = Mapping[str, bytes]
"""Contents of a model's files by their names."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made of the weights.

    Attributes:
        key: names the recipe to the child process.
        name: of the model. Other graphs give other vectors: each has a name of its own, so that none are mixed.
        version: raised when the same weights give other files, so that an older build is not used any more.
    """

    key: str
    name: str
    version: str


ONNX = Recipe("onnx", "multilingual-e5-small-int8", "3")
OPENVINO = Recipe("openvino", "multilingual-e5-small-int8-openvino", "1")

PASSAGE_FILE = "passage.onnx"
QUERY_FILE = "query.onnx"
GRAPH_FILE = "graph.xml"
GRAPH_WEIGHTS_FILE = "graph.bin"
TOKENIZER_FILE = "tokenizer.model"

_CODE = Path(__file__).resolve().parents[3]
"""Where `services` and `shared` are imported from."""

logger = logging.getLogger("vigie.embedder")


async def installed_model(cache: Path, recipe: Recipe) -> Path:
    """The folder with this recipe's files below `cache`, built first in a child process where it is missing.

    Raises:
        InternalError: the build failed; its reason is on standard error.
    """
    folder = cache / f"{recipe.name}-{recipe.version}"
    if folder.is_dir():
        return folder
    logger.info("building the embedding model, some seconds")
    started = time.perf_counter()
    search = os.pathsep.join([str(_CODE), *filter(None, [os.environ.get("PYTHONPATH")])])
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, recipe.key, str(folder), env=os.environ | {"PYTHONPATH": search}
    )
    try:
        code = await child.wait()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    if code != 0 or not folder.is_dir():
        raise InternalError(reason=f"the build of the embedding model ended with {code}")
    logger.info("built the embedding model in %.0f s: %s", time.perf_counter() - started, folder)
    return folder


def install(folder: Path, build: Callable[[], Files]) -> None:
    """Build the model's files beside `folder` and rename; nothing to do when it is there.

    Raises:
        InternalError: the weights are missing or are not the ones of this recipe.
        OSError: the files cannot be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        if folder.is_dir():
            return
        partial = folder.with_name(f".{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)  # of a build that was killed: the lock says that none is alive
        try:
            partial.mkdir()
            for name, content in build().items():
                _write_durably(partial / name, content)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _build_onnx() -> Files:
    from services.embedder.adapters.e5_graph import passage_graph, query_graph  # noqa: PLC0415 (this recipe's library)

    weights = read_weights(packaged_weights())
    return {
        PASSAGE_FILE: passage_graph(weights).SerializeToString(),
        QUERY_FILE: query_graph(weights).SerializeToString(),
        TOKENIZER_FILE: build_tokenizer(weights.vocabulary),
    }


def _build_openvino() -> Files:
    from services.embedder.adapters.e5_calibration import calibrate  # noqa: PLC0415 (as above)
    from services.embedder.adapters.e5_openvino_graph import quantised_graph, serialised  # noqa: PLC0415 (as above)

    weights = read_weights(packaged_weights())
    tokenizer = build_tokenizer(weights.vocabulary)
    graph, constants = serialised(quantised_graph(weights, calibrate(weights, tokenizer)))
    return {GRAPH_FILE: graph, GRAPH_WEIGHTS_FILE: constants, TOKENIZER_FILE: tokenizer}


BUILDS: Mapping[str, Callable[[], Files]] = {ONNX.key: _build_onnx, OPENVINO.key: _build_openvino}


def _write_durably(path: Path, content: bytes) -> None:
    """The rename must not reach the disk before what it names."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    install(Path(sys.argv[2]), BUILDS[sys.argv[1]])
