"""The code of a former commit, to make data folders with: what people have when they update."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from tests.support.warm_start import ROOT

BEFORE_THE_TREE = "9c4dfe1432b25dd0d767bc1af9f6ac6ff12c5a62"


def checked_out(commit: str, folder: Path) -> Path:
    """Write the files of a commit into a folder.

    Raises:
        AssertionError: this clone does not have the commit; a shallow one must be deepened (`git fetch --unshallow`).
    """
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    assert packed.returncode == 0, f"the clone lacks commit {commit}: {packed.stderr.decode()}"
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder
