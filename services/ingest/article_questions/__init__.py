"""Questions that a document's passages answer, and words that people use for what they are about. Pure.

    code_du_travail.jsonl     {article, version, questions, terms}, a line an article; shipped, under Vigie's licence

They lead to a passage and are never quoted: a search compares them with what somebody asks (services/retriever), and
nothing else reads them. `version` is the id of the article's version that they were written from; those of another
version are stale and left out, since they may ask for what the article no longer says. A line without one (such as an
operator's own) goes with the number whatever the version.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from services.ingest.ports import ArticleQuestions, ChunkText
from shared.errors import place_of
from shared.language.folding import folded
from shared.references import canonical_article

_WORD = re.compile(r"[a-z0-9]{4,}")


@dataclass(frozen=True, slots=True)
class Leads:
    """What leads to one passage."""

    questions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    def __add__(self, other: "Leads") -> "Leads":
        return Leads(self.questions + other.questions, self.terms + other.terms)


_NOTHING = Leads()


@dataclass(frozen=True, slots=True)
class Led:
    """What leads to a document's passages, by their ordinal, and the articles whose questions are stale."""

    by_ordinal: Mapping[int, Leads]
    stale: tuple[str, ...] = ()

    def __add__(self, other: "Led") -> "Led":
        ordinals = {**self.by_ordinal, **other.by_ordinal}
        return Led({ordinal: self.of(ordinal) + other.of(ordinal) for ordinal in ordinals}, self.stale + other.stale)

    def of(self, ordinal: int) -> Leads:
        return self.by_ordinal.get(ordinal, _NOTHING)


class UnreadableQuestions(ValueError):
    """A line of a file of questions that is of another shape; `place` names it without its words."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def read_questions(data: bytes) -> Iterator[ArticleQuestions]:
    """Read a file of questions, a line an article.

    Raises:
        UnreadableQuestions: a line is of another shape.
    """
    for number, line in enumerate(data.splitlines(), start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=ArticleQuestions)
            except msgspec.MsgspecError as error:
                raise UnreadableQuestions(f"line {number}: {place_of(error)}") from error


def by_article(lines: Iterable[ArticleQuestions]) -> dict[str, list[ArticleQuestions]]:
    """Return lines by the canonical number of their article; several files may have the same one."""
    found: dict[str, list[ArticleQuestions]] = defaultdict(list)
    for line in lines:
        found[canonical_article(line.article)].append(line)
    return dict(found)


def of_articles(chunks: Iterable[ChunkText], known: Mapping[str, Sequence[ArticleQuestions]], vectors: int) -> Led:
    """Return what leads to the articles of a code: each question to the passage of its article most like it.

    Args:
        vectors: most questions of an article that lead to it by their meaning, the first ones; the others do by their
            words alone, as terms.
    """
    passages: dict[str, list[tuple[int, ChunkText]]] = defaultdict(list)
    for ordinal, chunk in enumerate(chunks):
        if chunk.section.article is not None and chunk.section.article in known:
            passages[chunk.section.article].append((ordinal, chunk))
    leads: dict[int, Leads] = {}
    stale = []
    for article, parts in passages.items():
        fitting = [each for each in known[article] if each.version in {None, parts[0][1].section.article_version}]
        if not fitting:
            stale.append(article)
            continue
        questions = [question for each in fitting for question in each.questions]
        terms = tuple(term for each in fitting for term in each.terms)
        led = Led(_shared_out(questions[:vectors], parts)) + Led({parts[0][0]: Leads(terms=terms)})
        by_words = _shared_out(questions[vectors:], parts)
        leads |= (led + Led({at: Leads(terms=each.questions) for at, each in by_words.items()})).by_ordinal
    return Led(leads, tuple(stale))


def of_document(chunks: Iterable[ChunkText], questions: Sequence[str]) -> Led:
    """Return what leads to a document's passages: each of its questions to the passage most like it."""
    return Led(_shared_out(questions, list(enumerate(chunks))) if questions else {})


def _shared_out(questions: Sequence[str], parts: Sequence[tuple[int, ChunkText]]) -> dict[int, Leads]:
    """Give each question to the passage with most of its words, the rarer the more; to the first of several."""
    words = [(ordinal, _words("\n".join((*chunk.section.headings, chunk.text)))) for ordinal, chunk in parts]
    shared = Counter(word for _, part in words for word in part)
    given: dict[int, list[str]] = defaultdict(list)
    for question in questions:
        asked = _words(question)
        ordinal, _ = max(words, key=lambda part: sum(1 / shared[word] for word in asked & part[1]))
        given[ordinal].append(question)
    return {ordinal: Leads(tuple(each)) for ordinal, each in given.items()}


def _words(text: str) -> frozenset[str]:
    """Return the words of four letters and more, without accents."""
    return frozenset(_WORD.findall(folded(text)))
