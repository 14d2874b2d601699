"""Checks whether the passages that a generated sentence cites support it. Pure; no model judges a model here.

A sentence is laid beside the part of the passages that has most of its words. It is supported when that part has enough
of them, has the same quantities, obliges, permits, forbids and denies the same, and lets the same people act; and when
every article that the sentence names is there. The error of this measure on a labelled set is in lab/support/README.md.
It reads French: of a sentence in another language than its passages it finds no words, and says so by refusing it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from services.generator.french.modality import Mode, denied, denies, modes, same_actors, same_modes
from services.generator.french.quantities import quantities
from services.generator.french.terms import stems
from shared.contracts.passages import Passage
from shared.language.folding import folded
from shared.language.sentences import sentence_spans
from shared.references import article_references, canonical_article

_CLAUSE = re.compile(r"[;:]\s+")
_LONGEST_PART = 900
_WORD = re.compile(r"[^\W_]+")
_ADDITION = 2
_CLAUSES = 3
"""That support a sentence together at most; one that enumerates has more itself."""
_PRICE_OF_A_CLAUSE = 0.1
"""Share of the words that one more clause must bring: a number or a `must` of the next clause supports nothing."""

COVERED = 0.72
"""The share of a sentence's words that the part must have, 0..1; chosen on the calibration half of lab/support."""

CITED = 0.15
"""The share that every cited passage must have by itself: a marker that carries nothing fails the sentence."""


@dataclass(frozen=True, slots=True)
class SupportVerdict:
    """Result of a check of support.

    Attributes:
        reason: "" when the sentence is supported, else what it fails on.
        quotes: by passage id, the part of each passage that supports the sentence, word for word.
    """

    reason: str
    quotes: Mapping[str, str] = field(default_factory=dict)

    @property
    def supported(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    found: frozenset[str]


def check_support(sentence: str, passages: Sequence[Passage], covered: float = COVERED) -> SupportVerdict:
    """Check whether the passages together support the sentence (without its markers).

    Args:
        covered: the least share of the sentence's words.
    """
    wanted = content(sentence)
    asks = sentence.rstrip(' \u00a0\u00bb"').endswith("?")
    if asks or not wanted or not passages:
        return SupportVerdict("question" if asks else "empty")
    if not set(_LINK.findall(sentence)) <= {link for each in passages for link in _LINK.findall(each.text)}:
        return SupportVerdict("link")
    clauses = max(_CLAUSES, len(_CLAUSE.findall(sentence)) + 2)
    parts = {passage.id: _best_part(passage, wanted, clauses) for passage in passages}
    if any(len(part.found) < CITED * len(wanted) for part in parts.values()):
        return SupportVerdict("citation")
    found = frozenset().union(*(part.found for part in parts.values()))
    if len(found) < covered * len(wanted):
        return SupportVerdict("words")
    if _adds(sentence, found):
        return SupportVerdict("addition")
    evidence = " ".join(part.text for part in parts.values())
    reason = _contradiction(sentence, evidence, passages)
    return SupportVerdict(reason, {} if reason else {id_: part.text for id_, part in parts.items()})


def _contradiction(sentence: str, evidence: str, passages: Sequence[Passage]) -> str:
    """Return what the sentence says otherwise than the evidence, or ""."""
    named = {canonical_article(passage.article) for passage in passages if passage.article}
    checks = {
        "article": set(article_references(sentence)) <= named.union(*(article_references(p.text) for p in passages)),
        "quantity": _same_quantities(sentence, evidence),
        "opposite": _no_opposites(sentence, evidence),
        "negation": _same_denials(sentence, evidence),
        "mode": same_modes(sentence, evidence),
        "actor": same_actors(sentence, evidence),
        "name": _same_names(sentence, evidence),
    }
    return next((name for name, holds in checks.items() if not holds), "")


def _adds(sentence: str, found: Collection[str]) -> bool:
    """Whether words in a row are nowhere in the evidence: one may be a synonym, two are something more."""
    synonyms, empty = _synonyms()
    missing = 0
    for word in _WORD.findall(_phrases(sentence)):
        for stem in stems(word) - empty:
            missing = 0 if stem.isdigit() or synonyms.get(stem, stem) in found else missing + 1
        if missing >= _ADDITION:
            return True
    return False


def _same_quantities(sentence: str, evidence: str) -> bool:
    there = quantities(evidence)
    return all(any(quantity.fits(other) for other in there) for quantity in quantities(sentence))


def _same_denials(sentence: str, evidence: str) -> bool:
    """Whether neither affirms what the other denies."""
    if Mode.PROHIBITION in modes(sentence) & modes(evidence):
        return True  # `interdit de fumer`, `on ne fume pas`: what is forbidden need not be the word behind `ne`
    if denied(sentence) and not denies(evidence):
        return False
    sentence, evidence = _phrases(sentence), _phrases(evidence)
    said, there = denied(sentence), denied(evidence)
    return not (said & content(evidence)) - there and not (there & content(sentence)) - said


def _no_opposites(sentence: str, evidence: str) -> bool:
    """Whether the sentence has no word whose opposite alone the evidence has."""
    said, there = folded(sentence), folded(evidence)
    for one, other in _opposites():
        for mine, theirs in ((one, other), (other, one)):
            if mine.search(said) and not mine.search(there) and theirs.search(there):
                return False
    return True


def _same_names(sentence: str, evidence: str) -> bool:
    """Whether the evidence has every day, month and acronym of the sentence: these have no synonyms."""
    there = folded(evidence)
    return all(re.search(rf"\b{re.escape(name)}\b", there) for name in _names(sentence))


_CALENDAR = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|fevrier|mars|avril|mai|juin|juillet|aout"
    r"|septembre|octobre|novembre|decembre|matin|soir)\b"
)
_LINK = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]{1,64}@\S+|!?\[[^\]]{0,300}\]\([^)]{0,300}\)?|</?[A-Za-z!][^>]*>?|javascript:|data:\w"
)
"""What a page may open, load or run (S22): only as it stands in the passage."""

_ACRONYM = re.compile(r"\b(?!CSE\b|EPI\b|DUERP\b)[A-Z]{2,}[\w-]*\b")


def _names(sentence: str) -> list[str]:
    return [*_CALENDAR.findall(folded(sentence)), *(folded(name) for name in _ACRONYM.findall(sentence))]


def content(text: str) -> frozenset[str]:
    """Stems that carry meaning, synonyms as one; without numbers and the words that oblige, permit, forbid or deny."""
    synonyms, empty = _synonyms()
    return frozenset(
        synonyms.get(stem, stem) for stem in stems(_phrases(text)) if stem not in empty and not stem.isdigit()
    )


def _phrases(text: str) -> str:
    """The text with its set phrases as one word each."""
    plain = folded(text).replace("\u2019", "'")
    for phrase, word in _set_phrases():
        plain = phrase.sub(word, plain)
    return plain


def _best_part(passage: Passage, wanted: Collection[str], clauses: int) -> _Part:
    """The run of so many clauses at most that has most of the wanted words for its length."""
    text = passage.text
    spans = _clauses(text)
    context = content(" ".join((passage.title, *passage.headings)))
    best, best_value = _Part("", frozenset()), -1.0
    for first in range(len(spans)):
        found: frozenset[str] = frozenset()
        for last in range(first, min(first + clauses, len(spans))):
            start, end = spans[first][0], spans[last][1]
            if last > first and end - start > _LONGEST_PART:
                break
            found |= content(text[spans[last][0] : spans[last][1]]) & frozenset(wanted)
            value = len(found) / len(wanted) - _PRICE_OF_A_CLAUSE * (last - first)
            if found and value > best_value:
                best, best_value = _Part(text[start:end].strip(), found), value
    return _Part(best.text, best.found | (context & frozenset(wanted))) if best.found else best


def _clauses(text: str) -> list[tuple[int, int]]:
    """Sentences, cut at semicolons and colons."""
    clauses = []
    for start, end in sentence_spans(text):
        at = start
        for match in _CLAUSE.finditer(text, start, end):
            clauses.append((at, match.start() + 1))
            at = match.end()
        clauses.append((at, end))
    return clauses


@cache
def _synonyms() -> tuple[dict[str, str], frozenset[str]]:
    groups: dict[str, str] = {}
    for line in _lines("synonyms.txt"):
        words = [next(iter(stems(word)), "") for word in line.split()]
        groups.update({word: words[0] for word in words if word})
    return groups, frozenset().union(*(stems(line) for line in _lines("empty.txt")))


@cache
def _set_phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = (line.partition(" = ") for line in _lines("phrases.txt"))
    return tuple((re.compile(rf"\b{phrase}\b"), word) for phrase, _, word in rows)


@cache
def _opposites() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    rows = (line.partition(" / ") for line in _lines("opposites.txt"))
    return tuple((re.compile(rf"\b(?:{one})\b"), re.compile(rf"\b(?:{other})\b")) for one, _, other in rows)


def _lines(name: str) -> list[str]:
    text = files("services.generator.grounding.vocabulary").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
