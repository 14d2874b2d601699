"""What of a folder is sent, under which names, and what is left out."""

import os
import socket
from pathlib import Path

import pytest

from services.cli.file_tree import Globs, Skip, key_of, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "consignes"
    for name in ("b.md", "a/1.txt", "a/B.MD", "a/photo.exe", ".hidden.md", ".git/config.md", "archive/old.md"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    (root / "empty").mkdir()
    return root


def keys(*paths: Path, **globs: tuple[str, ...]) -> list[str]:
    return [file.key for file in walk(paths, Globs(**globs)).files]


def test_files_in_order_under_the_folder_s_name(folder: Path) -> None:
    tree = walk([folder])
    expected = ["consignes/b.md", "consignes/a/1.txt", "consignes/a/B.MD", "consignes/archive/old.md"]
    assert [file.key for file in tree.files] == expected
    assert [file.path.read_text(encoding="utf-8") for file in tree.files] == [key[10:] for key in expected]
    assert tree.skipped == {Skip.HIDDEN: 2, Skip.UNSUPPORTED: 1}
    assert +tree.unsupported == {".exe": 1}
    assert tree.unreadable == []


def test_a_key_is_the_same_from_wherever_it_is_sent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = keys(folder)
    monkeypatch.chdir(folder / "a")
    assert keys(Path("..")) == keys(Path("../../consignes/")) == expected
    monkeypatch.chdir(folder)
    assert keys(Path()) == expected


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        ({"include": ("*.txt",)}, ["a/1.txt"]),
        ({"include": ("a/*", "b.md")}, ["b.md", "a/1.txt", "a/B.MD"]),
        ({"exclude": ("archive",)}, ["b.md", "a/1.txt", "a/B.MD"]),
        ({"exclude": ("a/*.txt",)}, ["b.md", "a/B.MD", "archive/old.md"]),
        ({"include": ("*.md",), "exclude": ("old*",)}, ["b.md"]),
        ({"exclude": ("*",)}, []),
    ],
)
def test_globs_choose(folder: Path, globs: dict[str, tuple[str, ...]], expected: list[str]) -> None:
    assert keys(folder, **globs) == [f"consignes/{name}" for name in expected]


def test_a_file_that_is_named_is_taken_whatever_it_is(folder: Path) -> None:
    named = [folder / ".hidden.md", folder / "a/photo.exe", folder / "not-there.md"]
    assert keys(*named, exclude=("*",)) == [".hidden.md", "photo.exe", "not-there.md"]


def test_links_bring_files_and_no_folders(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret.md").write_text("x", encoding="utf-8")
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(tmp_path / "elsewhere")
    (folder / "nowhere.md").symlink_to(tmp_path / "nothing")
    (folder / "itself.md").symlink_to(folder / "itself.md")
    (folder / "linked.md").symlink_to(tmp_path / "elsewhere/secret.md")
    tree = walk([folder], Globs(exclude=("a", "archive")))
    assert [file.key for file in tree.files] == ["consignes/b.md", "consignes/linked.md"]
    left_out = tree.skipped[Skip.LINK] + len(tree.unreadable)
    assert left_out == 4


def test_what_is_no_file_is_left_out(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.md"))
    assert walk([folder], Globs(exclude=("a", "archive"))).skipped[Skip.SPECIAL] == 2


def test_names_that_are_no_text_and_names_that_do_not_print(tmp_path: Path) -> None:
    root = tmp_path / "noms"
    root.mkdir()
    for name in (
        "e\u0301te\u0301.md".encode(),
        b"lat\xe9n.md",
        b"two\nlines.md",
        b"50% \xe2\x80\xae.md",
        b"q\"uo'te.md",
    ):
        (root / os.fsdecode(name)).write_bytes(name)
    tree = walk([root])
    found = {file.key: file.path.read_bytes() for file in tree.files}
    assert found.keys() == {
        "noms/été.md", "noms/lat%E9n.md", "noms/two%0Alines.md", "noms/50% %E2%80%AE.md", "noms/q\"uo'te.md",
    }  # fmt: skip
    assert all(key.isprintable() and key.encode() for key in found)


def test_a_key_does_not_depend_on_how_accents_are_stored() -> None:
    assert key_of("\u00e9.md") == key_of("e\u0301.md")


def test_a_folder_that_cannot_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as somebody who can read everything: the refusal is played."""
    scandir = os.scandir

    def refusing(path: str | Path) -> object:
        if str(path).endswith("archive"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    tree = walk([folder])
    [(name, error)] = tree.unreadable
    assert (name, error.strerror) == ("consignes/archive", "Permission denied")
    assert "consignes/b.md" in [file.key for file in tree.files]


def test_a_deep_tree_needs_no_recursion(tmp_path: Path) -> None:
    root = tmp_path / "deep"
    deepest = root
    for _ in range(300):
        deepest /= "d"
    deepest.mkdir(parents=True)
    (deepest / "a.md").write_text("x", encoding="utf-8")
    assert len(walk([root]).files) == 1


def test_lock_files_of_who_is_writing_are_left_out(folder: Path) -> None:
    """Word, Excel and PowerPoint lay `~$name` beside a file that is open, LibreOffice `.~lock.name#`."""
    for name in ("~$nsigne.docx", "a/~$registre.xlsx", ".~lock.consigne.odt#", "a/~ brouillon.md"):
        (folder / name).write_bytes(b"\x05Alice")
    assert [key for key in keys(folder) if "~" in key] == ["consignes/a/~ brouillon.md"]
    assert walk([folder]).skipped[Skip.HIDDEN] == 5
