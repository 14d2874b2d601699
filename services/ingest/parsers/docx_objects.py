"""What stands in a Word document beside its runs: pictures, diagrams, charts, embedded files, form fields, formulas."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from services.ingest.parsers.docx_styles import child, is_on, value
from services.ingest.parsers.drawings import alternative, chart, diagram, inner, relation
from services.ingest.parsers.embedded import EmbeddedFiles
from services.ingest.parsers.grids import line
from services.ingest.parsers.scripts import fraction, lowered, raised
from services.ingest.parsers.xml_parts import Element, XmlParts, local, names
from services.ingest.ports import ParsedDocument
from shared.contracts.remarks import Remark, RemarkCode

OBJECTS = names("docPr relIds chart blip imagedata OLEObject altChunk textpath")
FORMULAS = names("f sSup sSub sSubSup rad")
_EQUATION = re.compile(r"\s*EQ\s+\\f\s*\(([^();,]{1,40})[;,]([^();,]{1,40})\)\s*", re.IGNORECASE)
_PROMPT = re.compile(
    r"\s*(?:(?:cliquez|appuyez|choisissez|sélectionnez|click|tap|choose|select|klicken|tippen|wählen)\b.{0,80}"
    r"\b(?:texte?|dates?|élément|item|text|datum|element|einzugeben|entrer|enter)\b.{0,30})\s*",
    re.IGNORECASE,
)
"""Word's words in French, English and German: `Cliquez ou appuyez ici pour entrer du texte.`"""

_TICKED, _UNTICKED = "☒", "☐"


@dataclass(slots=True)
class Objects:
    """Reads the objects that a part of the file refers to, and keeps the remarks of what cannot be read."""

    parts: XmlParts
    embedded: EmbeddedFiles
    relations: dict[str, tuple[str, str]]
    remarks: list[Remark] = field(default_factory=list)

    def left_out(self, code: RemarkCode) -> None:
        self.remarks.append(Remark(code))

    def words(self, element: Element) -> list[str]:
        """Return an object's text, a paragraph each."""
        name = local(element)
        if name == "docPr":
            words = alternative(element)
            return [words] if words else []
        if name == "textpath":  # WordArt of the older kind (ECMA-376, part 4, 14.1.2.23)
            words = (element.get("string") or "").strip()
            return [words] if words else []
        if name in ("blip", "imagedata"):
            if not _is_described(element):
                self.left_out("image-unread")
            return []
        if name == "relIds":
            root = self._tree(relation(element, "dm"))
            return diagram(root) if root is not None else []
        if name == "chart":
            root = self._tree(relation(element, "id"))
            titles, rows = chart(root) if root is not None else ([], [])
            return [*titles, *map(line, rows)]
        return self._file(element)

    def _file(self, element: Element) -> list[str]:
        _, part = self.relations.get(relation(element, "id"), ("", ""))
        if part not in self.parts:
            self.remarks.append(Remark("links-not-followed" if local(element) == "altChunk" else "object-unread"))
            return []
        found = self.embedded.read(part, self.parts.read(part))
        if not isinstance(found, ParsedDocument):
            self.remarks.append(found)
            return []
        self.remarks += found.remarks
        return [found.text[section.start : section.end] for section in found.sections]

    def _tree(self, identity: str) -> Element | None:
        _, part = self.relations.get(identity, ("", ""))
        if part not in self.parts:
            self.left_out("object-unread")
            return None
        return self.parts.tree(part)


def field_value(data: Element) -> str:
    """Return the value of an older form's field (`ffData`) that no run shows: a tick or a choice."""
    box, choice = child(data, "checkBox"), child(data, "ddList")
    if box is not None:
        ticked = child(box, "checked")
        return _TICKED if is_on(ticked if ticked is not None else child(box, "default")) else _UNTICKED
    if choice is None:
        return ""
    entries = [value(each) or "" for each in choice if local(each) == "listEntry"]
    given = value(child(choice, "result")) or value(child(choice, "default")) or "0"
    return entries[int(given)] if given.isdecimal() and int(given) < len(entries) else ""


def is_unfilled(control: Element) -> bool:
    """Return whether a content control shows Word's own words for one that is not filled in (`w:showingPlcHdr`).

    Words that an author wrote in their place are what the form says, and stay.
    """
    if child(control, "sdtPr", "showingPlcHdr") is None:
        return False
    return _PROMPT.fullmatch("".join(str(each.text or "") for each in control.iter() if local(each) == "t")) is not None


def equation(field: str) -> str:
    r"""Return the fraction that a field of an older Word writes (`EQ \f(1;4)`); "" for another field."""
    match = _EQUATION.fullmatch(field)
    return fraction(match[1], match[2]) if match else ""


def formula(element: Element, words_of: Callable[[Element], str]) -> str:
    """Return a formula's part on one line (OMML, ECMA-376, part 1, 22.1)."""

    def words(name: str) -> str:
        found = inner(element, name)
        return words_of(found) if found is not None else ""

    name = local(element)
    if name == "f":
        return fraction(words("num"), words("den"))
    if name == "rad":
        return f"{raised(words('deg'))}√({words('e')})"
    below, above = (words("sub") if name != "sSup" else ""), (words("sup") if name != "sSub" else "")
    return words("e") + lowered(below) + raised(above)


def _is_described(picture: Element) -> bool:
    """Return whether the drawing of a picture has an alternative text."""
    above = next((each for each in picture.iterancestors() if local(each) in ("inline", "anchor", "shape")), None)
    if above is None:
        return False
    if local(above) == "shape":
        return bool(above.get("alt"))
    properties = inner(above, "docPr")
    return properties is not None and bool(alternative(properties))
