"""Table of the formats that ingest reads. A new format needs a parser's file, a row here, and a row in
shared/contracts/media_types.py.
"""

from services.ingest.parsers.csv_table import CsvParser
from services.ingest.parsers.docx import DocxParser
from services.ingest.parsers.fiches_travail import FichesTravailParser
from services.ingest.parsers.html_page import HtmlParser
from services.ingest.parsers.images import ImageParser
from services.ingest.parsers.legi_data import LegiDataParser
from services.ingest.parsers.mail import MailParser
from services.ingest.parsers.markdown import MarkdownParser
from services.ingest.parsers.ocr import Tesseract
from services.ingest.parsers.odp import OdpParser
from services.ingest.parsers.ods import OdsParser
from services.ingest.parsers.odt import OdtParser
from services.ingest.parsers.pdf import PdfParser
from services.ingest.parsers.plain_text import PlainTextParser
from services.ingest.parsers.pptx import PptxParser
from services.ingest.parsers.xlsx import XlsxParser
from services.ingest.ports import Format, Parser
from shared.contracts.media_types import EXTENSIONS


def _format(media_type: str, parser: Parser, chunking: str) -> Format:
    return Format(media_type, EXTENSIONS[media_type], parser, chunking)


_RECOGNISER = Tesseract()

FORMATS: tuple[Format, ...] = (
    _format("text/plain", PlainTextParser(), "heading"),
    _format("text/markdown", MarkdownParser(), "heading"),
    _format("application/pdf", PdfParser(_RECOGNISER, lambda: FORMATS), "heading"),
    _format("message/rfc822", MailParser(lambda: FORMATS), "heading"),
    _format("application/vnd.ms-outlook", MailParser(lambda: FORMATS), "heading"),
    _format("image/png", ImageParser(_RECOGNISER), "heading"),
    _format("image/jpeg", ImageParser(_RECOGNISER), "heading"),
    _format("image/tiff", ImageParser(_RECOGNISER), "heading"),
    _format("text/html", HtmlParser(), "heading"),
    _format("text/csv", CsvParser(), "rows"),
    _format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        DocxParser(lambda: FORMATS),
        "heading",
    ),
    _format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", XlsxParser(), "rows"),
    _format("application/vnd.oasis.opendocument.text", OdtParser(), "heading"),
    _format("application/vnd.oasis.opendocument.spreadsheet", OdsParser(), "rows"),
    _format(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        PptxParser(lambda: FORMATS),
        "heading",
    ),
    _format("application/vnd.oasis.opendocument.presentation", OdpParser(), "heading"),
    _format("application/vnd.vigie.legi-data+json", LegiDataParser(), "article"),
    _format("application/vnd.vigie.fiche-travail+json", FichesTravailParser(), "heading"),
)
