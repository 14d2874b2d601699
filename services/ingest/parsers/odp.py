"""OpenDocument presentations: a section a slide, with its shapes, tables, alternative texts and notes."""

from services.ingest.parsers.odf import DRAW, Styles, content_of, title_of
from services.ingest.parsers.odt import OdtReader
from services.ingest.parsers.odt_lists import Lists
from services.ingest.parsers.odt_objects import controls_of
from services.ingest.parsers.outline import Outline
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark

_CLASS = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}class"
_FURNITURE = ("date-time", "footer", "page-number", "header")
_VISIBILITY = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}visibility"


class OdpParser:
    """Reads one section per slide, which begins with its title, or with its name."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Read the slides in their order; hidden ones are left out with a remark.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        body = content_of(parts, "presentation")
        roots = body.getroottree().getroot(), parts.tree("styles.xml")
        outline, styles = Outline(), Styles(*roots)
        reader = OdtReader(outline, styles, Lists(*roots), parts, controls_of(body))
        for number, page in enumerate((each for each in body if local(each) == "page"), 1):
            if _is_hidden(page, styles):
                reader.remarks.append(Remark("hidden-text", page=number))
                continue
            named = next((each for each in page if each.get(_CLASS) == "title"), None)
            words = " ".join(" ".join(map(str, named.itertext())).split()) if named is not None else ""
            outline.heading(1, words or page.get(DRAW + "name", str(number)))
            for each in page:
                if each is not named and each.get(_CLASS) not in _FURNITURE:
                    reader.shape(each)
        return outline.finish(title_of(parts), reader.remarks)


def _is_hidden(page: Element, styles: Styles) -> bool:
    chain = styles.chain("drawing-page", page.get(DRAW + "style-name"))
    return any(each.get(_VISIBILITY) == "hidden" for style in chain for each in style)
