"""A backup of a folder that is in use has an object for each row; what is damaged, newer or elsewhere is refused."""

import hashlib
import io
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest

from services.gateway.database.schema import migrate
from services.standalone import backup as module
from services.standalone.backup import UnusableBackup, back_up, restore
from services.standalone.data_folder import DataFolder, FolderInUse

SOURCE = "sources/" + "a" * 32


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("database") / "vigie.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
def data(tmp_path: Path, migrated: bytes) -> Path:
    """A folder with one document, its file, texts, keys, and what no backup takes."""
    folder = tmp_path / "data"
    for name, content in {
        "vigie.db": migrated,
        f"objects/{SOURCE}": b"a document",
        "objects/texts/" + "b" * 32: b"its text",
        "objects/sources/.half-written": b"...",
        "keys/grant.pem": b"a key",
        "index/segment": b"made again",
        "models/weights": b"fetched again",
        "web.db": b"sessions",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    add_version(folder, SOURCE, "indexed")
    return folder


def add_version(folder: Path, key: str, state: str) -> None:
    with sqlite3.connect(folder / "vigie.db") as connection:
        columns = connection.execute("PRAGMA table_info(document_versions)").fetchall()
        values = {
            name: 0 if "INT" in kind.upper() or "FLOAT" in kind.upper() else ""
            for _, name, kind, required, default, _ in columns
            if required and default is None
        }
        identity = hashlib.md5(key.encode()).hexdigest()
        values |= {"id": identity, "document_id": identity, "source_key": key, "state": state}
        names = ", ".join(values)
        connection.execute(
            f"INSERT INTO document_versions ({names}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
        )
    connection.close()


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_cannot_be_made_again_comes_back(data: Path, tmp_path: Path) -> None:
    made = back_up(data, tmp_path / "backup.tar")
    assert made.missing == ()
    restored = restore(tmp_path / "backup.tar", tmp_path / "new")
    assert restored == made
    before, after = files(data), files(tmp_path / "new")
    kept = {"vigie.db", f"objects/{SOURCE}", "objects/texts/" + "b" * 32, "keys/grant.pem"}
    assert set(after) - {"vigie.lock"} == kept
    assert all(before[name] == after[name] for name in kept - {"vigie.db"})
    with sqlite3.connect(tmp_path / "new" / "vigie.db") as connection:
        assert connection.execute("SELECT source_key FROM document_versions").fetchall() == [(SOURCE,)]
    connection.close()


def test_the_archive_and_what_comes_out_of_it_are_for_their_owner_alone(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar")
    restore(tmp_path / "backup.tar", tmp_path / "new")
    for path in (tmp_path / "backup.tar", *(tmp_path / "new").rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_is_withdrawn_while_it_is_copied_is_settled_by_a_newer_copy(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the copy of the database and that of the objects, one document goes and another comes."""
    late = "sources/" + "d" * 32
    copy_database = module._copy_database

    def then_others_work(database: Path, copy: Path) -> None:
        copy_database(database, copy)
        if (data / "objects" / SOURCE).exists():
            with sqlite3.connect(data / "vigie.db") as connection:
                connection.execute("UPDATE document_versions SET state = 'withdrawn'")
            connection.close()
            (data / "objects" / SOURCE).unlink()
            monkeypatch.setattr(module, "_files", lambda _folder: iter(()))  # its walk has passed
            (data / "objects" / late).write_bytes(b"late")
            add_version(data, late, "accepted")

    monkeypatch.setattr(module, "_copy_database", then_others_work)
    assert back_up(data, tmp_path / "backup.tar").missing == ()
    restore(tmp_path / "backup.tar", tmp_path / "new")
    assert (tmp_path / "new/objects" / late).read_bytes() == b"late"
    assert not (tmp_path / "new/objects" / SOURCE).exists()


def test_a_file_that_was_lost_before_is_told(data: Path, tmp_path: Path) -> None:
    (data / "objects" / SOURCE).unlink()
    assert back_up(data, tmp_path / "backup.tar").missing == (SOURCE,)
    assert restore(tmp_path / "backup.tar", tmp_path / "new").missing == (SOURCE,)


def test_a_backup_takes_no_other_s_place(data: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.tar").write_bytes(b"another")
    with pytest.raises(FileExistsError):
        back_up(data, tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_bytes() == b"another"


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(tmp_path / "nowhere", tmp_path / "backup.tar")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["vigie.db", "objects/sources/x", "keys/grant.pem"])
def test_a_folder_with_data_is_left_as_it_is(data: Path, tmp_path: Path, name: str) -> None:
    back_up(data, tmp_path / "backup.tar")
    there = tmp_path / "new" / name
    there.parent.mkdir(parents=True)
    there.write_bytes(b"there")
    with pytest.raises(FileExistsError):
        restore(tmp_path / "backup.tar", tmp_path / "new")
    assert files(tmp_path / "new") == {name: b"there"}


def test_a_folder_in_use_is_left_alone(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar")
    with DataFolder(tmp_path / "new").held(), pytest.raises(FolderInUse):
        restore(tmp_path / "backup.tar", tmp_path / "new")


CHANGES: dict[str, dict[str, bytes | None]] = {
    "a byte": {f"objects/{SOURCE}": b"a doCument"},
    "a file less": {"keys/grant.pem": None},
    "a file more": {"keys/other.pem": b"smuggled in"},
    "a way out": {"objects/../../escaped": b"escaped"},
    "an absolute way out": {"/objects/escaped": b"escaped"},
    "no manifest": {"manifest.json": None},
}
TOLD = {"newer tables": {"revision": "9999"}, "a newer format": {"format": 2}}


def rewritten(archive: Path, change: str) -> None:
    """Change one thing of an archive."""
    with tarfile.open(archive) as tar:
        content = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]  # all are files
    if change in TOLD:
        content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | TOLD[change]).encode()
    for name, each in CHANGES.get(change, {}).items():
        content.pop(name, None)
        if each is not None:
            content[name] = each
    with tarfile.open(archive, "w") as tar:
        for name, each in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(each)
            tar.addfile(entry, io.BytesIO(each))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("a byte", "damaged"),
        ("a file less", "damaged"),
        ("a file more", "damaged"),
        ("a way out", "damaged"),
        ("an absolute way out", "damaged"),
        ("no manifest", "damaged"),
        ("newer tables", "newer"),
        ("a newer format", "newer"),
    ],
)
def test_an_unusable_archive_leaves_nothing_behind(data: Path, tmp_path: Path, change: str, code: str) -> None:
    back_up(data, tmp_path / "backup.tar")
    rewritten(tmp_path / "backup.tar", change)
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(UnusableBackup) as refusal:
        restore(tmp_path / "backup.tar", tmp_path / "new")
    assert refusal.value.code == f"cli.backup.{code}"
    assert set(files(tmp_path / "new")) <= {"vigie.lock"}
    assert {path.name for path in tmp_path.iterdir()} - before <= {"new"}


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x1f\x8b" + b"\0" * 600])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "backup.tar").write_bytes(content)
    with pytest.raises(UnusableBackup):
        restore(tmp_path / "backup.tar", tmp_path / "new")


def test_a_cut_archive_is_refused(data: Path, tmp_path: Path) -> None:
    back_up(data, tmp_path / "backup.tar")
    whole = (tmp_path / "backup.tar").read_bytes()
    (tmp_path / "backup.tar").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnusableBackup):
        restore(tmp_path / "backup.tar", tmp_path / "new")
