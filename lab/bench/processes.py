"""CPU time, memory and children of processes, from proc(5)."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Return CPU seconds (user and system) of a process and its children, ended ones too; 0 once it has ended.

    A server may serve each connection by a child: what one took that has ended is its parent's to tell.
    """
    try:
        times = sum(map(int, _stat(pid)[11:15]))
    except OSError:
        return 0.0
    return times / _TICKS_PER_S + sum(cpu_s(child) for child in children_of(pid))


def peak_bytes(pid: int) -> int:
    """Return the largest resident memory since the process started.

    Raises:
        OSError: there is no such process.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def children_of(pid: int) -> Iterator[int]:
    """Return the process's living children; none once it has ended."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, path.read_text().split())


def parent_of(pid: int) -> int | None:
    """Return a file of /proc; None if there is no such process."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return None


def _stat(pid: int) -> list[str]:
    """Return the fields of `stat` from the third, the state, on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
