"""Formulas in MathML, of web pages and OpenDocument texts, on one line: 10⁵, 1/3, CO₂ (MathML Core)."""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml import etree

from services.ingest.parsers.scripts import fraction, lowered, raised
from services.ingest.parsers.xml_parts import Element, local

_OPEN = re.compile(r"<math(?=[\s>/])")
"""`<math-field>` is an element of a page's own."""

_CLOSE = "</math>"
_LONGEST = 20_000
"""Characters of a page's formula beyond which it is left out, as before."""

_DEEPEST = 50
_NOT_SHOWN = ("annotation", "annotation-xml")

_LAYOUTS: Mapping[tuple[str, int], Callable[[Sequence[str]], str]] = {
    ("mfrac", 2): lambda terms: fraction(terms[0], terms[1]),
    ("msup", 2): lambda terms: terms[0] + raised(terms[1]),
    ("mover", 2): lambda terms: terms[0] + raised(terms[1]),
    ("msub", 2): lambda terms: terms[0] + lowered(terms[1]),
    ("munder", 2): lambda terms: terms[0] + lowered(terms[1]),
    ("msubsup", 3): lambda terms: terms[0] + lowered(terms[1]) + raised(terms[2]),
    ("mroot", 2): lambda terms: f"{raised(terms[1])}√({terms[0]})",
}
"""How the terms of an element are written, by its name and their number."""


def math_text(element: Element, depth: int = 0) -> str:
    """Return a formula's text."""
    name = local(element)
    if not name or name in _NOT_SHOWN or depth > _DEEPEST:
        return ""
    terms = [math_text(each, depth + 1) for each in element if local(each)]
    laid_out = _LAYOUTS.get((name, len(terms)))
    if laid_out is not None:
        return laid_out(terms)
    if name == "msqrt":
        return f"√({''.join(terms)})"
    return (element.text or "").strip() + "".join(terms)


def with_formulas(page: str) -> str:
    """Return a page with its formulas in the place of their markup. Linear in the page's length."""
    return "".join(_parts(page)) if "<math" in page else page


def _parts(page: str) -> Iterator[str]:
    at = 0
    while (opened := _OPEN.search(page, at)) and (end := page.find(_CLOSE, opened.start())) >= 0:
        end += len(_CLOSE)
        yield page[at : opened.start()]
        yield html.escape(_formula(page[opened.start() : end]), quote=False)
        at = end
    yield page[at:]


def _formula(source: str) -> str:
    """Return the text of a formula's markup; "" for one that is too long or no XML."""
    if len(source) > _LONGEST or "<!" in source:
        return ""
    # a page's named characters (`&times;`) are none of XML's: as characters, those of markup but once escaped
    plain = html.unescape(source.replace("&lt;", "&amp;lt;").replace("&amp;", "&amp;amp;").replace("&gt;", "&amp;gt;"))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return math_text(etree.fromstring(plain, parser))
    except (etree.LxmlError, ValueError):
        return ""
