"""From imports and findings to the JSON of the API (shared/http_api/duerp/imports.py)."""

from collections.abc import Mapping, Sequence

from services.gateway.database.ports import fields_of
from services.gateway.duerp.imports.model import ImportRecord
from shared.duerp.importing.messages import message_of
from shared.duerp.importing.preview import AXES
from shared.http_api.duerp.imports import ImportedFinding, ImportView, ReportedFinding
from shared.http_api.problems import describe
from shared.language.catalogue import Catalogue

_COPIED = frozenset(ImportView.model_fields) & frozenset(ImportRecord.model_fields)

_catalogue = Catalogue()


def import_fields(record: ImportRecord, unit: str, language: str) -> dict[str, object]:
    """Return the fields that every view of an import has."""
    error = describe(record.failure, language) if record.failure else None
    return {**fields_of(record, _COPIED), "unit": unit, "url": url_of(unit, record), "error": error}


def names_in(language: str) -> Mapping[str, str]:
    """Return what a file leaves without a name, in a language (plan.Writing)."""
    axes = {axis: _catalogue.text(language, f"duerp.import.fields.{axis}") for axis in AXES}
    names = ("work_unit", "action", "scale", "about")
    return {**axes, **{name: _catalogue.text(language, f"duerp.import.names.{name}") for name in names}}


def url_of(unit: str, record: ImportRecord) -> str:
    """The address of an import."""
    return f"/v1/duerp/{unit}/imports/{record.id}"


def report_view(findings: Sequence[ImportedFinding], language: str) -> list[ReportedFinding]:
    """Return findings with their words."""
    return [
        ReportedFinding(**each.model_dump(), message=message_of(each.code, each.params, language)) for each in findings
    ]
