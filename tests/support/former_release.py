"""The code of a former release, to make data with and to work beside: what people have when they update."""

import subprocess
from pathlib import Path

from tests.support.warm_start import ROOT

RELEASED = "e2588a7c46f881fd4cadd204ec6b7aa9b041b799"
"""The last release, whose API and messages docs/released keeps: who releases writes the new one's commit here."""


def checked_out(commit: str, folder: Path) -> Path:
    """Write the files of a commit into a folder.

    Raises:
        AssertionError: this clone does not have the commit; a shallow one must be deepened (`git fetch --unshallow`).
    """
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    assert packed.returncode == 0, f"the clone lacks commit {commit}: {packed.stderr.decode()}"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "--extract", "--file=-", "--directory", folder], input=packed.stdout, check=True)
    return folder
