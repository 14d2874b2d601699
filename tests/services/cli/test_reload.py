"""`vigie up --reload` on a copy of the code: a file that changes, Ctrl-C, a library that is missing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from tests.support.up import PATIENCE_S
from tests.support.warm_start import ROOT


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A checkout of the code, to be changed."""
    for folder in ("services", "shared"):
        shutil.copytree(ROOT / folder, tmp_path / "code" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "code"


def wait_for(found: Callable[[], int | None], log: Path) -> int:
    give_up = time.monotonic() + 2 * PATIENCE_S  # a stop, and a start
    while time.monotonic() < give_up:
        if (value := found()) is not None:
            return value
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-3000:])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_stack_starts_again_when_a_file_changes(code: Path, tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    environment = {**os.environ, "VIGIE_EMBEDDER_BACKEND": "hashing", "VIGIE_LANG": "en", "PYTHONPATH": str(code)}
    command = [sys.executable, "-m", "services.cli", "up", "--reload", "--port", "0", "--data", str(data)]

    def running_beside(former: int | None) -> int | None:
        try:
            pid = int(json.loads((data / "vigie.url").read_bytes())["pid"])
        except (FileNotFoundError, ValueError):
            return None
        return None if pid == former else pid

    with log.open("wb") as file:
        parent = subprocess.Popen(command, cwd=code, env=environment, stdout=file, stderr=file)
    try:
        first = wait_for(lambda: running_beside(None), log)
        changed = code / "services/generator/service.py"
        changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        second = wait_for(lambda: running_beside(first), log)
        assert not is_alive(first)
        assert parent.poll() is None
        parent.send_signal(signal.SIGINT)
        assert parent.wait(60) == 0
        assert not is_alive(second)
        assert "The code has changed" in log.read_text()
    finally:
        parent.terminate()
        parent.wait(60)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_watchfiles_that_is_missing_is_one_line(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = CliRunner().invoke(app, ["up", "--reload"], env={"VIGIE_LANG": language, "COLUMNS": "200"})
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert "watchfiles" in line
    assert "make setup" in line
