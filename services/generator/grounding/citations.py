"""Checks each sentence before it leaves (S23). Pure.

The cited passage was retrieved, this person may read it, the quoted words stand in it, and the sentence's markers are
those of its claims; what a model wrote is supported by what it cites (support.py). A sentence that fails any of it is
removed and counted, never repaired.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.generator.grounding.repetition import long_enough_to_quote, says_nothing_new
from services.generator.grounding.sources import Source
from services.generator.grounding.support import check_support
from shared.contracts.passages import Origin, Passage, place_of_quote
from shared.contracts.questions import Citation, Sentence

_MARKER = re.compile(r"\[(\d{1,3})\]")
_BEFORE_STOP = re.compile(r"\s+([.!?\u2026]*)$")
_WITHOUT_STOP = re.compile(r"\s*[.!?\u2026]+$")
_SHOWN_QUOTE = re.compile(
    r"\u00ab\s*([^\u00ab\u00bb]+?)\s*\u00bb|[\u201c\u201e\"]\s*([^\u201c-\u201e\"]+?)\s*[\u201d\u201c\"]"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """States that a passage has these words and that they carry the sentence.

    Attributes:
        passage: its id.
        quote: None where a model cites a passage without quoting it: the check of support finds the words.
    """

    passage: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One sentence with its markers `[n]`, before CitationChecker has checked it.

    Attributes:
        generated: by a model, so that what it cites must support it (support.py).
    """

    text: str
    claims: tuple[Claim, ...]
    generated: bool = False


def find_quote(quote: str, text: str) -> str | None:
    """Return the exact substring of `text` that has the quote's words in order.

    White space may differ, and the case of the first letter, since a quote may begin within a sentence; nothing else.
    """
    words = quote.split()
    if not words:
        return None
    if quote in text:
        return quote.strip()
    first, rest = words[0][0], [words[0][1:], *words[1:]]
    letter = f"(?:{re.escape(first.lower())}|{re.escape(first.upper())})"
    match = re.search(letter + r"\s+".join(map(re.escape, rest)), text)
    return match.group() if match else None


class CitationChecker:
    """Checks a text sentence by sentence and numbers the passages that it cites as they first appear.

    Args:
        sources: what was retrieved, in the order that the drafts' markers count.
        scopes: what the person may read, from the verified grant.
    """

    def __init__(self, sources: Collection[Source], scopes: Collection[str]) -> None:
        self._passages = {source.passage.id: (n, source.passage) for n, source in enumerate(sources, start=1)}
        self._scopes = scopes
        self._citations: dict[tuple[str, str], Citation] = {}
        self._numbers: dict[str, int] = {}
        self._sentences: list[str] = []
        self._said: list[str] = []
        self.removed = 0

    @property
    def text(self) -> str:
        return "\n\n".join(self._sentences)

    @property
    def citations(self) -> list[Citation]:
        return list(self._citations.values())

    def check(self, draft: DraftSentence) -> Sentence | None:
        """Return the sentence with its markers renumbered; None when a check failed or a model repeats itself.

        What a model copied from a passage comes back as the quote that it is; small models repeat themselves.
        """
        plain = _BEFORE_STOP.sub(r"\1", _MARKER.sub("", draft.text))
        repeated = draft.generated and says_nothing_new(plain, self._said)  # it takes no number of a citation
        drawn = self._as_quotation(draft, plain) if draft.generated else draft
        sentence = None if repeated else self._checked(drawn)
        if sentence is None:
            self.removed += 1
            return None
        self._sentences.append(sentence.text)
        self._said.append(plain)
        return sentence

    def _as_quotation(self, draft: DraftSentence, plain: str) -> DraftSentence:
        """Return the draft as a quote of a passage that it cites, if it has its words and no others."""
        words = plain.strip()
        for passage in (claim.passage for claim in draft.claims if long_enough_to_quote(words)):
            n, cited = self._passages.get(passage, (0, None))
            quote = cited and (find_quote(words, cited.text) or find_quote(_WITHOUT_STOP.sub("", words), cited.text))
            if quote:
                return DraftSentence(f"\u00ab\u00a0{quote}\u00a0\u00bb [{n}]", (Claim(passage, quote),))
        return draft

    def _checked(self, draft: DraftSentence) -> Sentence | None:
        claims = self._supported(draft) if draft.generated else draft.claims
        quotes = [self._standing(claim) for claim in claims]
        if not quotes or None in quotes:
            return None
        standing = [quote for quote in quotes if quote is not None]
        pieces = _pieces(draft.text, claims)
        own = [text for text, quoted in pieces if not quoted]
        markers = {int(n) for text in own for n in _MARKER.findall(text)}
        rest = _MARKER.sub("", " ".join(own))
        if markers != {n for n, _, _ in standing} or not self._shows_only_sources(rest, standing):
            return None
        cited: dict[int, list[Citation]] = {}
        for n, passage, quote in standing:
            citation = self._citation(passage, quote)
            if citation not in cited.setdefault(n, []):
                cited[n].append(citation)
        text = "".join(text if quoted else _renumbered(text, cited) for text, quoted in pieces)
        return Sentence(text=text, citations=[citation for n in cited for citation in cited[n]])

    def _supported(self, draft: DraftSentence) -> tuple[Claim, ...]:
        """Return the draft's claims, quotes filled in by the check of support; none when it refuses the sentence."""
        cited = [self._passages[claim.passage][1] for claim in draft.claims if claim.passage in self._passages]
        verdict = check_support(_MARKER.sub("", draft.text), list({passage.id: passage for passage in cited}.values()))
        if not verdict.supported or len(cited) < len(draft.claims):
            return ()
        return tuple(Claim(claim.passage, claim.quote or verdict.quotes[claim.passage]) for claim in draft.claims)

    def _standing(self, claim: Claim) -> tuple[int, Passage, str] | None:
        n, passage = self._passages.get(claim.passage, (0, None))
        if passage is None or passage.scope not in self._scopes:
            return None
        quote = find_quote(claim.quote or "", passage.text)
        return (n, passage, quote) if quote else None

    def _shows_only_sources(self, rest: str, standing: list[tuple[int, Passage, str]]) -> bool:
        """Whether what else the sentence puts between quotation marks stands in a passage that it cites."""
        return all(
            any(find_quote(words, passage.text) for _, passage, _ in standing)
            for words in (french or other for french, other in _SHOWN_QUOTE.findall(rest))
            if words.strip()
        )

    def _citation(self, passage: Passage, quote: str) -> Citation:
        key = (passage.id, quote)
        number = self._numbers.setdefault(passage.id, len(self._numbers) + 1)
        if key not in self._citations:
            self._citations[key] = _cite(number, passage, quote)
        return self._citations[key]


def _pieces(text: str, claims: Collection[Claim]) -> list[tuple[str, bool]]:
    """The sentence cut into its own words and, with True, the quoted ones, where what looks like a marker is none."""
    pieces = [(text, False)]
    for quote in sorted({claim.quote for claim in claims if claim.quote}, key=len, reverse=True):
        pieces = [piece for part, quoted in pieces for piece in ([(part, True)] if quoted else _cut(part, quote))]
    return pieces


def _cut(text: str, quote: str) -> list[tuple[str, bool]]:
    own, *others = text.split(quote)
    return [(own, False), *(piece for other in others for piece in ((quote, True), (other, False)))]


def _renumbered(text: str, cited: Mapping[int, list[Citation]]) -> str:
    return _MARKER.sub(lambda match: f"[{cited[int(match[1])][0].n}]", text)


def _cite(n: int, passage: Passage, quote: str) -> Citation:
    row, cells = place_of_quote(passage, quote)
    published = passage.origin is Origin.CORPUS  # nobody else's document is a version of the law (S23)
    return Citation(
        n=n,
        passage=passage.id,
        document=passage.document_id,
        title=passage.title,
        scope=passage.scope,
        origin=passage.origin,
        article=passage.article,
        version_id=passage.article_version if published else None,
        in_force_from=passage.in_force_from.isoformat() if published and passage.in_force_from else None,
        page=passage.page,
        page_label=passage.page_label,
        sheet=passage.sheet,
        row=row,
        cells=cells,
        quote=quote,
        url=f"/v1/passages/{passage.id}",
        source_url=passage.source_url if published else None,
    )
