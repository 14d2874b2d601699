"""A unit's DUERP in a file that Vigie exported: what it says, whether it is what was frozen. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from shared.duerp.canonical import canonical, digest
from shared.errors import InvalidInput
from shared.http_api.duerp.entries import EntryKind, LineState
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.kinds import KIND_OF, KINDS
from shared.http_api.duerp.lines import Line, SharedLine, SharedRating
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.snapshots import differences
from shared.http_api.duerp.unit import WorkUnit
from shared.http_api.duerp.versions import Difference, FaultView, Verification, VersionFault

C = TypeVar("C", bound=Content)


class KeptEntry(BaseModel, Generic[C]):
    """An entry as an export has it; `revision` is null where the export does not tell it."""

    kind: EntryKind
    id: UUID
    revision: int | None = None
    state: LineState | None = None
    content: C


class KeptWorkUnit(BaseModel):
    """A work unit with all that an export says of it."""

    work_unit: KeptEntry[WorkUnit]
    lines: list[KeptEntry[Line]]
    shared_lines: list[KeptEntry[SharedLine]]
    shared_ratings: list[KeptEntry[SharedRating]]
    scales: list[KeptEntry[Scale]]


class FileVerification(Verification):
    """A version in a file, computed again. `sha256` is to be compared with the one that was sent or noted."""

    sha256: str


class FileComparison(BaseModel):
    """What a file says otherwise than an earlier one; entries keep their ids."""

    differences: list[Difference]


class FileEdition(BaseModel):
    """What an export is of: a version by its number and digest, or the DUERP of a day."""

    on: date | None = None
    version: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What an export of a unit's DUERP holds.

    Attributes:
        entries: as `KeptEntry` has them, their contents as they passed the models of their kinds.
        snapshot: all that was frozen, of a JSON export of a version; else None.
    """

    unit: str
    edition: FileEdition
    entries: tuple[Mapping[str, Any], ...]
    snapshot: Mapping[str, Any] | None = None

    def of(self, model: type[C]) -> list[KeptEntry[C]]:
        """Return the entries of a kind."""
        made: Any = KeptEntry.__class_getitem__(model)
        return [made.model_validate(each) for each in self.entries if each["kind"] == KIND_OF[model].value]

    def work_units(self, name: str = "") -> Iterator[KeptWorkUnit]:
        """Generate the work units whose names begin with `name`, in any case."""
        lines, shared, ratings = self.of(Line), self.of(SharedLine), self.of(SharedRating)
        scales = self.of(Scale)
        for unit in self.of(WorkUnit):
            if unit.content.name.casefold().startswith(name.casefold()):
                yield KeptWorkUnit(
                    work_unit=unit,
                    lines=[each for each in lines if each.content.work_unit == unit.id],
                    shared_lines=[
                        each for each in shared if each.content.work_units is None or unit.id in each.content.work_units
                    ],
                    shared_ratings=[each for each in ratings if each.content.work_unit == unit.id],
                    scales=scales,
                )

    def verified(self) -> FileVerification:
        """Compute the digest of the version that the file holds, and hold what it says beside it against that.

        Raises:
            InvalidInput: the file holds no version.
        """
        if self.snapshot is None or self.edition.version is None or self.edition.sha256 is None:
            raise InvalidInput(reason="duerp-no-snapshot")
        faults = list(self._faults(self.snapshot))
        found = [FaultView(sequence=self.edition.version, faults=faults)] if faults else []
        return FileVerification(unit=self.unit, versions=1, intact=not faults, faults=found, sha256=self.edition.sha256)

    def _faults(self, snapshot: Mapping[str, Any]) -> Iterator[VersionFault]:
        try:
            is_same = digest(canonical(snapshot)) == self.edition.sha256
        except TypeError:
            is_same = False
        if not is_same:
            yield VersionFault.CHANGED
        if not self._says_the_same(snapshot):
            yield VersionFault.ROW

    def _says_the_same(self, snapshot: Mapping[str, Any]) -> bool:
        """Return whether the entries beside a snapshot are its own; opinions on it come later."""
        try:
            told = differences({"entries": [_of_today(each) for each in snapshot["entries"]]}, self.compared)
            frozen = (snapshot["scope"], snapshot["sequence"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return False
        others = [each for each in told if each.kind is not EntryKind.CONSULTATION]
        return not others and frozen == (f"unit:{self.unit}", self.edition.version)

    @property
    def compared(self) -> Mapping[str, Any]:
        """The entries as a snapshot has them."""
        return {
            "entries": [
                {**each, "decided": {"state": each["state"]} if each.get("state") else None} for each in self.entries
            ]
        }

    def compared_with(self, earlier: "KeptFile") -> FileComparison:
        """Return what this file says otherwise than an earlier one."""
        return FileComparison(differences=differences(earlier.compared, self.compared))


def _of_today(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entry of a snapshot with the fields that its kind has got since."""
    content = KINDS[EntryKind(entry["kind"])].model_validate(entry["content"])
    return {**entry, "content": content.model_dump(mode="json")}


def kept_file(unit: str, entries: Iterable[Mapping[str, Any]], told: Mapping[str, Any] | None = None) -> KeptFile:
    """Return what an export holds.

    Args:
        entries: that passed the models of their kinds (own_files.py).
        told: the whole of a JSON export, for its edition and snapshot.

    Raises:
        InvalidInput: its edition is none.
    """
    try:
        edition = FileEdition.model_validate((told or {}).get("edition") or {})
    except ValidationError:
        raise InvalidInput(reason="duerp-not-ours") from None
    snapshot = (told or {}).get("snapshot")
    return KeptFile(unit, edition, tuple(entries), snapshot if isinstance(snapshot, dict) else None)
