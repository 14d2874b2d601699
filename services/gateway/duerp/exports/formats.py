"""Formats of an export: what each is called, and what writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.gateway.duerp.exports.composition import compose
from services.gateway.duerp.exports.csv import csv
from services.gateway.duerp.exports.docx import docx
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.exact import json_file, own
from services.gateway.duerp.exports.pdf import pdf
from services.gateway.duerp.exports.report import Report
from services.gateway.duerp.exports.wording import Wording
from services.gateway.duerp.exports.xlsx import xlsx
from shared.errors import InvalidInput
from shared.http_api.duerp.exports import ExportFormat

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    write: Callable[[Duerp, str], bytes]


def _composed(write: Callable[[Report], bytes]) -> Callable[[Duerp, str], bytes]:
    return lambda duerp, language: write(compose(duerp, language))


def _workbook(duerp: Duerp, language: str) -> bytes:
    return xlsx(compose(duerp, language), own(duerp) if duerp.is_whole else None)


def _risks(duerp: Duerp, language: str) -> bytes:
    """Write the table of lines, with the exact entries behind."""
    return csv(compose(duerp, language), Wording(language)("lines-sheet"), own(duerp) if duerp.is_whole else None)


_FORMATS: Mapping[ExportFormat, _Format] = MappingProxyType(
    {
        ExportFormat.PDF: _Format("application/pdf", _composed(pdf)),
        ExportFormat.DOCX: _Format(f"{_OFFICE}.wordprocessingml.document", _composed(docx)),
        ExportFormat.XLSX: _Format(f"{_OFFICE}.spreadsheetml.sheet", _workbook),
        ExportFormat.CSV: _Format("text/csv; charset=utf-8", _risks),
        ExportFormat.JSON: _Format("application/json", lambda duerp, _: json_file(duerp)),
    }
)

_PRINTED: Mapping[ExportFormat, Callable[[Report], bytes]] = MappingProxyType(
    {ExportFormat.PDF: pdf, ExportFormat.DOCX: docx}
)

MEDIA_TYPES = tuple(each.media_type.partition(";")[0] for each in _FORMATS.values())
PRINTED_TYPES = tuple(_FORMATS[kind].media_type for kind in _PRINTED)


def written(duerp: Duerp, kind: ExportFormat, language: str) -> bytes:
    """Write a DUERP as a file; seconds of a processor where it has hundreds of lines."""
    return _FORMATS[kind].write(duerp, language)


def written_report(report: Report, kind: ExportFormat) -> bytes:
    """Write a report for people as a file.

    Raises:
        InvalidInput: it is no format that is printed.
    """
    check_printed(kind)
    return _PRINTED[kind](report)


def check_printed(kind: ExportFormat) -> None:
    """Refuse a format that is not printed.

    Raises:
        InvalidInput: it is none.
    """
    if kind not in _PRINTED:
        raise InvalidInput(reason="duerp-printed-format")


def media_type_of(kind: ExportFormat) -> str:
    return _FORMATS[kind].media_type
