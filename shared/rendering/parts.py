"""An answer taken apart: what is quoted, what is Vigie's own, and markers. Pure.

An answer is stored as one text with the citations that its markers open; what was quoted is found in it by the
citations' own words, so that a quote which closes its quotation marks, or has a marker in it, is still one quote.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.contracts.questions import Citation
from shared.language.names import shown_text
from shared.rendering.sources import cited_once

_MARKER = re.compile(r"\[(\d{1,3})\]")
_OPEN = re.compile(r"\u00ab\s*")
_CLOSE = re.compile(r"\s*\u00bb(?P<markers>(?:\s?\[\d{1,3}\])*)")
_INNER = re.compile(r"\u00ab[\u00a0\u202f]?|[\u00a0\u202f]?\u00bb")
_BETWEEN = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Own:
    """Words that Vigie or a model wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a passage, without the quotation marks around them."""

    text: str


@dataclass(frozen=True, slots=True)
class Marker:
    """`[n]`, which opens a citation."""

    citation: Citation


Part = Own | Quote | Marker
Paragraph = tuple[Part, ...]


def inner_marks(quote: str) -> str:
    """Return a quote as it stands within quotation marks: those in it are of another kind, so that none ends it."""
    return _INNER.sub(lambda match: "\u201c" if "\u00ab" in match[0] else "\u201d", shown_text(quote))


def plain_quote(quote: str) -> str:
    """Return a quote as plain text: its marks changed, without empty lines, so that it stays one paragraph."""
    lines = [line.strip() for line in inner_marks(quote).split("\n")]
    return "\n".join(line for line in lines if line)


def paragraphs_of(answer: str, citations: Sequence[Citation]) -> list[Paragraph]:
    """Take an answer, or one of its sentences, apart.

    Args:
        answer: as it was stored, or as `plain_answer` made it.
    """
    paragraphs: list[list[Part]] = [[]]
    for part in _parts(answer, citations):
        if not isinstance(part, Own):
            paragraphs[-1].append(part)
            continue
        first, *others = _BETWEEN.split(part.text)
        paragraphs[-1] += [Own(first)] if first else []
        paragraphs += [[Own(words)] if words else [] for words in others]
    return [tuple(parts) for parts in paragraphs if parts]


def is_quotation(paragraph: Paragraph) -> bool:
    """Return whether a paragraph is one quote with its markers and nothing else."""
    quotes = sum(isinstance(part, Quote) for part in paragraph)
    return quotes == 1 and not any(isinstance(part, Own) and part.text.strip() for part in paragraph)


def _parts(answer: str, citations: Sequence[Citation]) -> Iterator[Part]:
    at = 0
    candidates = _candidates(citations)
    for opening in _OPEN.finditer(answer):
        if opening.start() < at:
            continue  # within the quote before
        found = _quoted(answer, opening.end(), candidates)
        if found is None:
            continue
        yield from _own(answer[at : opening.start()], citations)
        end, closing = found
        yield Quote(answer[opening.end() : end])
        yield from _own(closing["markers"], citations, quoting=False)
        at = closing.end()
    yield from _own(answer[at:], citations)


def _candidates(citations: Sequence[Citation]) -> list[tuple[str, int]]:
    """Quotes with the numbers that they are cited by, longest first, as they stand and as they are shown."""
    found = {(words.strip(), each.n) for each in citations for words in (each.quote, plain_quote(each.quote))}
    found = {(words, number) for words, number in found if words}
    return sorted(found, key=lambda each: -len(each[0]))


def _quoted(answer: str, start: int, candidates: Sequence[tuple[str, int]]) -> tuple[int, re.Match[str]] | None:
    """Return where the quote that starts there ends, and what closes it; None: it is no citation's."""
    for words, number in candidates:
        if not answer.startswith(words, start):
            continue
        end = start + len(words)
        closing = _CLOSE.match(answer, end)
        if closing and str(number) in _MARKER.findall(closing["markers"]):
            return end, closing
    return None


def _own(text: str, citations: Sequence[Citation], *, quoting: bool = True) -> Iterator[Part]:
    """Words outside of quotation marks; what looks like a marker within words of a passage is none.

    Args:
        quoting: whether words of a passage may be among them.
    """
    by_number = {citation.n: citation for citation in cited_once(citations)}
    found = [match for match in _MARKER.finditer(text) if int(match[1]) in by_number]
    spans = [span for citation in citations for span in _spans(citation.quote, text)] if found and quoting else []
    at = 0
    for match in found:
        if any(start <= match.start() and match.end() <= end for start, end in spans):
            continue
        if match.start() > at:
            yield Own(text[at : match.start()])
        yield Marker(by_number[int(match[1])])
        at = match.end()
    if at < len(text):
        yield Own(text[at:])


def _spans(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the quote stands; white space may differ, as in the check that let the sentence out."""
    words = quote.split()
    pattern = r"\s+".join(map(re.escape, words))
    return (match.span() for match in re.finditer(pattern, text)) if words else iter(())
