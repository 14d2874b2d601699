"""PowerPoint presentations: a section a slide, with shapes, tables, diagrams, charts, notes (ECMA-376, part 1, 19)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from services.ingest.parsers.drawings import alternative, chart, diagram, inner, paragraphs, relation, within
from services.ingest.parsers.embedded import EmbeddedFiles
from services.ingest.parsers.grids import Cell, grid
from services.ingest.parsers.outline import Outline
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from services.ingest.ports import Format, ParsedDocument
from shared.contracts.remarks import Remark

_MAIN = "ppt/presentation.xml"
_RELATION = "}id"
"""The end of its name in the transitional and the strict form alike (ECMA-376, part 1, annex A)."""

_TITLES = ("title", "ctrTitle")
_FURNITURE = ("dt", "ftr", "sldNum", "hdr", "sldImg")
"""Placeholders of dates, feet, numbers and pictures of slides: no text of one's own."""

_SHAPES = ("sp", "cxnSp", "pic", "graphicFrame", "grpSp")


class PptxParser:
    """Reads one section per slide, which begins with its title.

    Args:
        formats: gives the table of formats, for files within the file.
    """

    def __init__(self, formats: Callable[[], Sequence[Format]] = tuple) -> None:
        self._embedded = EmbeddedFiles(formats)

    def parse(self, data: bytes) -> ParsedDocument:
        """Read the slides in their order; hidden ones are left out with a remark.

        Raises:
            EmptyDocument, UnreadableDocument: as of every parser.
        """
        parts = XmlParts(data)
        main = next((part for kind, part in parts.relations("").values() if kind.endswith("/officeDocument")), _MAIN)
        targets = parts.relations(main)
        outline = Outline()
        remarks: list[Remark] = []
        for number, each in enumerate(within(parts.needed(main), "sldId"), 1):
            named = next((str(key) for name, key in each.attrib.items() if str(name).endswith(_RELATION)), "")
            _, part = targets.get(named, ("", ""))
            root = parts.tree(part)
            if root is None:
                continue
            if root.get("show", "1") in ("0", "false"):
                remarks.append(Remark("hidden-text", page=number))
                continue
            slide = _Slide(parts, part, outline, self._embedded)
            slide.read(root, number)
            remarks += [replace(remark, page=number) for remark in slide.remarks]
        return outline.finish(None, remarks)


class _Slide:
    def __init__(self, parts: XmlParts, part: str, outline: Outline, embedded: EmbeddedFiles) -> None:
        self._parts = parts
        self._relations = parts.relations(part)
        self._outline = outline
        self._embedded = embedded
        self.remarks: list[Remark] = []

    def read(self, root: Element, number: int) -> None:
        tree = inner(root, "cSld", "spTree")
        shapes = list(_shapes(tree)) if tree is not None else []
        named = next((words for each in shapes if _placeholder(each) in _TITLES for words in paragraphs(each)), None)
        self._outline.heading(1, named or str(number))
        for each in shapes:
            self._shape(each)
        for kind, part in self._relations.values():
            noted = self._parts.tree(part) if kind.endswith("/notesSlide") else None
            for shape in _shapes(noted) if noted is not None else ():
                self._text(shape)
            if kind.endswith("/comments"):
                self.remarks.append(Remark("comments-left-out"))

    def _shape(self, shape: Element) -> None:
        if _placeholder(shape) in _TITLES:
            for words in paragraphs(shape)[1:]:
                self._outline.paragraph(words)
            return
        described = [words for each in within(shape, "cNvPr") if (words := alternative(each))]
        for words in described:
            self._outline.paragraph(words)
        if local(shape) == "pic":
            self.remarks += [] if described else [Remark("image-unread")]
        elif local(shape) == "graphicFrame":
            self._frame(shape)
        else:
            self._text(shape)

    def _text(self, shape: Element) -> None:
        if _placeholder(shape) not in _FURNITURE:
            for words in paragraphs(shape):
                self._outline.paragraph(words)

    def _frame(self, frame: Element) -> None:
        """Read a table, a diagram, a chart or a file within the slide."""
        for each in frame.iter():
            name = local(each)
            if name == "tbl":
                self._outline.table(grid(_rows(each)), int(_has_head(each)))
            elif name == "relIds" and (root := self._tree(relation(each, "dm"))) is not None:
                for words in diagram(root):
                    self._outline.paragraph(words)
            elif name == "chart" and (root := self._tree(relation(each, "id"))) is not None:
                titles, rows = chart(root)
                for words in titles:
                    self._outline.paragraph(words)
                self._outline.table(rows)
            elif name == "oleObj":
                self._file(relation(each, "id"))

    def _file(self, identity: str) -> None:
        _, part = self._relations.get(identity, ("", ""))
        found = self._embedded.read(part, self._parts.read(part)) if part in self._parts else Remark("object-unread")
        if isinstance(found, Remark):
            self.remarks.append(found)
            return
        self.remarks += found.remarks
        for section in found.sections:
            self._outline.paragraph(found.text[section.start : section.end])

    def _tree(self, identity: str) -> Element | None:
        _, part = self._relations.get(identity, ("", ""))
        if part not in self._parts:
            self.remarks.append(Remark("object-unread"))
            return None
        return self._parts.tree(part)


def _shapes(container: Element) -> Iterator[Element]:
    """Yield the shapes of a slide, those of groups too, in the order in which they are drawn."""
    for each in container.iter():
        name = local(each)
        if name in _SHAPES and name != "grpSp" and not _is_fallback(each):
            yield each


def _is_fallback(shape: Element) -> bool:
    """Whether a shape says again, to older programs, what another one says."""
    above = shape.getparent()
    return above is not None and local(above) == "Fallback"


def _placeholder(shape: Element) -> str:
    """Return the kind of a placeholder, `body` without one said; "" for another shape."""
    found = next(within(shape, "ph"), None)
    return "" if found is None else found.get("type", "body")


def _rows(table: Element) -> Iterator[list[Cell]]:
    """Yield the cells of each row; those that a merged cell covers are left out."""
    for row in within(table, "tr"):
        yield [
            Cell(" ".join(paragraphs(cell)), _count(cell, "gridSpan"), _count(cell, "rowSpan"))
            for cell in row
            if local(cell) == "tc" and not _is_covered(cell)
        ]


def _is_covered(cell: Element) -> bool:
    return any(cell.get(name) in ("1", "true") for name in ("hMerge", "vMerge"))


def _has_head(table: Element) -> bool:
    look = inner(table, "tblPr")
    return look is not None and look.get("firstRow") in ("1", "true")


def _count(cell: Element, name: str) -> int:
    given = cell.get(name, "1")
    return max(1, min(int(given), 200)) if given.isdecimal() and len(given) < 5 else 1  # noqa: PLR2004
