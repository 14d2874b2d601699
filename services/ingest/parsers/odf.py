"""Common parts of OpenDocument texts and spreadsheets (ODF 1.3, parts 3 and 4)."""

from collections.abc import Iterator

from services.ingest.parsers.xml_parts import Element, XmlParts, local, names
from shared.errors import UnreadableDocument

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, STYLE, DRAW, OFFICE = (f"{{{_URN}{name}:1.0}}" for name in ("text", "table", "style", "drawing", "office"))
_ENCRYPTED = "encryption-data"
_DEEPEST_INHERITANCE = 20
_MOST_SPACES = 100

_UNSHOWN = names("""
    annotation annotation-end tracked-changes note-citation note-body ruby-text hidden-text hidden-paragraph forms
    shapes desc title event-listeners bibliography-mark
""")
"""Elements that the page does not show; `title` and `desc` are names of drawings."""


class Styles:
    """Automatic and named styles of content.xml and styles.xml, by family and name."""

    def __init__(self, *roots: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        for root in roots:
            for style in root.iter(STYLE + "style") if root is not None else ():
                self._styles[(style.get(STYLE + "family", ""), style.get(STYLE + "name", ""))] = style

    def chain(self, family: str, name: str | None) -> Iterator[Element]:
        """Yield a style and those that it inherits from."""
        for _ in range(_DEEPEST_INHERITANCE):
            style = self._styles.get((family, name or ""))
            if style is None:
                return
            yield style
            name = style.get(STYLE + "parent-style-name")

    def hides(self, family: str, name: str | None) -> bool:
        """Return whether text of this style is hidden."""
        return any(
            each.get(TEXT + "display") == "none"
            for style in self.chain(family, name)
            for each in style
            if local(each) == "text-properties"
        )


def content_of(parts: XmlParts, kind: str) -> Element:
    """Return the body of an OpenDocument file: `text` or `spreadsheet`.

    Raises:
        UnreadableDocument: it is encrypted, or another kind of document.
    """
    manifest = parts.tree("META-INF/manifest.xml")
    if manifest is not None and any(local(each) == _ENCRYPTED for each in manifest.iter()):
        raise UnreadableDocument(reason="password")
    body = parts.needed("content.xml").find(OFFICE + "body")
    found = body.find(OFFICE + kind) if body is not None else None
    if found is None:
        raise UnreadableDocument(reason="damaged")
    return found


def title_of(parts: XmlParts) -> str | None:
    meta = parts.tree("meta.xml")
    return next((each.text for each in meta.iter() if local(each) == "title"), None) if meta is not None else None


def is_unshown(element: Element) -> bool:
    return not local(element) or local(element) in _UNSHOWN or element.get(TEXT + "display") == "none"


def blank_of(element: Element) -> str | None:
    """Return the white space that an element means; None for other elements."""
    name = local(element)
    if name == "s":
        count = element.get(TEXT + "c", "1")
        return " " * min(int(count), _MOST_SPACES) if count.isdecimal() else " "
    return {"tab": " ", "line-break": "\n"}.get(name)


def count_of(element: Element, name: str, most: int) -> int:
    """Return the number of an element's attribute; 1 without one."""
    given = element.get(TABLE + name, "1")
    return max(1, min(int(given), most)) if given.isdecimal() and len(given) < 10 else 1  # noqa: PLR2004


def words_of(element: Element) -> str:
    """Return the text of a paragraph in a sheet's cell, which has no notes."""
    parts = [element.text or ""]
    for each in element:
        if not is_unshown(each):
            blank = blank_of(each)
            parts.append(words_of(each) if blank is None else blank)
        parts.append(each.tail or "")
    return "".join(parts)
