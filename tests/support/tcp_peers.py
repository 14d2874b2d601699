"""Where the TCP connections of processes lead to, from proc(5)."""

import asyncio
import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ESTABLISHED, _LISTENING = "01", "0A"
_LOOK_S = 0.2


@dataclass(frozen=True)
class _Socket:
    local: int
    remote: int
    state: str
    inode: str


class Peers:
    """The ports that processes have connected to since they are watched, looked at again and again in a thread.

    A connection that is shorter than a look may be missed: the server that gets it waits for `look`.

    Attributes:
        pids: the processes that are watched, by name.
        seen: the ports, by name of the process.
    """

    def __init__(self) -> None:
        self.pids: Mapping[str, int] = {}
        self.seen: dict[str, set[int]] = defaultdict(set)
        self._ended = threading.Event()

    @contextmanager
    def watched(self) -> Iterator["Peers"]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            thread.join()

    async def look(self) -> None:
        """Look at everybody now."""
        await asyncio.to_thread(self._look)

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_S):
            self._look()

    def _look(self) -> None:
        sockets = _sockets()
        for name, pid in self.pids.items():
            with suppress(FileNotFoundError):  # it ended
                self.seen[name] |= peers_of(pid, sockets)


def peers_of(pid: int, sockets: Sequence[_Socket]) -> set[int]:
    """Return the ports to which a process has connected; connections of others to it are theirs."""
    held = _inodes(pid)
    own = [each for each in sockets if each.inode in held]
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
    used = [fields for fields in lines if fields[3] in {_ESTABLISHED, _LISTENING}]
    return [_Socket(_port(fields[1]), _port(fields[2]), fields[3], fields[9]) for fields in used]


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
