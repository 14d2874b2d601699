"""Removal of rights from the calling process and its descendants, for good and without root.

Linux only; elsewhere, and on kernels that are older, less is taken away, and `confine` says what.

- Landlock (kernel 5.13; landlock(7)): no file but the interpreter's, the system's libraries and programs, and these are
  only read; no signal to a process outside (6.12). Documents of other people lie in files.
- seccomp (seccomp(2)), by the number of the system call: no socket, and so no network; no look into other processes.

Both are a few calls each through ctypes: the packages for them on PyPI are not kept, or need a library of the system.
"""

import ctypes
import os
import platform
import shutil
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER = 1, 38, 22, 36
_SIGKILL = 9

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIR, _WRITE_FILE = 1, 1 << 2, 1 << 3, 1 << 1
_RIGHTS_BY_ABI = {1: 1 << 13, 2: 1 << 14, 3: 1 << 15, 5: 1 << 16}
"""First bit above the file rights of each ABI; ABI 4 has those of 3."""

_TCP_ABI, _TCP_RIGHTS = 4, 0b11
_SCOPE_ABI, _SCOPES = 6, 0b11  # abstract sockets, signals

_ARCHITECTURES: dict[str, tuple[int, tuple[int, ...]]] = {
    # AUDIT_ARCH, then: socket, ptrace, process_vm_readv, process_vm_writev, mount, umount2, unshare, setns, bpf,
    # perf_event_open, add_key, request_key, keyctl, io_uring_setup, userfaultfd, kcmp, pidfd_getfd
    "x86_64": (0xC000003E, (41, 101, 310, 311, 165, 166, 272, 308, 321, 298, 248, 249, 250, 425, 323, 312, 438)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271, 40, 39, 97, 268, 280, 241, 217, 218, 219, 425, 282, 272, 438)),
}
_X32 = 0x40000000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE_EPERM, _KILL = 0x7FFF0000, 0x00050001, 0x80000000

_READABLE = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom")


def confine() -> list[str]:
    """Remove the rights that a parser does not need.

    Returns:
        The removed rights: some of `files`, `signals`, `network`.
    """
    if sys.platform != "linux":
        return []
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    taken = _landlock(libc, readable_paths())
    if _seccomp(libc):
        taken.append("network")
    return taken


def leave_outside_alone() -> None:
    """Forbid signals to the parent process too, where the kernel can (Linux 6.12)."""
    if sys.platform == "linux" and _abi(libc := _libc()) >= _SCOPE_ABI:
        _restrict(libc, files=0, network=0, scopes=_SCOPES, readable=())


def die_with_parent() -> None:
    """Have the kernel kill the calling process when its parent ends."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Make the caller the parent of its orphaned descendants."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def readable_paths() -> list[Path]:
    """Return the paths of interpreter, libraries, program and system; not the checkout, which may hold data."""
    import services  # noqa: PLC0415 (namespaces whose places are wanted, nothing of theirs)
    import shared  # noqa: PLC0415

    own = [*services.__path__, *shared.__path__, sys.prefix, sys.base_prefix]
    own += [found for found in (shutil.which("tesseract"), os.environ.get("TESSDATA_PREFIX")) if found]
    libraries = [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    return [path for path in map(Path, [*own, *libraries, *_READABLE]) if path.exists()]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _abi(libc: ctypes.CDLL) -> int:
    return max(0, int(libc.syscall(_CREATE_RULESET, None, 0, 1)))


def _landlock(libc: ctypes.CDLL, readable: Iterable[Path]) -> list[str]:
    abi = _abi(libc)
    if not abi:
        return []
    files = _RIGHTS_BY_ABI[max(known for known in _RIGHTS_BY_ABI if known <= abi)] - 1
    network = _TCP_RIGHTS if abi >= _TCP_ABI else 0
    scopes = _SCOPES if abi >= _SCOPE_ABI else 0
    if not _restrict(libc, files=files, network=network, scopes=scopes, readable=readable):
        return []
    return ["files", "signals"] if scopes else ["files"]


def _restrict(libc: ctypes.CDLL, *, files: int, network: int, scopes: int, readable: Iterable[Path]) -> bool:
    attributes = struct.pack("=QQQ", files, network, scopes)
    size = 24 if scopes else 16 if network else 8  # a kernel refuses a longer structure than it knows
    rules = libc.syscall(_CREATE_RULESET, attributes, size, 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            _allow(libc, rules, path, _EXECUTE | _READ_FILE | (_READ_DIR if path.is_dir() else 0))
        _allow(libc, rules, Path(os.devnull), _READ_FILE | _WRITE_FILE) if files else None
        return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        libc.syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _seccomp(libc: ctypes.CDLL) -> bool:
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    architecture, refused = known
    code = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the call's number
        (_JUMP_GREATER_EQUAL, len(refused) + 1, 0, _X32),
        *((_JUMP_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE_EPERM),
    ]
    instructions = b"".join(struct.pack("=HBBI", *each) for each in code)
    program = _Program(len(code), instructions)
    return bool(libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0) == 0)
