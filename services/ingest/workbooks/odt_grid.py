"""Tables of OpenDocument texts as grids."""

from services.ingest.parsers.odf import Styles, content_of, words_of
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.workbooks.ods_grid import OdfCells
from services.ingest.workbooks.text_tables import TextTables
from shared.duerp.importing.grid import Workbook


def read_odt(data: bytes) -> Workbook:
    """Return the tables of a text.

    Raises:
        UnreadableDocument: it is damaged or encrypted.
    """
    parts = XmlParts(data)
    body = content_of(parts, "text")
    styles = Styles(body.getroottree().getroot(), parts.tree("styles.xml"))
    tables = TextTables()
    _gather(body, OdfCells(styles), styles, tables)
    return tables.workbook()


def _gather(element: Element, reader: OdfCells, styles: Styles, tables: TextTables) -> None:
    for each in element:
        name = local(each)
        if name in ("p", "h"):
            tables.paragraph(words_of(each, styles, []).replace("\u00a0", " "))
        elif name == "table":
            tables.table(*reader.table(each))
        elif name in ("section", "list", "list-item", "list-header", "index-body"):
            _gather(each, reader, styles, tables)
