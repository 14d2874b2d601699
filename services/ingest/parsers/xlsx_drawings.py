"""Notes of a workbook's cells, and what stands on its sheets: text boxes, diagrams, charts, pictures."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from services.ingest.parsers.drawings import alternative, chart, diagram, inner, paragraphs, relation, within
from services.ingest.parsers.grids import line
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from shared.contracts.remarks import Remark

Notes = Mapping[str, str]
"""What is noted of a cell, by its reference (B3)."""

_TICKS = ("Checkbox", "Radio")
_CONTROLS = (*_TICKS, "Button", "Label", "GBox")
_TICKED, _UNTICKED = "☒", "☐"
_ANCHORS = re.compile("twoCellAnchor|oneCellAnchor|absoluteAnchor")


def notes_of(parts: XmlParts, sheet: str) -> dict[str, str]:
    """Return the notes of a sheet; a thread of comments in the place of the note that tells older programs of it."""
    kinds = ("/comments", "/threadedComment")
    found: dict[str, str] = {}
    for ending in kinds:
        notes: dict[str, list[str]] = defaultdict(list)
        for kind, part in parts.relations(sheet).values():
            root = parts.tree(part) if kind.endswith(ending) else None
            for note in root.iter() if root is not None else ():
                if local(note) in ("comment", "threadedComment") and note.get("ref"):
                    notes[note.get("ref", "")].append(_words(note))
        found |= {place: " ".join(filter(None, words)) for place, words in notes.items()}
    return {place: words for place, words in found.items() if words.strip()}


def drawn(parts: XmlParts, sheet: str, remarks: list[Remark], name: str) -> Iterator[str]:
    """Yield the paragraphs of a sheet's drawings, in their order; what cannot be read is remarked."""
    for kind, part in parts.relations(sheet).values():
        root = parts.tree(part) if kind.endswith("/drawing") else None
        for anchor in root if root is not None else ():
            if _ANCHORS.fullmatch(local(anchor)):
                yield from _shape(parts, part, anchor, remarks, name)
        if kind.endswith("/vmlDrawing"):
            yield from _controls(parts.tree(part))
        if kind.endswith(("/oleObject", "/package")):
            remarks.append(Remark("file-unread", part=name, detail=part.rpartition("/")[2]))


def _shape(parts: XmlParts, drawing: str, anchor: Element, remarks: list[Remark], name: str) -> Iterator[str]:
    described = [words for each in within(anchor, "cNvPr") if (words := alternative(each))]
    yield from described
    yield from paragraphs(anchor)
    relations = parts.relations(drawing)
    for each in anchor.iter():
        kind = local(each)
        if kind == "blip" and not described:
            remarks.append(Remark("image-unread", part=name))
        elif kind == "relIds":
            root = parts.tree(relations.get(relation(each, "dm"), ("", ""))[1])
            yield from diagram(root) if root is not None else ()
        elif kind == "chart":
            root = parts.tree(relations.get(relation(each, "id"), ("", ""))[1])
            titles, rows = chart(root) if root is not None else ([], [])
            yield from titles
            yield from map(line, rows)


def _controls(root: Element | None) -> Iterator[str]:
    """Yield the captions of a form's controls, with the tick of those that have one (VML, ClientData)."""
    for data in root.iter("{*}ClientData") if root is not None else ():
        kind, shape = data.get("ObjectType", ""), data.getparent()
        if kind not in _CONTROLS or shape is None:
            continue
        words = " ".join("".join(map(str, each.itertext())) for each in shape.iter("{*}textbox")).strip()
        checked = inner(data, "Checked")
        ticked = checked is not None and (checked.text or "").strip() == "1"
        yield f"{_TICKED if ticked else _UNTICKED} {words}".strip() if kind in _TICKS else words


def _words(note: Element) -> str:
    text = inner(note, "text")
    if text is None:
        return ""
    return "".join([text.text or "", *(each.text or "" for each in within(text, "t"))])
