"""Gets a package's data files with the ordinary `npm pack`, once per version."""

import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from shared.errors import CorpusUnavailable, UnknownCorpusLayout
from shared.storage.private import make_private_folder

_TIMEOUT_S = 600
_MAX_FILE_BYTES = 500 * 1024 * 1024
_ROOT = "package/"
"""Every npm tarball holds its files below this folder."""

_NAME = re.compile(r"@[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]*")
_ERROR_CODE = re.compile(r"npm (?:error|ERR!) code (\w+)")


def fetch_package(name: str, folder: Path, files: Sequence[str], *, refresh: bool = False) -> Path:
    """Some files of the newest version of an npm package.

    Args:
        name: such as `@socialgouv/legi-data`.
        folder: where packages are kept, each in a folder named after it and its version.
        files: paths within the package; nothing else is unpacked.
        refresh: ask npm even when a version is there already, since a newer one may have come out.

    Returns:
        The folder that holds `files`.

    Raises:
        CorpusUnavailable: npm is not installed, or could not get the package.
        UnknownCorpusLayout: the package does not have these files.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(name)
    folder = folder.resolve()  # npm runs in a folder of its own
    kept = None if refresh else _newest(folder, _flat(name), files)
    return kept or _fetched(name, folder, files)


def _fetched(name: str, folder: Path, files: Sequence[str]) -> Path:
    make_private_folder(folder)
    with tempfile.TemporaryDirectory(prefix=".npm-", dir=folder) as work:
        tarball = _pack(name, Path(work))
        unpacked = Path(work) / "unpacked"
        _unpack(name, tarball, unpacked, files)
        target = folder / f"{_flat(name)}-{_version(name, unpacked)}"
        for file in files:  # a version never changes: what is there already is the same
            place = target / file
            place.parent.mkdir(parents=True, exist_ok=True)
            (unpacked / _ROOT / file).replace(place)
    return target


def _pack(name: str, work: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise CorpusUnavailable(reason="npm-missing", package=name)
    command = [npm, "pack", name, "--ignore-scripts", "--pack-destination", str(work)]
    try:
        subprocess.run(  # noqa: S603 (the name was checked, npm is the machine's own)
            command, cwd=work, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise CorpusUnavailable(reason="npm-failed", package=name, detail=f"{_TIMEOUT_S} s") from error
    except subprocess.CalledProcessError as error:
        code = _ERROR_CODE.search(error.stderr)
        raise CorpusUnavailable(
            reason="npm-failed", package=name, detail=code[1] if code else error.returncode
        ) from error
    except OSError as error:
        raise CorpusUnavailable(reason="npm-missing", package=name) from error
    tarballs = list(work.glob("*.tgz"))
    if len(tarballs) != 1:
        raise CorpusUnavailable(reason="npm-failed", package=name, detail=f"{len(tarballs)} tarballs")
    return tarballs[0]


def _unpack(name: str, tarball: Path, target: Path, files: Sequence[str]) -> None:
    """Unpack the wanted files only, each a plain file of a bearable size, nowhere but below `target`."""
    missing = {_ROOT + file for file in (*files, "package.json")}
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for member in archive:
                if member.name in missing and member.isfile() and member.size <= _MAX_FILE_BYTES:
                    _write(archive, member, target / member.name)
                    missing.discard(member.name)
                if not missing:
                    return
    except (tarfile.TarError, EOFError, OSError) as error:
        raise UnknownCorpusLayout(reason="archive", package=name) from error
    raise UnknownCorpusLayout(reason="missing-file", package=name, file=min(missing).removeprefix(_ROOT))


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> None:
    """Write a member's content alone, as our own file: no owner, mode or time of the archive's.

    `TarFile.extract(filter=)` would do so too, but Debian 12's Python 3.11.2 does not have it.
    """
    content = archive.extractfile(member)
    if content is None:
        raise tarfile.ExtractError(member.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    with content, file.open("wb") as written:
        shutil.copyfileobj(content, written)


def _version(name: str, unpacked: Path) -> str:
    try:
        version = json.loads((unpacked / _ROOT / "package.json").read_bytes())["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownCorpusLayout(reason="missing-file", package=name, file="package.json") from error
    if not isinstance(version, str) or _VERSION.fullmatch(version) is None:
        raise UnknownCorpusLayout(reason="missing-file", package=name, file="package.json")
    return version


def _flat(name: str) -> str:
    return name.removeprefix("@").replace("/", "-")


def _newest(folder: Path, flat_name: str, files: Sequence[str]) -> Path | None:
    """The newest version that is there whole."""
    versions = [path for path in folder.glob(f"{flat_name}-*") if all((path / file).is_file() for file in files)]
    return max(versions, key=lambda path: _order(path.name.removeprefix(f"{flat_name}-")), default=None)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
