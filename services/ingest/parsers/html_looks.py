"""What the look of a web page does to its text: hidden, struck out, raised, lowered, ticked, filled in."""

import re
from collections.abc import Callable, Mapping

from services.ingest.parsers.html_lines import Tag
from services.ingest.parsers.scripts import lowered, raised
from services.ingest.parsers.xml_parts import names
from shared.contracts.remarks import Remark

SCRIPTS: Mapping[str, Callable[[str], str]] = {"sup": raised, "sub": lowered}
_STRUCK = frozenset({"s", "strike", "del"})
_VOID = names("area base br col embed hr img input link meta source track wbr")
_NOT_DISPLAYED = re.compile(r"(?:^|[;{])\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s*:[^;}]*line-through", re.IGNORECASE)
_MAY_HIDE = re.compile(r"hidden|display|visibility|title|line-through|class|^<(?:s|strike|del)\b", re.IGNORECASE)
_PAGE_MARGINS = ("header", "footer")
"""LibreOffice's names of the elements for a page's header and footer."""

_STYLE_SHEET = re.compile(r"<style[^<>]*+>([^<]*+)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]{1,2000}+)(\{[^{}]*+\})")
_CLASS = re.compile(r"\s*(?:[a-z][a-z0-9]*)?\.([\w-]+)\s*", re.IGNORECASE)
_TICKS = ("checkbox", "radio")
_FILLED_IN = ("", "text", "number", "date", "time", "datetime-local", "email", "tel", "url", "month", "week")
_TICKED, _UNTICKED = "☒", "☐"


class Hiding:
    """Tells which elements of a page are not shown, or are struck out, by their tags and the page's own style sheet.

    Attributes:
        remarks: what was left out of the text that a reader would miss.
    """

    def __init__(self, source: str) -> None:
        self.remarks: list[Remark] = []
        rules = [rule for sheet in _STYLE_SHEET.findall(source) for rule in _RULE.findall(sheet)]
        self._hidden = _classes(rules, _NOT_DISPLAYED)
        self._struck = _classes(rules, _LINE_THROUGH)

    def hides(self, tag: Tag) -> bool:
        """Return whether an element is left out for what its tag says."""
        if tag.name in _VOID or _MAY_HIDE.search(tag.source) is None:
            return False
        if tag.name in _STRUCK or _is(tag, _LINE_THROUGH, self._struck):
            self.remarks.append(Remark("struck-out"))
            return True
        return self._is_hidden(tag) or tag.attribute("title") in _PAGE_MARGINS

    def _is_hidden(self, tag: Tag) -> bool:
        hidden = tag.attribute("hidden")
        if (hidden is None or hidden.lower() == "until-found") and not _is(tag, _NOT_DISPLAYED, self._hidden):
            return False
        self.remarks.append(Remark("hidden-text"))
        return True


def shown_value(tag: Tag) -> str:
    """Return what a picture or a form's field shows: its alternative text, tick, or value."""
    if tag.name == "img":
        return (tag.attribute("alt") or "").strip()
    if tag.name == "option":
        return _UNTICKED if tag.attribute("selected") is None else _TICKED
    kind = (tag.attribute("type") or "").lower()
    if kind in _TICKS:
        return _UNTICKED if tag.attribute("checked") is None else _TICKED
    return (tag.attribute("value") or "").strip() if kind in _FILLED_IN else ""


def _is(tag: Tag, look: "re.Pattern[str]", classes: frozenset[str]) -> bool:
    """Return whether an element has a look by its own style or by one of these classes."""
    if look.search(tag.attribute("style") or ""):
        return True
    return bool(classes) and not classes.isdisjoint((tag.attribute("class") or "").split())


def _classes(rules: list[tuple[str, str]], look: "re.Pattern[str]") -> frozenset[str]:
    """Return the classes that have a look by themselves, as `.old` or `span.old`."""
    selectors = [each for selector, body in rules if look.search(body) for each in selector.split(",")]
    return frozenset(match[1] for each in selectors if (match := _CLASS.fullmatch(each)))
