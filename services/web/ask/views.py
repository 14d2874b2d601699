"""What the pages show of an answer: paragraphs of own words, quotes and marks, and its sources. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from shared.contracts.questions import Citation, Sentence
from shared.http_api.feedback import FeedbackView
from shared.http_api.questions import AnswerView, QuestionState
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text
from shared.rendering.addresses import official_address
from shared.rendering.parts import Marker, Own, Quote, paragraphs_of, plain_quote
from shared.rendering.sources import cited_once, places, provenance, reference

_catalogue = Catalogue()

_LONGEST_QUOTE = 300
"""Characters of a quote that its passage is opened at: enough to find it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paragraph: `kind` is own, quote or mark; a mark has the `name` of its source and an `address`."""

    kind: str
    text: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of an answer, as a list shows it."""

    number: int
    name: str
    whose: str
    address: str
    publisher: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, as a page shows it.

    `is_open`: it is being written; `copied`: what is copied of it, with its sources; `verdict`, `reason`: what one
    thinks of it.
    """

    id: str
    conversation: str
    question: str
    completed: str | None
    is_open: bool
    state: str
    paragraphs: Sequence[Sequence[Piece]]
    sources: Sequence[Source]
    mode: str
    writer: str | None
    notice: str | None
    problem: str | None
    copied: str
    verdict: str | None
    reason: str | None


def turn_of(answer: AnswerView, language: str, feedback: FeedbackView | None = None) -> Turn:
    """Return what a page shows of a question, its answer and what one thinks of that."""
    return Turn(
        id=str(answer.id),
        conversation=str(answer.conversation or answer.id),
        question=shown_text(answer.question),
        completed=shown_text(answer.completed) if answer.completed else None,
        is_open=answer.state is QuestionState.ACCEPTED,
        state=answer.state.value,
        paragraphs=paragraphs(answer.answer or "", answer.citations, language),
        sources=[_source(each, language) for each in cited_once(answer.citations)],
        mode=answer.mode,
        writer=one_line(answer.model) if answer.model else None,
        notice=one_line(answer.notice.text) if answer.notice else None,
        problem=one_line(str(answer.failure.get("detail", ""))) if answer.failure else None,
        copied=copied(answer, language),
        verdict=feedback.verdict.value if feedback else None,
        reason=feedback.reason.value if feedback and feedback.reason else None,
    )


def copied(answer: AnswerView, language: str) -> str:
    """Return an answer as plain text with how it was made and its sources: what is pasted elsewhere keeps them."""
    if not answer.answer:
        return ""
    told = [shown_text(answer.answer)]
    if answer.citations:
        told.append(_catalogue.text(language, f"answers.mode.{answer.mode}"))
        told.append(_catalogue.text(language, "answers.reference.sources"))
        told += [_told(each, language) for each in cited_once(answer.citations)]
    return "\n\n".join(told)


def _told(citation: Citation, language: str) -> str:
    words = f"[{citation.n}] {reference(citation, language)} ({provenance(citation, language)})"
    return " ".join([words, *filter(None, [official_address(citation.source_url)])])


def sentence_pieces(sentence: Sentence, language: str) -> list[list[Piece]]:
    """Return the paragraphs of one sentence."""
    return paragraphs(sentence.text, sentence.citations, language)


def paragraphs(text: str, citations: Sequence[Citation], language: str) -> list[list[Piece]]:
    """Return a text of an answer as pieces."""
    return [[_piece(part, language) for part in paragraph] for paragraph in paragraphs_of(text, citations)]


def _piece(part: Own | Quote | Marker, language: str) -> Piece:
    match part:
        case Own(text=text):
            return Piece("own", shown_text(text))
        case Quote(text=text):
            return Piece("quote", plain_quote(text))
        case Marker(citation=citation):
            return Piece("mark", str(citation.n), short_name(citation, language), address_of(citation))


def short_name(citation: Citation, language: str) -> str:
    """Return a source's name as a mark has room for it: the article, the page, else the title."""
    return next(iter(places(citation, language)), one_line(citation.title))


def address_of(citation: Citation) -> str:
    """Return the address of a citation's passage, open where the quote stands."""
    return f"/passages/{citation.passage}?{urlencode({'quote': citation.quote[:_LONGEST_QUOTE]})}"


def _source(citation: Citation, language: str) -> Source:
    return Source(
        number=citation.n,
        name=reference(citation, language),
        whose=provenance(citation, language),
        address=address_of(citation),
        publisher=official_address(citation.source_url),
    )


def highlighted(text: str, quote: str) -> tuple[str, str, str]:
    """Return a passage's text before the quote, the quote, and the text behind it; all before, where it is not."""
    words = quote.split()
    start = text.find(quote) if quote else -1
    if start >= 0:
        return text[:start], text[start : start + len(quote)], text[start + len(quote) :]
    found = _loosely(text, words)
    return (text[: found[0]], text[found[0] : found[1]], text[found[1] :]) if found else (text, "", "")


def _loosely(text: str, words: Sequence[str]) -> tuple[int, int] | None:
    """Find words one after the other, whatever space is between them."""
    if not words:
        return None
    start = text.find(words[0])
    while start >= 0:
        at = start
        for word in words:
            while at < len(text) and text[at].isspace():
                at += 1
            if not text.startswith(word, at):
                break
            at += len(word)
        else:
            return start, at
        start = text.find(words[0], start + 1)
    return None
