"""Numbers of list items and headings in an OpenDocument text (ODF 1.3, part 3, 16.30 ff. and 19.880)."""

from services.ingest.parsers.odf import STYLE, TEXT
from services.ingest.parsers.ordinals import letter, roman
from services.ingest.parsers.xml_parts import Element, local

_DEEPEST = 10


class Lists:
    """Counts the items of a document's lists, in its order."""

    def __init__(self, *roots: Element | None) -> None:
        self._levels: dict[str, dict[int, Element]] = {}
        self._outline: dict[int, Element] = {}
        for root in roots:
            if root is None:
                continue
            for style in root.iter(TEXT + "list-style"):
                self._levels[style.get(STYLE + "name", "")] = _by_level(style)
            for style in root.iter(TEXT + "outline-style"):
                self._outline = _by_level(style)
        self._counters: dict[str, dict[int, int]] = {}
        self._headings: dict[int, int] = {}

    def open(self, element: Element, style: str | None) -> None:
        """Begin a list, from its first number unless it continues an earlier one."""
        goes_on = element.get(TEXT + "continue-numbering") == "true" or element.get(TEXT + "continue-list")
        if not goes_on:
            self._counters.pop(style or "", None)

    def label(self, style: str | None, level: int) -> str:
        """Return the label of the next item: its number, or "-" for a bullet."""
        counters = self._counters.setdefault(style or "", {})
        return _label(self._levels.get(style or "", {}), counters, level) or "-"

    def heading_label(self, level: int) -> str:
        """Return the number of the next heading of a level; "" if headings have none."""
        return _label(self._outline, self._headings, level)


def _by_level(style: Element) -> dict[int, Element]:
    given = ((each.get(TEXT + "level", ""), each) for each in style)
    return {int(level): each for level, each in given if level.isdecimal() and int(level) <= _DEEPEST}


def _label(levels: dict[int, Element], counters: dict[int, int], level: int) -> str:
    form = levels.get(level)
    if form is None or local(form) == "list-level-style-bullet" or local(form) == "list-level-style-image":
        return ""
    counters[level] = counters.get(level, _whole(form.get(TEXT + "start-value"), 1) - 1) + 1
    for deeper in [other for other in counters if other > level]:
        del counters[deeper]
    shown = min(_whole(form.get(TEXT + "display-levels"), 1), level)
    numbers = [_number(levels.get(each), counters.get(each, 1)) for each in range(level - shown + 1, level + 1)]
    if not numbers[-1]:
        return ""
    prefix, suffix = form.get(STYLE + "num-prefix", ""), form.get(STYLE + "num-suffix", "")
    return f"{prefix}{'.'.join(filter(None, numbers))}{suffix}".strip()


def _number(form: Element | None, number: int) -> str:
    kind = form.get(STYLE + "num-format", "") if form is not None else ""
    if kind in ("a", "A"):
        return letter(number) if kind == "a" else letter(number).upper()
    if kind in ("i", "I"):
        return roman(number) if kind == "i" else roman(number).upper()
    return str(number) if kind else ""


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
