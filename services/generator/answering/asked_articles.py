"""What a question asks for by number, laid beside what was found: what is missing, another text's, or of another day.

Pure. The sentences are the catalogues'; they stand beside the quotes and cite nothing.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.generator.grounding.sources import Source
from shared.contracts.identities import parse_passage_id
from shared.contracts.passages import Origin
from shared.contracts.questions import Citation, Evidence
from shared.references import (
    LABOUR_CODE,
    Kind,
    Reference,
    canonical_article,
    names_text,
    period_of,
    references_of,
)

_NAMED = 6
"""Missing articles that are named in one sentence."""

_FORMER = re.compile(r"[LRD]\d{3}-\d")
"""Numbers of the Code du travail from before its recodification of 1 May 2008."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Articles that were asked for and are not there.

    Attributes:
        articles: their numbers.
        text: the text that the question names; "" for none.
        former: whether they are of the numbering from before 2008.
    """

    articles: str
    text: str = ""
    former: bool = False

    @property
    def key(self) -> str:
        """Key of its sentence in the catalogues."""
        if self.text:
            return "answers.article-of-another-text"
        return "answers.article-former" if self.former else "answers.article-not-found"

    @property
    def params(self) -> dict[str, str | int]:
        articles: dict[str, str | int] = {"articles": self.articles}
        return articles | {"text": self.text} if self.text else articles


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence beside the quotes: its key in the catalogues, and its values."""

    key: str
    params: dict[str, str | int]


def of_the_text_asked(question: str, sources: Sequence[Source]) -> tuple[Source, ...]:
    """Return the sources without articles that have the number asked for and are another text's."""
    references = references_of(question)
    return tuple(source for source in sources if not _is_foreign(references, source))


def is_asked_for(question: str, source: Source) -> bool:
    """Return whether a source is an article that the question names by its number."""
    return any(_number(source) in each.numbers for each in references_of(question))


def missing_articles(question: str, found: Collection[str | None]) -> list[Missing]:
    """Return what the question names and the search did not find, by the text that it is of.

    Args:
        found: numbers of the articles that were found.
    """
    numbers = frozenset(canonical_article(each) for each in found if each)
    groups: dict[tuple[str, bool], list[str]] = {}
    for reference in references_of(question):
        for name in reference.missing(numbers):
            text = reference.text.name if reference.text and reference.text.name != LABOUR_CODE else ""
            groups.setdefault((text, not text and _FORMER.match(name) is not None), []).append(name)
    return [Missing(", ".join(list(dict.fromkeys(names))[:_NAMED]), *about) for about, names in groups.items()]


def opening_remarks(
    question: str, sources: Sequence[Source], evidence: Iterable[Evidence], today: date
) -> list[Remark]:
    """Return what stands before the quotes: what is missing, what is half a number, which day's text this is, its end.

    Args:
        sources: passages that may be quoted (of_the_text_asked).
        evidence: all that was found, without what is another text's.
    """
    references = references_of(question)
    named = [source for source in sources if source.evidence.exact]
    if not named:
        return []
    found = _numbers([*map(_number, named), *(each.article for each in evidence if each.exact)])
    remarks = [Remark(each.key, each.params) for each in missing_articles(question, found)]
    chapters = [each.name for each in references if each.kind is Kind.CHAPTER and not each.missing(found)]
    if chapters and not found.intersection(chapters):
        remarks.append(Remark("answers.half-a-number", {"number": ", ".join(chapters)}))
    divisions = [each.name for each in references if each.kind is Kind.DIVISION and not each.missing(found)]
    if divisions:
        remarks.append(Remark("answers.first-of-division", {"division": ", ".join(divisions)}))
    return remarks + (_versions(question, named) or _ends(named, today))


def goes_on(citations: Sequence[Citation], sources: Sequence[Source], evidence: Iterable[Evidence]) -> list[Remark]:
    """Return the remark that articles which were asked for go on behind what is quoted of them."""
    by_id = {source.passage.id: source for source in sources if source.evidence.exact}
    last = {(each.document, each.article): _ordinal(each.passage) for each in sorted(evidence, key=_place)}
    shown: dict[tuple[object, str | None], int] = {}
    cut: dict[str, None] = {}
    for each in citations:
        shown[each.document, each.article] = max(_ordinal(each.passage), shown.get((each.document, each.article), 0))
    for each in citations:
        source = by_id.get(each.passage)
        if source is None or each.article is None:
            continue
        behind = last.get((each.document, each.article), 0) > shown[each.document, each.article]
        if behind or not source.passage.text.rstrip().endswith(each.quote.rstrip()):
            cut[each.article] = None
    return [Remark("answers.article-goes-on", {"articles": ", ".join(cut)})] if cut else []


def _versions(question: str, named: Sequence[Source]) -> list[Remark]:
    """Return a remark for each article whose version here is not that of the time that the question names."""
    period = period_of(question)
    remarks: dict[str, Remark] = {}
    for passage in (source.passage for source in named if source.passage.origin is Origin.CORPUS):
        if period is None or passage.in_force_from is None or passage.article is None:
            continue
        is_later = passage.in_force_from > period.first
        has_ended = passage.in_force_to is not None and passage.in_force_to <= period.last
        if is_later or has_ended:
            params = {"article": passage.article, "when": period.words, "date": passage.in_force_from.isoformat()}
            remarks.setdefault(passage.article, Remark("answers.version-of-another-day", dict(params)))
    return list(remarks.values())


def _ends(named: Sequence[Source], today: date) -> list[Remark]:
    """Return a remark for each article of a public corpus that has ended since it was indexed, or whose end is known.

    The data of a corpus tell an end that is to come ("abrogé différé"), and stay as they are when it has come.
    """
    remarks: dict[str, Remark] = {}
    for passage in (source.passage for source in named if source.passage.origin is Origin.CORPUS):
        if passage.article is not None and passage.in_force_to is not None:
            key = "answers.article-ended" if passage.in_force_to <= today else "answers.article-ends"
            params: dict[str, str | int] = {"article": passage.article, "date": passage.in_force_to.isoformat()}
            remarks.setdefault(passage.article, Remark(key, params))
    return list(remarks.values())


def _is_foreign(references: Sequence[Reference], source: Source) -> bool:
    named = [each for each in references if _number(source) in each.numbers]
    return bool(named) and not any(each.text is None or names_text(source.passage.title, each.text) for each in named)


def _number(source: Source) -> str | None:
    return canonical_article(source.passage.article) if source.passage.article else None


def _numbers(found: Iterable[str | None]) -> frozenset[str]:
    return frozenset(each for each in found if each)


def _ordinal(passage: str) -> int:
    place = parse_passage_id(passage)
    return place[1] if place else 0


def _place(each: Evidence) -> int:
    return _ordinal(each.passage)
