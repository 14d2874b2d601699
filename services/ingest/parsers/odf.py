"""Common parts of OpenDocument texts and spreadsheets (ODF 1.3, parts 3 and 4)."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.ingest.parsers.scripts import lowered, raised
from services.ingest.parsers.xml_parts import Element, XmlParts, local, names
from shared.contracts.remarks import Remark, RemarkCode
from shared.errors import UnreadableDocument

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, STYLE, DRAW, OFFICE = (f"{{{_URN}{name}:1.0}}" for name in ("text", "table", "style", "drawing", "office"))
_ENCRYPTED = "encryption-data"
_DEEPEST_INHERITANCE = 20
_MOST_SPACES = 100

_UNSHOWN = names("""
    annotation annotation-end tracked-changes note-citation note-body ruby-text hidden-text hidden-paragraph forms
    shapes event-listeners bibliography-mark
""")
"""Elements that the page does not show."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a style does to the meaning of its text. `script`: `super`, `sub`, or empty."""

    hidden: bool = False
    struck: bool = False
    script: str = ""

    def shown(self, text: str) -> str:
        """Return text in raised or lowered characters, where it is meant so."""
        return raised(text) if self.script == "super" else lowered(text) if self.script == "sub" else text

    @property
    def left_out(self) -> RemarkCode | None:
        """The remark with which text of this look is left out; None where it is not."""
        return "hidden-text" if self.hidden else "struck-out" if self.struck else None


class Styles:
    """Automatic and named styles of content.xml and styles.xml, by family and name."""

    def __init__(self, *roots: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._looks: dict[tuple[str, str | None], Look] = {}
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

    def look(self, family: str, name: str | None) -> "Look":
        """Return what a style does to the meaning of its text."""
        known = self._looks.get((family, name))
        if known is None:
            known = self._looks[(family, name)] = self._look(family, name)
        return known

    def _look(self, family: str, name: str | None) -> "Look":
        found: dict[str, str] = {}
        for style in self.chain(family, name):
            for each in style:
                if local(each) == "text-properties":
                    found = {**{str(key): str(given) for key, given in each.attrib.items()}, **found}
        line = found.get(STYLE + "text-line-through-style") or found.get(STYLE + "text-line-through-type") or "none"
        return Look(
            found.get(TEXT + "display") == "none", line != "none", _script(found.get(STYLE + "text-position", ""))
        )


def _script(position: str) -> str:
    """Return `super` or `sub` of a `text-position`, which may be told in per cent too (ODF 1.3, part 3, 20.410)."""
    first = position.partition(" ")[0]
    if first in ("super", "sub"):
        return first
    if not first.endswith("%") or not first.rstrip("%").lstrip("-").isdecimal() or first.strip("-0%") == "":
        return ""
    return "sub" if first.startswith("-") else "super"


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


def is_hidden_paragraph(paragraph: Element) -> bool:
    """Return whether a field of a paragraph hides it as a whole (ODF 1.3, part 3, 7.7.7)."""
    return any(
        local(each) == "hidden-paragraph" and each.get(TEXT + "is-hidden") == "true" for each in paragraph.iter()
    )


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


def words_of(element: Element, styles: Styles, remarks: list[Remark]) -> str:
    """Return the text of a paragraph in a sheet's cell, which has no notes; what is left out of it is remarked."""
    parts = [element.text or ""]
    for each in element:
        if not is_unshown(each):
            look = styles.look("text", each.get(TEXT + "style-name"))
            blank = blank_of(each)
            if look.left_out:
                remarks.append(Remark(look.left_out))
            else:
                parts.append(look.shown(words_of(each, styles, remarks)) if blank is None else blank)
        parts.append(each.tail or "")
    return "".join(parts)
