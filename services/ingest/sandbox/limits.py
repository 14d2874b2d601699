"""What one document may cost."""

import resource

import msgspec

_MIB = 1024 * 1024
_OPEN_FILES = 64


class Limits(msgspec.Struct, frozen=True):
    """Limits of one document's parsing and chunking.

    Attributes:
        seconds: of wall time, and of the processor's.
        patient_seconds: the same, where text has to be recognised in images.
        memory_mb: address space, MiB, the interpreter and its libraries included; resident memory is always less.
        page_seconds: of wall time, for each page of a scan.
        text_mb: extracted text, in millions of characters.
    """

    seconds: float = 25
    memory_mb: int = 900
    text_mb: int = 50
    patient_seconds: float = 180
    page_seconds: float = 15

    def time(self, *, patient: bool) -> float:
        return self.patient_seconds if patient else self.seconds

    @property
    def output_bytes(self) -> int:
        """Most that a child may send: its text twice (whole, and in passages), up to 3 bytes a character, and more."""
        return self.text_mb * 1_000_000 * 8


def apply(limits: Limits, *, patient: bool) -> None:
    """Limit the calling process; what it starts inherits the limits."""
    cpu = int(limits.time(patient=patient)) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_mb * _MIB),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
