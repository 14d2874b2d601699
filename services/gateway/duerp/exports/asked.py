"""What somebody asks to be written as a file, and what a file is called. Pure."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from services.gateway.database.ports import Record
from services.gateway.duerp.exports.duerp import Edition
from services.gateway.duerp.exports.formats import media_type_of
from shared.http_api.duerp.exports import ExportFormat


class What(StrEnum):
    """The whole, one work unit's sheet for its door, or what a worker may ask for."""

    WHOLE = "whole"
    DOOR = "door"
    EXTRACT = "extract"


class AskedFile(Record):
    """A file of a unit's DUERP.

    Attributes:
        on: the day that it is written of.
        version: a frozen one; None: as it is today. Of an extract, always None.
        changes: with what has changed since the version before, in front. Of the whole alone.
        work_unit: whose door. work_units, since, until: of an extract.
    """

    scope: str
    what: What = What.WHOLE
    kind: ExportFormat
    language: str
    on: date
    version: int | None = None
    changes: bool = False
    work_unit: UUID | None = None
    work_units: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def media_type(self) -> str:
        return "application/zip" if self.what is What.EXTRACT else media_type_of(self.kind)


def file_name(asked: AskedFile, edition: Edition | None) -> str:
    """Return the name that a file is saved under; an extract, which has several editions, has none."""
    unit = asked.scope.partition(":")[2]
    if edition is None:
        return f"DUERP-{unit}-{(asked.since or asked.on).isoformat()}.zip"
    door = "-door" if asked.what is What.DOOR else ""
    return f"{edition_name(unit, edition)}{door}.{asked.kind.value}"


def edition_name(unit: str, edition: Edition) -> str:
    """Return the name of an edition's file without its extension."""
    version = f"-v{edition.version}" if edition.version else ""
    return f"DUERP-{unit}{version}-{edition.on.isoformat()}"
