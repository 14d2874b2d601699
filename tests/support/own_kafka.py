"""A Kafka of a test's own, whose nodes it may stop: the one of VIGIE_TEST_KAFKA is shared and never touched."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.support.tcp_ports import claimed_ports

SERVERS = os.environ.get("VIGIE_TEST_SERVERS", "")
REASON = "Kafka's own faults were not tested: VIGIE_TEST_SERVERS names no folder with kafka.py"
PATIENCE_S = 180

Properties: TypeAlias = Callable[[Path, int], Mapping[str, str]]
"""What a cluster's configuration has besides the script's, from its folder and its first port."""


@dataclass(frozen=True)
class OwnKafka:
    """Nodes in a folder of their own, counted from 1."""

    folder: Path
    bootstrap_servers: str

    def stop(self, node: int = 1, *, kill: bool = False) -> None:
        """Stop a node in good order, or kill -9 it."""
        _kafka("stop", self.folder, "--node", str(node), *(["--kill"] if kill else []))

    def restart(self, node: int = 1) -> None:
        """Start a node on its old data; back once it answers."""
        _kafka("restart", self.folder, "--node", str(node))


@contextmanager
def own_kafka(nodes: int = 1, properties: Properties | None = None) -> Iterator[OwnKafka]:
    """A running cluster, removed with all that it holds; with three nodes every topic is on all of them."""
    with tempfile.TemporaryDirectory(prefix="vigie-kafka-") as name:
        folder = Path(name)
        try:
            port = claimed_ports(nodes)
            made = properties(folder, port) if properties is not None else {}
            options = [part for name, value in made.items() for part in ("--set", f"{name}={value}")]
            start = _kafka("start", folder, "--port", str(port), "--nodes", str(nodes), *options)
            yield OwnKafka(folder, start.splitlines()[-1])
        finally:
            _kafka("stop", folder, "--kill")


def _kafka(command: str, folder: Path, *options: str) -> str:
    script = [sys.executable, str(Path(SERVERS) / "kafka.py"), command, str(folder), *options]
    for _ in range(2):  # on a busy machine the script may look for the node before its process has a name
        # Into a file: nodes outlive the script, and would keep a pipe open.
        with (folder / "script.log").open("w+b") as said:
            done = subprocess.run(script, stdout=said, stderr=said, timeout=PATIENCE_S, check=False)
            said.seek(0)
            words = said.read().decode()
        if done.returncode == 0:
            return words
    raise AssertionError(words)
