"""`vigie up` as a process, on a folder of a test's own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from services.standalone.local_issuer import LocalIssuer, Person
from shared.client import VigieClient
from tests.support.warm_start import ROOT, ChildProcess, started

PATIENCE_S = 90
VIGIE = (sys.executable, "-c", "from services.cli import main; main()")


class Up:
    """One stack at a time on `data`; it may be killed and started again.

    Args:
        root: of the code that runs.
        program: what starts the command there.
        seen: where this process finds `data`, when the program finds it elsewhere.
        environment: beside what makes a quick stack without a model.
    """

    def __init__(
        self,
        data: Path,
        *,
        root: Path = ROOT,
        program: tuple[str, ...] = VIGIE,
        seen: Path | None = None,
        **environment: str,
    ) -> None:
        self.data = data
        self._root = root
        self._program = program
        self._seen = seen or data
        self.issuer = LocalIssuer(self._seen / "keys")
        self.environment = {
            **os.environ,
            "VIGIE_EMBEDDER_BACKEND": "hashing",
            "VIGIE_GENERATOR_ABSTAIN_BELOW": "0",
            "VIGIE_LANG": "en",
            **environment,
        }
        self.log = data.with_suffix(".log")
        self._process: ChildProcess | None = None
        self.url = ""
        self.pages = ""

    def command(self, *arguments: str) -> list[str]:
        return [*self._program, *arguments, "--data", str(self.data)]

    def run(self, *arguments: str, timeout_s: float = PATIENCE_S) -> subprocess.CompletedProcess[str]:
        """Another command on the same folder."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self._root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def start(self) -> str:
        """Start and wait until it tells its address."""
        with self.log.open("ab") as log:
            self._process = self._started(self.command("up", "--port", "0"), log)
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            if self._process.poll() is not None:
                break
            if (url := self._announced(self._process.pid)) is not None:
                self.url = url
                self.pages = str(self._told().get("pages") or "")
                return url
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"vigie up did not start: {self.log.read_text()[-3000:]}")

    def _started(self, command: list[str], log: IO[bytes]) -> ChildProcess:
        if self._root == ROOT and self._program == VIGIE:
            return started(command[1:], env=self.environment, output=log)
        return subprocess.Popen(command, cwd=self._root, env=self.environment, stdout=log, stderr=log)

    def _announced(self, pid: int) -> str | None:
        told = self._told()
        return str(told["url"]) if told.get("pid") == pid else None

    def _told(self) -> dict[str, str | int | None]:
        try:
            told: dict[str, str | int | None] = json.loads((self._seen / "vigie.url").read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return told

    def client(self, person: Person | None = None, language: str = "en") -> VigieClient:
        return VigieClient(self.url, self.issuer.token(person or self.issuer.operator()), language)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self, timeout_s: float = 30) -> int:
        """SIGTERM; its exit code."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(timeout_s)
        finally:
            self.kill()
