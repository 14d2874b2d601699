"""A folder with a model of sentence-transformers: found without a download, checked before it is loaded, named (S20).

Weights are read from safetensors only: the older formats are pickles, which run whatever code somebody put into them.
Modules come from sentence-transformers only: a model may name classes of its own, which would be imported.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.embedder.prefixes import Prefixes
from shared.errors import EmbeddingFailed, Unavailable

_FILES = ("*.safetensors", "*.json", "*.txt", "*.model")
"""What is fetched of a model, and what makes it what it is: weights, configurations, vocabularies."""

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")
_OWN = "sentence_transformers."
_CHUNK_BYTES = 1024 * 1024


def find_folder(name: str, *, hub: bool) -> Path:
    """The folder of this path, or the one in which Hugging Face's cache keeps the model of this name.

    Args:
        hub: whether a model that is not in the cache may be fetched.

    Raises:
        EmbeddingFailed: it is not on this machine, and not to be fetched.
        Unavailable: the hub does not answer.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or name.startswith((".", "~")):
        raise EmbeddingFailed(model=name, reason="no-weights")
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (the extra's)
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(name, allow_patterns=list(_FILES), local_files_only=not hub))
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise EmbeddingFailed(model=name, reason="no-weights") from error
    except (LocalEntryNotFoundError, OSError) as error:
        if hub:
            raise Unavailable(part="hub") from error
        raise EmbeddingFailed(model=name, reason="no-weights") from error


def check_folder(folder: Path, name: str) -> None:
    """Raises:
    EmbeddingFailed: loading it could run code that came with it.
    """
    modules = _read_json(folder / "modules.json", name, default=[])
    if any(not str(module.get("type", "")).startswith(_OWN) for module in modules):
        raise EmbeddingFailed(model=name, reason="foreign-code")
    folders = {folder, *(folder / str(module.get("path", "")) for module in modules)}
    for each in folders:
        if any(next(each.glob(kind), None) for kind in _PICKLES) and not next(each.glob("*.safetensors"), None):
            raise EmbeddingFailed(model=name, reason="no-safetensors")
    if not next(folder.rglob("*.safetensors"), None):
        raise EmbeddingFailed(model=name, reason="no-safetensors")
    config = _read_json(folder / "config.json", name, default={})
    if "auto_map" in config:
        raise EmbeddingFailed(model=name, reason="foreign-code")


def digest_of(folder: Path, prefixes: Prefixes, max_tokens: int) -> str:
    """Twelve characters that change with whatever changes the vectors: weights, configurations, prefixes, the limit."""
    whole = hashlib.sha256(f"{prefixes.query}\0{prefixes.passage}\0{max_tokens}\0".encode())
    for path in sorted(_model_files(folder)):
        whole.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                whole.update(chunk)
    return whole.hexdigest()[:12]


def _model_files(folder: Path) -> Iterator[Path]:
    for kind in _FILES:
        yield from (path for path in folder.rglob(kind) if path.is_file())


def _read_json(path: Path, name: str, *, default: Any) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise EmbeddingFailed(model=name, reason="not-loadable", detail=path.name) from error
