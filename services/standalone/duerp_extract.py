"""The extract for a worker from a file that was exported, without a running Vigie (R4121-4 1°)."""

from collections.abc import Collection
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.editions import edition_of
from services.gateway.duerp.exports.extract import Period, in_force, limited
from services.gateway.duerp.exports.formats import written
from services.gateway.duerp.versions.model import VersionRecord, entries_of, version_id
from shared.duerp.canonical import canonical, digest
from shared.duerp.families import family_labels
from shared.errors import InvalidInput, NotFound
from shared.http_api.duerp.exports import ExportFormat
from shared.http_api.duerp.kept_files import KeptFile


def extract(kept: KeptFile, work_units: Collection[str], since: date, until: date | None, language: str) -> bytes:
    """Return a ZIP archive with the version of a file as a PDF, limited to some work units.

    Args:
        since, until: days of the worker's period, both included; `until` None: still there.

    Raises:
        InvalidInput: the file holds no version, or not what was frozen.
        NotFound: the version came after the period, or has no such work unit.
    """
    version = _version(kept)
    names = {name.casefold() for name in work_units}
    edition, number = edition_of(version), version.sequence
    duerp, on = Duerp(version.scope, edition, entries_of(version), family_labels(language)), edition.on
    theirs = [identity for identity, unit in duerp.work_units() if unit.name.casefold() in names]
    if not theirs or not in_force([(number, on)], Period(since, until)):
        raise NotFound(what="version")
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        pdf = written(limited(duerp, theirs), ExportFormat.PDF, language)
        archive.writestr(f"DUERP-{kept.unit}-v{number}-{on.isoformat()}.pdf", pdf)
    return file.getvalue()


def _version(kept: KeptFile) -> VersionRecord:
    """Return the version that a file holds.

    Raises:
        InvalidInput: it holds none, or not what was frozen.
    """
    if not kept.verified().intact or kept.snapshot is None:
        raise InvalidInput(reason="duerp-altered-file")
    names = ("scope", "sequence", "title", "frozen_by", "frozen_at", "previous")
    told = {name: kept.snapshot[name] for name in names}
    text = canonical(kept.snapshot)
    identity = version_id(told["scope"], told["sequence"])
    return VersionRecord.model_validate({**told, "id": identity, "sha256": digest(text), "text": text})
