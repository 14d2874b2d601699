"""Formats of an export: what each is called, and what writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.csv import csv
from services.gateway.duerp.exports.docx import docx
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.pdf import pdf
from services.gateway.duerp.exports.report import Report
from services.gateway.duerp.exports.wording import Wording
from services.gateway.duerp.exports.xlsx import xlsx
from shared.http_api.duerp.exports import ExportFormat

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    write: Callable[[Report], bytes]


def _risks(report: Report) -> bytes:
    """Write the table of lines; an empty file but for its mark where there is none."""
    sheet = Wording(report.language)("lines-sheet")
    has_lines = any(each.table is not None and each.table.sheet == sheet for each in report.sections)
    return csv(report, sheet) if has_lines else b"\xef\xbb\xbf"


_FORMATS: Mapping[ExportFormat, _Format] = MappingProxyType(
    {
        ExportFormat.PDF: _Format("application/pdf", pdf),
        ExportFormat.DOCX: _Format(f"{_OFFICE}.wordprocessingml.document", docx),
        ExportFormat.XLSX: _Format(f"{_OFFICE}.spreadsheetml.sheet", xlsx),
        ExportFormat.CSV: _Format("text/csv; charset=utf-8", _risks),
    }
)

MEDIA_TYPES = tuple(each.media_type.partition(";")[0] for each in _FORMATS.values())


def written(duerp: Duerp, kind: ExportFormat, language: str) -> bytes:
    """Write a DUERP as a file; seconds of a processor where it has hundreds of lines."""
    return _FORMATS[kind].write(compose(duerp, language))


def media_type_of(kind: ExportFormat) -> str:
    return _FORMATS[kind].media_type
