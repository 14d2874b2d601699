"""The data folder: one stack at a time works on it, and tells the other commands where it can be reached."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from shared.storage.private import close_to_others, make_private_folder, open_private


class FolderInUse(Exception):
    """Another stack works on this folder."""


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / "vigie.lock", mode=0o600)
        self._address = path / "vigie.url"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one stack, and for its owner alone. The lock dies with its process, however that ends.

        Raises:
            FolderInUse: at once, when another process holds it.
        """
        make_private_folder(self.path)
        close_to_others(self.path)  # made by a release that left that to the umask
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise FolderInUse from error
        try:
            self._address.unlink(missing_ok=True)
            yield
        finally:
            self._address.unlink(missing_ok=True)
            self._lock.release()

    def announce(self, url: str, pages: str | None = None) -> None:
        """Tell other commands where the stack that holds the folder answers, and where its pages are."""
        partial = self._address.with_suffix(".partial")
        with open_private(partial) as file:
            file.write(json.dumps({"url": url, "pages": pages, "pid": os.getpid()}).encode())
        partial.replace(self._address)

    def announced(self) -> str | None:
        """Where the stack that holds this folder answers; None while none does or it is still starting."""
        return self._told("url")

    def announced_pages(self) -> str | None:
        """Where the pages of that stack are; None where it serves none."""
        return self._told("pages")

    def _told(self, what: str) -> str | None:
        try:
            told: str | None = json.loads(self._address.read_text(encoding="utf-8"))[what]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return told
