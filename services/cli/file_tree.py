"""Finds the files below folders that can be ingested, gives each a stable key, and counts what is left out.

Links to folders are not followed, so that no loop and nothing from elsewhere comes in; links to files are.
"""

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from shared.contracts.media_types import EXTENSIONS

_SUPPORTED = frozenset(extension for extensions in EXTENSIONS.values() for extension in extensions)


_HIDDEN = (".", "~$")
"""Beginnings of the names of files that no person sees in a folder: Office hides those of who is writing (`~$`)."""


class Skip(StrEnum):
    """Why a file or folder is left out, which is no error."""

    HIDDEN = "hidden"
    UNSUPPORTED = "unsupported"
    EXCLUDED = "excluded"
    LINK = "link"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file and the key of its document: its path from the folder that was named, that folder's name first."""

    path: Path
    key: str

    @property
    def name(self) -> str:
        return PurePosixPath(self.key).name


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns for paths below the folder, or for file names; `*` matches a slash too. No `include` includes all."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def leaves_out(self, path: PurePosixPath, *, folder: bool) -> bool:
        if _matches(path, self.exclude):
            return True
        return not folder and bool(self.include) and not _matches(path, self.include)


@dataclass
class Tree:
    """Result of `walk`: files in the order of their names, counts of skipped ones, errors of unreadable ones."""

    files: list[TreeFile] = field(default_factory=list)
    skipped: Counter[Skip] = field(default_factory=Counter)
    unsupported: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[str, OSError]] = field(default_factory=list)


def walk(paths: Iterable[Path], globs: Globs | None = None) -> Tree:
    """Find the files below `paths`; a path that is a file is taken whatever it is."""
    tree = Tree()
    for path in paths:
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links, and change names
        if whole.is_dir():
            _walk(whole, globs or Globs(), tree)
        else:
            tree.files.append(TreeFile(path, key_of(whole.name)))
    return tree


def key_of(path: str) -> str:
    """A path as a key: composed characters, and %XX for bytes that are no text and characters that do not print."""
    words = os.fsencode(path).decode("utf-8", "surrogateescape")
    return "".join(map(_printable, unicodedata.normalize("NFC", words)))


def _walk(root: Path, globs: Globs, tree: Tree) -> None:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        folders = []
        for entry in _entries(folder, root, tree):
            path = Path(entry.path)
            below = PurePosixPath(path.relative_to(root).as_posix())
            try:
                if entry.is_dir(follow_symlinks=False):
                    if skip := _folder_skip(entry, below, globs):
                        tree.skipped[skip] += 1
                    else:
                        folders.append(path)
                elif skip := _file_skip(entry, below, globs):
                    tree.skipped[skip] += 1
                    tree.unsupported[below.suffix.lower()] += skip is Skip.UNSUPPORTED
                else:
                    tree.files.append(TreeFile(path, key_of(f"{root.name}/{below}")))
            except OSError as error:
                tree.unreadable.append((key_of(f"{root.name}/{below}"), error))
        waiting.extend(reversed(folders))


def _entries(folder: Path, root: Path, tree: Tree) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            yield from sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        tree.unreadable.append((key_of(f"{root.name}/{folder.relative_to(root)}"), error))


def _folder_skip(entry: "os.DirEntry[str]", below: PurePosixPath, globs: Globs) -> Skip | None:
    if entry.name.startswith("."):
        return Skip.HIDDEN
    return Skip.EXCLUDED if globs.leaves_out(below, folder=True) else None


def _file_skip(entry: "os.DirEntry[str]", below: PurePosixPath, globs: Globs) -> Skip | None:
    """Why a file is skipped, or None. Hidden and excluded come first: such a file is not reported as unsupported."""
    if entry.name.startswith(_HIDDEN):
        return Skip.HIDDEN
    if globs.leaves_out(below, folder=False):
        return Skip.EXCLUDED
    if entry.is_symlink() and (entry.is_dir() or not os.path.exists(entry.path)):  # noqa: PTH110
        return Skip.LINK
    if not entry.is_file():
        return Skip.SPECIAL
    return None if below.suffix.lower() in _SUPPORTED else Skip.UNSUPPORTED


def _matches(path: PurePosixPath, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(str(path), pattern) or fnmatchcase(path.name, pattern) for pattern in patterns)


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
