"""Drawings in Office files (ECMA-376, part 1, 21): diagrams (SmartArt), charts, text boxes, alternative texts."""

import re
from collections.abc import Iterable, Iterator

from services.ingest.parsers.scripts import lowered, raised
from services.ingest.parsers.xml_parts import Element, local

_BY_MACHINE = re.compile(
    "générée? automatiquement|generated automatically|automatically generated|automatisch generiert", re.IGNORECASE
)
_DEEPEST = 20
_NOT_STRUCK = "noStrike"


def inner(element: Element | None, *path: str) -> Element | None:
    """Return the element at the end of a path of names, in any namespace."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local(each) == name), None)
    return element


def within(element: Element, name: str) -> Iterator[Element]:
    """Yield all elements of a name below an element, in any namespace."""
    return (each for each in element.iter() if local(each) == name)


def relation(element: Element, *names: str) -> str:
    """Return the id of the relation that an element names, in whatever of these attributes; "" without one."""
    return next((str(value) for name, value in element.attrib.items() if str(name).rpartition("}")[2] in names), "")


def alternative(properties: Element) -> str:
    """Return what a person wrote for those who do not see a picture (`docPr`, `cNvPr`); "" for nobody's words."""
    words = properties.get("descr", "").strip()
    return "" if _BY_MACHINE.search(words) else words


def paragraphs(element: Element) -> list[str]:
    """Return the paragraphs of a shape's text (`a:p`), none empty."""
    found = ("".join(_runs(each)) for each in within(element, "p"))
    return [words for words in found if words.strip()]


def diagram(root: Element) -> list[str]:
    """Return the texts of a diagram's points, each before those that hang on it."""
    texts = {}
    for point in within(root, "pt"):
        words = inner(point, "t")
        if point.get("type", "node") in ("node", "asst", "doc"):
            texts[point.get("modelId", "")] = paragraphs(words) if words is not None else []
    links = [
        (_order(each), each.get("srcId", ""), each.get("destId", ""))
        for each in within(root, "cxn")
        if each.get("type", "parOf") == "parOf"
    ]
    below: dict[str, list[str]] = {}
    for _, source, target in sorted(links):
        below.setdefault(source, []).append(target)
    hanging = {target for _, _, target in links}
    found: list[str] = []
    waiting = [(identity, 0) for identity in reversed(texts) if identity not in hanging]
    while waiting:
        identity, depth = waiting.pop()
        found += texts.pop(identity, [])
        if depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in reversed(below.get(identity, []))]
    return found + [words for rest in texts.values() for words in rest]


def chart(root: Element) -> tuple[list[str], list[list[str]]]:
    """Return a chart's titles, and its stored values: a row of categories, then a row for each series."""
    titles = [" ".join(paragraphs(each)) for each in within(root, "title")]
    rows: list[list[str]] = []
    for series in within(root, "ser"):
        categories, values = (inner(series, name) for name in ("cat", "val"))
        if not rows and categories is not None:
            rows.append(["", *_points(categories)])
        name = inner(series, "tx")
        if values is not None:
            rows.append([" ".join(_points(name)) if name is not None else "", *_points(values)])
    return [words for words in titles if words], rows


def _as_it_looks(text: str, look: Element | None) -> str:
    """Return a run's text with raised and lowered characters as such, and `~~` about what is struck out."""
    if look is None or not text.strip():
        return text
    if look.get("strike", _NOT_STRUCK) != _NOT_STRUCK:
        return f"~~{text.strip()}~~"
    place = look.get("baseline", "0")
    return lowered(text) if place.startswith("-") else raised(text) if place.strip("0%") else text


def _order(link: Element) -> int:
    given = link.get("srcOrd", "0")
    return int(given) if given.isdecimal() else 0


def _points(element: Element) -> list[str]:
    return [(each.text or "").strip() for each in within(element, "v")]


def _runs(paragraph: Element) -> Iterable[str]:
    for each in paragraph.iter():
        if local(each) == "t":
            yield _as_it_looks(each.text or "", inner(each.getparent(), "rPr"))
        elif local(each) == "br":
            yield " "
