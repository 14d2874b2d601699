"""Where the TCP connections of a process lead to, from proc(5)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ESTABLISHED, _LISTENING = "01", "0A"


@dataclass(frozen=True)
class _Socket:
    local: int
    remote: int
    state: str
    inode: str


def peers_of(pid: int) -> set[int]:
    """Return the ports to which a process has connected; connections of others to it are theirs."""
    held = _inodes(pid)
    own = [each for each in _sockets() if each.inode in held]
    listening = {each.local for each in own if each.state == _LISTENING}
    return {each.remote for each in own if each.state == _ESTABLISHED and each.local not in listening}


def _inodes(pid: int) -> set[str]:
    found: set[str] = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.update(re.findall(r"socket:\[(\d+)\]", str(descriptor.readlink())))
    return found


def _sockets() -> list[_Socket]:
    lines = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]
    ]
    return [_Socket(_port(fields[1]), _port(fields[2]), fields[3], fields[9]) for fields in lines]


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
