"""Files as grids of cells, with merged cells, colours and formulas: what an import of a DUERP reads (ADR 34).

The parsers beside it give text for passages; a grid keeps what a person sees of a table and a text loses. Both stand on
the same checks of archives, of XML and of charsets.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from services.ingest.archives import Archive
from services.ingest.detect import inside_ole
from services.ingest.workbooks.csv_grid import read_csv
from services.ingest.workbooks.docx_grid import read_docx
from services.ingest.workbooks.json_grid import read_json
from services.ingest.workbooks.ods_grid import read_ods
from services.ingest.workbooks.odt_grid import read_odt
from services.ingest.workbooks.xls_grid import read_xls
from services.ingest.workbooks.xlsx_grid import read_xlsx
from shared.duerp.importing.grid import Workbook
from shared.errors import UnreadableDocument, UnsupportedMediaType

EXTENSIONS = (".csv", ".docx", ".json", ".ods", ".odt", ".tsv", ".txt", ".xls", ".xlsx")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""First bytes of workbooks older than Excel 5, which are in no container."""

_PDF = b"%PDF-"
_WORD, _BOOKS = ("WordDocument".encode("utf-16-le"), tuple(name.encode("utf-16-le") for name in ("Workbook", "Book")))
"""Names of what a compound file of Word, and one of Excel, holds."""

_OTHERS = (b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"MZ")
_XML: Mapping[str, Callable[[bytes], Workbook]] = {
    "xlsx": read_xlsx,
    "docx": read_docx,
    "ods": read_ods,
    "odt": read_odt,
}


def read_workbook(data: bytes, file_name: str) -> Workbook:
    """Return the cells of a file, whose kind its bytes tell before its name.

    Raises:
        UnreadableDocument: it is damaged, has a password, is no text, or is a PDF or an old Word file.
        UnsupportedMediaType: it is of a kind that has no tables for us.
    """
    if data.startswith(_OLE):
        kind = inside_ole(data)
        if kind == "outlook":
            raise _unsupported(file_name)
        if kind == "password" or (_WORD in data and not any(each in data for each in _BOOKS)):
            raise UnreadableDocument(reason=kind)
    if data.startswith((_OLE, *_BIFF)):
        return read_xls(data)
    if data.startswith(_ZIP):
        return _XML[_kind_of(Archive(data), file_name)](data)
    if data.startswith(_PDF):
        raise UnreadableDocument(reason="pdf-table")
    if data.startswith(_OTHERS):
        raise _unsupported(file_name)
    extension = PurePosixPath(file_name.lower()).suffix
    if extension in (".xlsx", ".docx", ".ods", ".odt", ".xls"):
        raise UnreadableDocument(reason="damaged")
    if extension == ".json" or (extension not in (".csv", ".tsv", ".txt") and data.lstrip()[:1] in (b"{", b"[")):
        return read_json(data)
    return read_csv(data)


def _kind_of(archive: Archive, file_name: str) -> str:
    if "mimetype" in archive:
        kind = archive.read("mimetype")
        for name, sign in (("ods", b"spreadsheet"), ("odt", b"opendocument.text")):
            if sign in kind:
                return name
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive else b""
    for name, sign in (("xlsx", b"spreadsheetml"), ("docx", b"wordprocessingml")):
        if sign in types:
            return name
    raise _unsupported(file_name)


def _unsupported(file_name: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(name=file_name[:100], accepted=", ".join(EXTENSIONS))
