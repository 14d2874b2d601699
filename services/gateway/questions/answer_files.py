"""An answer as a file: Markdown, or a Word document; both say how it was made, and whose each source is (S22, S23)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType

from docx import Document
from docx.document import Document as Word
from docx.shared import Pt

from services.gateway.questions.model import QuestionRecord
from shared.contracts.questions import Citation, Outcome
from shared.http_api.questions import AnswerFormat
from shared.language.catalogue import Catalogue
from shared.language.names import one_line, shown_text
from shared.rendering.addresses import official_address
from shared.rendering.escaping import escaped_line
from shared.rendering.markdown import markdown_answer
from shared.rendering.parts import Marker, Own, Quote, is_quotation, paragraphs_of, plain_quote
from shared.rendering.sources import cited_once, provenance, reference

MEDIA_TYPES: Mapping[AnswerFormat, str] = MappingProxyType(
    {
        AnswerFormat.MD: "text/markdown; charset=utf-8",
        AnswerFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)

_catalogue = Catalogue()
_SMALL = Pt(9)


def answer_file(record: QuestionRecord, kind: AnswerFormat, language: str) -> bytes:
    """Write a question with its answer as a file.

    Sources have their publisher's address or none: an address of this API opens nothing for who is handed the file.

    Args:
        language: of the words around the answer.
    """
    return _WRITERS[kind](record, record.outcome or Outcome(), language)


def _markdown(record: QuestionRecord, outcome: Outcome, language: str) -> bytes:
    told = [f"# {escaped_line(one_line(record.text))}"]
    told += [escaped_line(one_line(words)) for words in _circumstances(record, language)]
    told += [markdown_answer(outcome, language, "").content]
    told += [] if outcome.citations else [escaped_line(words) for words in _made(outcome, language)]
    return ("\n\n".join(told) + "\n").encode()


def _docx(record: QuestionRecord, outcome: Outcome, language: str) -> bytes:
    word = Document()
    title = one_line(record.text)
    word.add_heading(title, level=1)
    for words in _circumstances(record, language):
        _note(word, words)
    _answer(word, outcome)
    for words in [*_made(outcome, language), *_noticed(outcome, language)]:
        _note(word, words)
    if outcome.citations:
        word.add_heading(_catalogue.text(language, "answers.file.sources"), level=2)
        for citation in cited_once(outcome.citations):
            word.add_paragraph(_source(citation, language))
    word.core_properties.title = title[:255]
    word.core_properties.author = "Vigie"
    word.core_properties.language = record.language
    file = BytesIO()
    word.save(file)
    return file.getvalue()


_WRITERS: Mapping[AnswerFormat, Callable[[QuestionRecord, Outcome, str], bytes]] = MappingProxyType(
    {AnswerFormat.MD: _markdown, AnswerFormat.DOCX: _docx}
)


def _circumstances(record: QuestionRecord, language: str) -> Iterator[str]:
    """When it was asked, by which model it was answered, and what was searched for where that is not the question."""
    yield _catalogue.text(language, "answers.file.asked-on", date=record.created_at.date().isoformat())
    if record.outcome and record.outcome.model:
        yield _catalogue.text(language, "answers.file.model", model=one_line(record.outcome.model))
    if record.completed:
        yield _catalogue.text(language, "answers.completed", question=record.completed)


def _made(outcome: Outcome, language: str) -> list[str]:
    """How the answer was made."""
    made = [_catalogue.text(language, f"answers.mode.{outcome.mode}")]
    removed = [_catalogue.text(language, "answers.removed", count=outcome.removed)]
    return [*made, *removed] if outcome.model and outcome.removed else made


def _noticed(outcome: Outcome, language: str) -> list[str]:
    notice = outcome.notice
    return [_catalogue.text(language, f"answers.notice.{notice.code}", **notice.params)] if notice else []


def _answer(word: Word, outcome: Outcome) -> None:
    for paragraph in paragraphs_of(outcome.answer, outcome.citations):
        style = "Quote" if is_quotation(paragraph) else None
        word.add_paragraph(_run_of(paragraph), style=style)


def _run_of(paragraph: Sequence[Own | Quote | Marker]) -> str:
    return "".join(map(_words, paragraph)).strip()


def _words(part: Own | Quote | Marker) -> str:
    match part:
        case Own(text=text):
            return shown_text(text)
        case Quote(text=text):
            return f"\u00ab\u00a0{plain_quote(text)}\u00a0\u00bb"
        case Marker(citation=citation):
            return f" [{citation.n}]"


def _source(citation: Citation, language: str) -> str:
    told = f"[{citation.n}] {reference(citation, language)} ({provenance(citation, language)})"
    address = official_address(citation.source_url)
    return f"{told}\n{address}" if address else told


def _note(word: Word, words: str) -> None:
    word.add_paragraph().add_run(shown_text(words)).font.size = _SMALL
