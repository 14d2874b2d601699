"""Headers and footers of a text's pages: no part of what it says, told in a remark with their words."""

import re
from collections.abc import Iterable, Iterator

from services.ingest.parsers.assembling import on_one_line
from services.ingest.parsers.decoding import clean
from services.ingest.parsers.xml_parts import Element, XmlParts, local
from shared.contracts.remarks import Remark

_OF_WORD = ("/header", "/footer")
_OF_OPENDOCUMENT = frozenset({"header", "footer", "header-left", "footer-left", "header-first", "footer-first"})
_FIELDS = frozenset({"page-number", "page-count", "sheet-name", "instrText", "delText"})
_ENDS = frozenset({"p", "tab", "s", "br", "line-break"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBERING = frozenset({"page", "seite", "sur", "of", "von", "de"})
"""Words that stand beside the number of a page: a header of these alone says nothing."""


def word_margins(parts: XmlParts, main: str) -> Iterator[Remark]:
    """Yield the remark on the headers and footers of a Word document."""
    related = sorted({target for kind, target in parts.relations(main).values() if kind.endswith(_OF_WORD)})
    roots = (parts.tree(each) for each in related)
    return _remarks(root for root in roots if root is not None)


def opendocument_margins(styles: Element | None) -> Iterator[Remark]:
    """Yield the remark on the headers and footers of an OpenDocument text."""
    pages = styles.iter() if styles is not None else iter(())
    return _remarks(each for each in pages if local(each) in _OF_OPENDOCUMENT)


def _remarks(margins: Iterable[Element]) -> Iterator[Remark]:
    texts = [on_one_line(clean("".join(_texts(each)))) for each in margins]
    told = [text for text in dict.fromkeys(texts) if set(map(str.lower, _WORD.findall(text))) - _NUMBERING]
    if told:
        yield Remark("page-margins", detail=" / ".join(told), count=len(told))


def _texts(element: Element) -> Iterator[str]:
    if local(element) in _FIELDS:
        return
    yield element.text or ""
    for each in element:
        yield from _texts(each)
        yield each.tail or ""
    if local(element) in _ENDS:
        yield " "
