"""Backup of a data folder while a stack works on it, and its restoring into an empty one.

The archive is a tar file: the objects, the keys, the database, and a manifest with the SHA-256 of each file. Left out
is what is made or fetched again: the index, models, corpora, sessions of the pages.

A row must have its object, never the other way round. So the database is copied first (SQLite's own backup, one moment
of it), then the objects; what a withdrawal took away between the two is settled by a newer copy of the database.
"""

import hashlib
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic.script import ScriptDirectory

from services.gateway.database.duerp_tables import DuerpImportRow
from services.gateway.database.schema import MIGRATIONS
from services.gateway.database.tables import VersionRow
from services.standalone.data_folder import DataFolder
from shared.clock import utc_now
from shared.contracts.object_layout import duerp_file_key
from shared.http_api.documents import DocumentState
from shared.http_api.duerp.imports import ImportState
from shared.storage.private import make_private_folder, open_private

_FORMAT = 1
_DATABASE, _MANIFEST, _OBJECTS, _KEYS = "vigie.db", "manifest.json", "objects", "keys"
_ROUNDS = 5
_CHUNK = 1 << 20


class UnusableBackup(Exception):
    """An archive that cannot be restored; `code` is a sentence of the catalogues, `params` its values."""

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)


@dataclass(frozen=True, slots=True)
class Backup:
    """What an archive holds.

    Attributes:
        files: how many, the database and the keys among them.
        size: bytes of them.
        missing: keys of objects that rows ask for and the store no longer had.
    """

    files: int
    size: int
    missing: tuple[str, ...]


def back_up(data: Path, archive: Path) -> Backup:
    """Write an archive of a data folder, which may be in use; it is there whole or not at all, for its owner alone.

    Raises:
        FileExistsError: there is a file of this name.
        FileNotFoundError: the folder has no database.
    """
    if archive.exists():
        raise FileExistsError(archive)
    if not (data / _DATABASE).is_file():
        raise FileNotFoundError(data / _DATABASE)
    partial = archive.with_name(f".{archive.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".vigie-backup-") as folder:
            copy = Path(folder) / _DATABASE
            with open_private(partial) as file, tarfile.open(fileobj=file, mode="w") as tar:
                made = _write(tar, data, copy)
            partial.rename(archive)
    finally:
        partial.unlink(missing_ok=True)
    return made


def restore(archive: Path, data: Path) -> Backup:
    """Put an archive's files into an empty data folder, each held against its SHA-256.

    Raises:
        UnusableBackup: it is no archive of ours, is damaged, or a newer version made it; nothing is left behind then.
        FolderInUse: a stack works on the folder.
        FileExistsError: the folder has a database, objects or keys.
    """
    for name in (_DATABASE, _OBJECTS, _KEYS):
        if (data / name).exists():
            raise FileExistsError(data / name)
    with DataFolder(data).held(), tempfile.TemporaryDirectory(dir=data, prefix=".restoring-") as folder:
        place = Path(folder)
        made = _read(archive, place)
        for name in (_OBJECTS, _KEYS, _DATABASE):  # the database last: with it the folder is one that a stack starts on
            if (place / name).exists():
                (place / name).rename(data / name)
    return made


def _write(tar: tarfile.TarFile, data: Path, copy: Path) -> Backup:
    files: dict[str, dict[str, Any]] = {}
    _copy_database(data / _DATABASE, copy)
    for folder in (_KEYS, _OBJECTS):
        for path in _files(data / folder):
            _add(tar, path, path.relative_to(data).as_posix(), files)
    missing: list[str] = []
    for _ in range(_ROUNDS):
        missing = [key for key in _wanted(copy) if not _added(tar, data, key, files)]
        if not missing:
            break
        _copy_database(data / _DATABASE, copy)
    _add(tar, copy, _DATABASE, files)
    manifest = {
        "format": _FORMAT,
        "version": version("vigie"),
        "revision": _revision(copy),
        "made_at": utc_now().isoformat(),
        "missing": missing,
        "files": files,
    }
    content = json.dumps(manifest).encode()
    tar.addfile(_entry(_MANIFEST, len(content)), BytesIO(content))
    return Backup(len(files), sum(each["size"] for each in files.values()), tuple(missing))


def _copy_database(database: Path, copy: Path) -> None:
    """Copy one moment of a database that others write (SQLite's documentation, "Online Backup API")."""
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)


def _wanted(database: Path) -> Iterator[str]:
    """Yield the keys of the objects that cannot be made again: files as they were sent, of what was not withdrawn."""
    with closing(sqlite3.connect(database)) as connection:
        query = f"SELECT source_key FROM {VersionRow.__tablename__} WHERE state != ?"  # noqa: S608 (a name of ours)
        yield from sorted({key for (key,) in connection.execute(query, (DocumentState.WITHDRAWN,))})
        query = f"SELECT id FROM {DuerpImportRow.__tablename__} WHERE state NOT IN (?, ?)"  # noqa: S608
        ended = (ImportState.DISCARDED, ImportState.TAKEN_BACK)
        yield from (duerp_file_key(UUID(identity)) for (identity,) in connection.execute(query, ended))


def _added(tar: tarfile.TarFile, data: Path, key: str, files: dict[str, dict[str, Any]]) -> bool:
    """Return whether an object is in the archive, after one more try to bring it there."""
    name = f"{_OBJECTS}/{key}"
    if name not in files:
        _add(tar, data / _OBJECTS / key, name, files)
    return name in files


def _files(folder: Path) -> Iterator[Path]:
    """Yield whole files: an object that is being written has a hidden name until it is whole."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _add(tar: tarfile.TarFile, path: Path, name: str, files: dict[str, dict[str, Any]]) -> None:
    """Add a file unless it went since it was listed; objects are never changed, so what was opened is whole."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        size, digest = os.fstat(file.fileno()).st_size, hashlib.sha256()
        tar.addfile(_entry(name, size), _Digesting(file, digest))  # reads are all that it asks for
        files[name] = {"sha256": digest.hexdigest(), "size": size}


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Digesting:
    """A file whose bytes are digested as they are read."""

    def __init__(self, file: Any, digest: Any) -> None:
        self._file = file
        self._digest = digest

    def read(self, size: int = -1) -> bytes:
        content: bytes = self._file.read(size)
        self._digest.update(content)
        return content


def _revision(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        [(revision,)] = connection.execute("SELECT version_num FROM alembic_version")
    return str(revision)


def _read(archive: Path, place: Path) -> Backup:
    """Unpack into an empty folder and check every file.

    Raises:
        UnusableBackup: see `restore`.
    """
    try:
        with tarfile.open(archive, mode="r:") as tar:
            found = {entry.name: _unpacked(tar, entry, place) for entry in tar}
        manifest = json.loads((place / _MANIFEST).read_bytes())
        files, revision = dict(manifest["files"]), str(manifest["revision"])
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        raise UnusableBackup("cli.backup.damaged", name=archive.name) from error
    if manifest["format"] != _FORMAT or revision not in _known_revisions():
        raise UnusableBackup("cli.backup.newer", version=str(manifest.get("version", "?")))
    found.pop(_MANIFEST)
    if found != {name: each["sha256"] for name, each in files.items()} or _DATABASE not in found:
        raise UnusableBackup("cli.backup.damaged", name=archive.name)
    return Backup(len(files), sum(each["size"] for each in files.values()), tuple(manifest["missing"]))


def _unpacked(tar: tarfile.TarFile, entry: tarfile.TarInfo, place: Path) -> str:
    """Write one file below `place`, for its owner alone; its SHA-256.

    Raises:
        ValueError: it is no file, or would lie elsewhere.
    """
    parts = entry.name.split("/")
    if not entry.isreg() or parts[0] not in {_DATABASE, _MANIFEST, _OBJECTS, _KEYS} or {"", ".", ".."} & set(parts):
        raise ValueError(entry.name)
    path = place.joinpath(*parts)
    make_private_folder(path.parent)
    digest, content = hashlib.sha256(), tar.extractfile(entry)
    assert content is not None
    with open_private(path) as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _known_revisions() -> set[str]:
    return {each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
