"""Files that a DUERP is exported to."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """A DUERP as a file: signed (`pdf`), completed (`docx`), filtered (`xlsx`), read by programs (`csv`, `json`)."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
