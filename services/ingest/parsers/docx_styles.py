"""Headings and list items of a Word document, by style and numbering (ECMA-376, 17.7 and 17.9)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from services.ingest.parsers.ordinals import letter, roman
from services.ingest.parsers.xml_parts import Element, local

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"

_HEADING = re.compile(r"(?:heading|titre|überschrift|t[ií]tulo|titolo|kop)\s?([1-9])", re.IGNORECASE)
_TITLE = re.compile(r"title|titre|titel", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|tm|table of contents|table des mati\u00e8res)\s?[1-9]?", re.IGNORECASE)
_BODY_LEVEL = 9
_DEEPEST_INHERITANCE = 20
_PLACEHOLDER = re.compile(r"%([1-9])")
_MOST_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Style:
    """Meaning of a style: `level` of a heading, 0 for the title; `contents`: a line of a table of contents."""

    level: int | None = None
    contents: bool = False
    numbering: tuple[str, int] | None = None
    hidden: bool | None = None
    struck: bool | None = None
    script: str | None = None


def child(element: Element | None, *path: str) -> Element | None:
    """Return the element at the end of a path of names in Word's namespace."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if isinstance(each.tag, str) and each.tag.endswith(f"}}{name}")), None)
    return element


def value(element: Element | None, name: str = "val") -> str | None:
    return None if element is None else element.get(W + name, element.get(STRICT + name))


def is_on(element: Element | None) -> bool:
    """Return whether a toggle property is on: present, and not set to off."""
    return element is not None and value(element) not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class RunLook:
    """What changes the meaning of characters, None where nothing is said; `script`: superscript or subscript."""

    hidden: bool | None = None
    struck: bool | None = None
    script: str | None = None

    def over(self, below: "RunLook | Style") -> "RunLook":
        """Return this look, and what it leaves open from the one below."""
        return RunLook(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            self.script or below.script,
        )


def look_of(properties: Element | None) -> RunLook:
    """Return the look that run properties give."""
    found = {name: each for each in (properties if properties is not None else ()) if (name := local(each)) in _LOOKS}
    if not found:
        return AS_IS
    hidden = is_on(found["vanish"]) if "vanish" in found else None
    struck = [is_on(found[name]) for name in ("strike", "dstrike") if name in found]
    return RunLook(hidden, any(struck) if struck else None, _script(found))


def _script(found: Mapping[str, Element]) -> str | None:
    given = value(found.get("vertAlign"))
    if given is not None:
        return given
    height = value(found.get("position")) or ""
    size = height.lstrip("-")
    if not size.isdecimal() or int(size) < _RAISED_BY:
        return None
    return "subscript" if height.startswith("-") else "superscript"


AS_IS = RunLook()
_LOOKS = frozenset({"vanish", "strike", "dstrike", "vertAlign", "position"})
_RAISED_BY = 4
"""Half points by which characters are raised or lowered at least, where it is done by their position."""


def outline_level(properties: Element | None) -> int | None:
    """Return the heading level of paragraph properties, from 1; None without one; -1 for plain text."""
    given = value(child(properties, "outlineLvl"))
    if given is None or not given.isdecimal():
        return None
    return int(given) + 1 if int(given) < _BODY_LEVEL else -1


def numbering_of(properties: Element | None) -> tuple[str, int] | None:
    """Return the list and the level in it, from 0; list "0" is none."""
    numbered = child(properties, "numPr")
    identity = value(child(numbered, "numId"))
    if identity is None:
        return None
    level = value(child(numbered, "ilvl")) or "0"
    return identity, min(int(level), _MOST_LEVELS - 1) if level.isdecimal() else 0


def styles_of(root: Element | None) -> dict[str, Style]:
    """Paragraph styles by id, inheritance included."""
    found = {value(each, "styleId") or "": each for each in root if each.tag in _STYLES} if root is not None else {}
    return {identity: _style(identity, found) for identity in found}


_STYLES = (W + "style", STRICT + "style")


def _style(identity: str, found: dict[str, Element]) -> Style:
    level: int | None = None
    numbering: tuple[str, int] | None = None
    contents = False
    shown = RunLook()
    following: str | None = identity
    for _ in range(_DEEPEST_INHERITANCE):
        element = found.get(following or "")
        if element is None:
            break
        properties = child(element, "pPr")
        name = value(child(element, "name")) or ""
        level = _level(properties, name) if level is None else level
        numbering = numbering or numbering_of(properties)
        contents = contents or bool(_CONTENTS.fullmatch(name))
        shown = shown.over(look_of(child(element, "rPr")))
        following = value(child(element, "basedOn"))
    return Style(None if level == -1 else level, contents, numbering, shown.hidden, shown.struck, shown.script)


def _level(properties: Element | None, name: str) -> int | None:
    """Return a style's own heading level: by its name as Word writes it in all languages, else by its outline level."""
    named = _HEADING.fullmatch(name)
    if named:
        return int(named[1])
    return 0 if _TITLE.fullmatch(name) else outline_level(properties)


@dataclass(slots=True)
class _Level:
    start: int = 1
    kind: str = "decimal"
    pattern: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counters: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the items of a document's lists, in its order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        abstract = {value(each, "abstractNumId"): _List(dict(_levels(each))) for each in _named(root, "abstractNum")}
        for each in _named(root, "num"):
            known = abstract.get(value(child(each, "abstractNumId")))
            if known is not None:
                self._lists[value(each, "numId") or ""] = _overridden(known, each)

    def label(self, identity: str, level: int) -> str | None:
        """Return the label of a list's next item: its number, or "-" for a bullet; None outside of lists."""
        counted = self._lists.get(identity)
        if counted is None:
            return None
        form = counted.levels.get(level, _Level())
        if form.kind == "bullet":
            return "-"
        counted.counters[level] = counted.counters.get(level, form.start - 1) + 1
        for deeper in [other for other in counted.counters if other > level]:
            del counted.counters[deeper]
        return _PLACEHOLDER.sub(lambda match: _shown(counted, int(match[1]) - 1), form.pattern).strip()


def _shown(counted: _List, level: int) -> str:
    form = counted.levels.get(level, _Level())
    number = counted.counters.get(level, form.start)
    if form.kind in ("lowerLetter", "upperLetter"):
        return letter(number).upper() if form.kind == "upperLetter" else letter(number)
    if form.kind in ("lowerRoman", "upperRoman"):
        return roman(number).upper() if form.kind == "upperRoman" else roman(number)
    if form.kind == "none":
        return ""
    return f"{number:02d}" if form.kind == "decimalZero" else str(number)


def _levels(element: Element) -> Iterator[tuple[int, _Level]]:
    for each in _named(element, "lvl"):
        number, start = value(each, "ilvl") or "", value(child(each, "start")) or ""
        if number.isdecimal():
            yield (
                int(number),
                _Level(
                    int(start) if start.isdecimal() else 1,
                    value(child(each, "numFmt")) or "decimal",
                    value(child(each, "lvlText")) or "",
                ),
            )


def _overridden(known: _List, element: Element) -> _List:
    """Return a list with its overrides; lists of one form share their counters, except those that restart."""
    overrides = list(_named(element, "lvlOverride"))
    if not overrides:
        return known
    changed = _List(dict(known.levels))
    for each in overrides:
        changed.levels.update(_levels(each))
        number, start = value(each, "ilvl") or "", value(child(each, "startOverride")) or ""
        if number.isdecimal() and start.isdecimal():
            form = changed.levels.get(int(number), _Level())
            changed.levels[int(number)] = _Level(int(start), form.kind, form.pattern)
    return changed


def _named(element: Element | None, name: str) -> Iterator[Element]:
    return (each for each in (element if element is not None else ()) if each.tag in (W + name, STRICT + name))
