"""What the look of a web page does to its text: hidden, struck out, raised, lowered, ticked, filled in."""

import re
from collections.abc import Callable, Mapping

from services.ingest.parsers.html_lines import Tag
from services.ingest.parsers.scripts import lowered, raised
from services.ingest.parsers.xml_parts import names
from shared.contracts.remarks import Remark

SCRIPTS: Mapping[str, Callable[[str], str]] = {"sup": raised, "sub": lowered}
STRUCK = frozenset({"s", "strike", "del"})
_VOID = names("area base br col embed hr img input link meta source track wbr")
_NOT_DISPLAYED = re.compile(r"(?:^|[;{])\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LINE_THROUGH = re.compile(r"text-decoration(?:-line)?\s*:[^;}]*line-through", re.IGNORECASE)
_MAY_HIDE = re.compile(r"hidden|display|visibility|title|line-through|class|^<(?:s|strike|del)\b", re.IGNORECASE)
_SAID_OTHERWISE = frozenset({"span", "i", "b", "em", "svg", "mjx-math"})
"""Elements whose `aria-hidden` marks a drawing of what stands beside it in words, as KaTeX does; a block with it may be
a page behind an open dialogue."""

_PAGE_MARGINS = ("header", "footer")
"""LibreOffice's names of the elements for a page's header and footer."""

_STYLE_SHEET = re.compile(r"<style[^<>]*+>([^<]*+)", re.IGNORECASE)
_RULE = re.compile(r"([^{}]{1,2000}+)(\{[^{}]*+\})")
_CLASS = re.compile(r"\s*(?:[a-z][a-z0-9]*)?\.([\w-]+)\s*", re.IGNORECASE)
_WITHIN = re.compile(r"\s*(?:[a-z][a-z0-9]*[\s>]++){0,8}+(?:[a-z][a-z0-9]*)?\.([\w-]+)\s*", re.IGNORECASE)
"""A class within elements: `p .old`, `td > span.old`."""

_ELSEWHERE = re.compile(
    r"@media(?!\s*(?:only\s+)?(?:all|screen)\s*\{)[^{}]{0,2000}+\{(?:[^{}]++|\{[^{}]*+\})*+\}", re.IGNORECASE
)
"""Rules for paper or for small screens alone: what they hide is shown."""

_ALIGNED = re.compile(r"(?:^|[;{])\s*vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
_OF_LOOK = {"super": "sup", "sub": "sub"}
_INLINE = frozenset({*SCRIPTS, "span", "font", "small"})
_DEEPEST = 200
_TICKS = ("checkbox", "radio")
_FILLED_IN = ("", "text", "number", "date", "time", "datetime-local", "email", "tel", "url", "month", "week")
_TICKED, _UNTICKED = "☒", "☐"


class Hiding:
    """Tells what is not shown, struck out, raised or lowered, by a page's tags and its own style sheet.

    Attributes:
        remarks: what was left out of the text that a reader would miss.
        has_scripts: whether text was raised or lowered so that it reads otherwise.
    """

    def __init__(self, source: str) -> None:
        self.remarks: list[Remark] = []
        sheets = (_ELSEWHERE.sub(" ", sheet) for sheet in _STYLE_SHEET.findall(source))
        rules = [rule for sheet in sheets for rule in _RULE.findall(sheet)]
        self._hidden = _classes(rules, _NOT_DISPLAYED)
        self._struck = _classes(rules, _LINE_THROUGH, _WITHIN)
        self._aligned = {
            each: _OF_LOOK[match[1].lower()]
            for rule in rules
            if (match := _ALIGNED.search(rule[1])) is not None
            for each in _classes([rule], _ALIGNED, _WITHIN)
        }
        self._open: list[tuple[str, Callable[[str], str] | None]] = []
        self.has_scripts = False

    def follow(self, tag: Tag) -> None:
        """Heed that raised or lowered text begins or ends: `sup`, `sub`, `vertical-align` of an inline element."""
        if tag.name not in _INLINE:
            return
        if not tag.closing:
            if len(self._open) < _DEEPEST:
                self._open.append((tag.name, SCRIPTS.get(self._script(tag))))
            return
        for place in reversed(range(len(self._open))):
            if self._open[place][0] == tag.name:
                del self._open[place:]
                return

    def shown(self, text: str) -> str:
        """Return a text as it looks where it stands: 10⁶ for a raised 6."""
        script = next((each for _, each in reversed(self._open) if each is not None), None)
        if script is None or not text.strip():
            return text
        words = script(text)
        self.has_scripts = self.has_scripts or words != text
        return words

    def _script(self, tag: Tag) -> str:
        if tag.name in SCRIPTS:
            return tag.name
        match = _ALIGNED.search(tag.attribute("style") or "")
        if match is not None:
            return _OF_LOOK[match[1].lower()]
        classes = (tag.attribute("class") or "").split() if self._aligned else []
        return next((self._aligned[each] for each in classes if each in self._aligned), "")

    def hides(self, tag: Tag) -> bool:
        """Return whether an element is left out for what its tag says."""
        if tag.name in _VOID or _MAY_HIDE.search(tag.source) is None:
            return False
        if tag.name in _SAID_OTHERWISE and tag.attribute("aria-hidden") == "true":
            return True
        if tag.name in STRUCK or _is(tag, _LINE_THROUGH, self._struck):
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
        return (tag.attribute("alt") or tag.attribute("title") or "").strip()
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


def _classes(
    rules: list[tuple[str, str]], look: "re.Pattern[str]", named: "re.Pattern[str]" = _CLASS
) -> frozenset[str]:
    """Return the classes that have a look by themselves, as `.old` or `span.old`.

    Args:
        named: which selectors count; within which elements a class has its look is not held against the page.
    """
    selectors = [each for selector, body in rules if look.search(body) for each in selector.split(",")]
    return frozenset(match[1] for each in selectors if (match := named.fullmatch(each)))
