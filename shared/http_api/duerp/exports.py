"""Files that a DUERP is exported to."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """What a DUERP is exported as: signed (`pdf`), completed (`docx`), filtered (`xlsx`), read by programs (`csv`)."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    CSV = "csv"
