"""What Linux says of processes (proc(5))."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """CPU time of a process and its children, those that have ended too, user and system, seconds; 0 once it is gone.

    A server may serve each connection by a child: what one took that has ended is its parent's to tell.
    """
    try:
        times = sum(map(int, _stat(pid)[11:15]))
    except OSError:
        return 0.0
    return times / _TICKS_PER_S + sum(cpu_s(child) for child in children_of(pid))


def peak_bytes(pid: int) -> int:
    """Largest resident memory since the process started.

    Raises:
        OSError: there is no such process.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def children_of(pid: int) -> Iterator[int]:
    """Those that live; none once it is gone."""
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            yield from map(int, path.read_text().split())


def parent_of(pid: int) -> int | None:
    """None where this system has no such process."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return None


def _stat(pid: int) -> list[str]:
    """Fields of `stat` from the state on, which is the third there."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
