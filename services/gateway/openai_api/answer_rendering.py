"""An answer as one text that stands alone: its sentences, how they were made, and a list of what its markers open."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.gateway.questions.model import QuestionRecord
from shared.contracts.questions import Citation, Outcome
from shared.language.catalogue import Catalogue

_MARKER = re.compile(r"\[(\d{1,3})\]")

_catalogue = Catalogue()


@dataclass(frozen=True, slots=True)
class Link:
    """What `content[start:end]`, a marker such as `[1]`, opens."""

    start: int
    end: int
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class RenderedAnswer:
    content: str
    links: tuple[Link, ...] = ()

    def behind(self, said: str) -> "RenderedAnswer":
        """The same after words that a client has already; they stay, and count in the places of the links."""
        shift = len(said)
        links = (Link(link.start + shift, link.end + shift, link.url, link.title) for link in self.links)
        return RenderedAnswer(said + self.content, tuple(links))


def rendered_answer(record: QuestionRecord, base_url: str) -> RenderedAnswer:
    """The answer or abstention of a question that has ended without a failure.

    Args:
        base_url: where people reach the gateway, without a slash at its end.
    """
    outcome = record.outcome or Outcome()
    if not outcome.citations:
        return RenderedAnswer("\n\n".join([outcome.answer, *_notice(outcome, record.language)]))
    links = tuple(
        Link(start, end, f"{base_url}{citation.url}", reference(citation, record.language))
        for start, end, citation in _marked(outcome.answer, outcome.citations)
    )
    return RenderedAnswer(outcome.answer + _sources(outcome, record.language, base_url), links)


def reference(citation: Citation, language: str) -> str:
    """The source in words: title, then article, page or place in a workbook."""
    places = {"article": "number", "page": "page", "sheet": "sheet", "row": "row", "cells": "cells"}
    found = ((name, field, getattr(citation, name)) for name, field in places.items())
    words = [
        _catalogue.text(language, f"answers.reference.{name}", **{field: value})
        for name, field, value in found
        if value is not None
    ]
    return ", ".join([citation.title, *words])


def _sources(outcome: Outcome, language: str, base_url: str) -> str:
    """A list that reads well both as it is and as Markdown, which would run bare lines together."""
    mode = _catalogue.text(language, f"answers.mode.{outcome.mode}")
    removed = (
        [_catalogue.text(language, "answers.removed", count=outcome.removed)]
        if outcome.model and outcome.removed
        else []
    )
    heading = _catalogue.text(language, "answers.reference.sources")
    lines = [_source(citation, language, base_url) for citation in outcome.citations]
    return "\n\n".join(["", mode, *removed, *_notice(outcome, language), heading, "\n".join(lines)])


def _notice(outcome: Outcome, language: str) -> list[str]:
    notice = outcome.notice
    return [_catalogue.text(language, f"answers.notice.{notice.code}", **notice.params)] if notice else []


def _source(citation: Citation, language: str, base_url: str) -> str:
    words = reference(citation, language)
    if citation.in_force_from:
        words += f" ({_catalogue.text(language, 'answers.reference.in-force-from', date=citation.in_force_from)})"
    addresses = [citation.source_url, f"{base_url}{citation.url}"]
    return "\n  ".join([f"- [{citation.n}] {words}", *(f"<{address}>" for address in addresses if address)])


def _marked(answer: str, citations: Sequence[Citation]) -> Iterator[tuple[int, int, Citation]]:
    """Where the markers are; what looks like one within a quoted passage is none."""
    by_number = {citation.n: citation for citation in citations}
    quoted = [span for citation in citations for span in _spans(citation.quote, answer)]
    for marker in _MARKER.finditer(answer):
        citation = by_number.get(int(marker[1]))
        if citation and not any(start <= marker.start() < end for start, end in quoted):
            yield marker.start(), marker.end(), citation


def _spans(quote: str, answer: str) -> Iterator[tuple[int, int]]:
    """Where the quote stands; white space may differ, as in the check that let the sentence out."""
    words = quote.split()
    pattern = r"\s+".join(map(re.escape, words))
    return (match.span() for match in re.finditer(pattern, answer)) if words else iter(())
