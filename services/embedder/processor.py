"""What the processor multiplies by itself."""

import platform
from pathlib import Path

_FLAGS = Path("/proc/cpuinfo")
_VNNI = frozenset({"avx512_vnni", "avx_vnni"})
"""Flags of Linux for processors that add four products of int8 in 32 bits, in one step."""


def has_vnni(flags: Path = _FLAGS) -> bool:
    """Return whether this is an x86 processor that multiplies int8 by itself; False where nobody tells (not Linux).

    Args:
        flags: file with a line `flags : ...` for each core.
    """
    if platform.machine() != "x86_64":
        return False
    try:
        lines = flags.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return False
    told = next((line for line in lines if line.startswith("flags")), "")
    return not _VNNI.isdisjoint(told.partition(":")[2].split())
