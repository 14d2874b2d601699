"""A DUERP as files: their types, and a file as a page's answer."""

from fastapi.responses import Response

from shared.http_api.duerp.exports import ExportFormat

MEDIA_TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
}


def attached(content: bytes, name: str, media_type: str) -> Response:
    """Return a file that a browser saves."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
