"""Extraction of a file's text and chunks; runs in the child process, and depends on no process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.ingest.detect import detect
from services.ingest.parsers.ocr_budget import OcrBudget, ocr_budget
from services.ingest.ports import Chunk, Chunker, ChunkText, ExtractionRequest, Format, ParsedDocument, Section
from shared.contracts.chunking import plan_chunking
from shared.contracts.documents import Chunking
from shared.errors import EmptyDocument, UnreadableDocument

_MAX_TITLE = 300
_MAX_HEADINGS = 12
"""Titles of a passage: no more than a person would read."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document and its chunks, at least one."""

    document: ParsedDocument
    chunks: Sequence[Chunk]

    def text_of(self, chunk: Chunk) -> ChunkText:
        """Return a chunk with its text, the repeated header in front, and its headings cut to a bearable length."""
        text = self.document.text
        repeated = f"{text[slice(*chunk.repeated)]}\n" if chunk.repeated else ""
        whole = repeated + text[chunk.start : chunk.end]
        return ChunkText(
            chunk.start,
            chunk.end,
            whole,
            _bounded(chunk.section),
            repeated=len(repeated),
            header=len("\n".join(whole.split("\n", chunk.header)[: chunk.header])),
            rows=chunk.rows,
            columns=chunk.columns,
        )


def extract(
    request: ExtractionRequest,
    source: bytes,
    *,
    formats: Sequence[Format],
    strategies: Mapping[str, Chunker],
    max_text: int,
    budget: OcrBudget | None,
) -> Extracted:
    """Parse a file and chunk its text.

    Args:
        max_text: upper bound of the text, characters.
        budget: time for the recognition of text in images; None forbids it.

    Raises:
        InvalidInput: the document cannot be read, or cannot be chunked as requested.
        NeedsOcr: the document has images of text, and `budget` is None.
    """
    kind = detect(formats, media_type=request.media_type, file_name=request.file_name, data=source)
    chunking = Chunking(strategy=request.strategy, max_chars=request.asked_max_chars, options=request.options)
    plan = plan_chunking(chunking, kind.chunking, request.max_chars)
    try:
        with ocr_budget(budget):
            document = kind.parser.parse(source)
    except EmptyDocument as error:
        raise EmptyDocument(name=request.file_name[:100]) from error
    if len(document.text) > max_text:
        raise UnreadableDocument(reason="too-much-text", limit=max_text // 1_000_000)
    chunks = strategies[plan.strategy].chunk(document, plan.max_chars, plan.options)
    if not chunks:
        raise EmptyDocument(name=request.file_name[:100])
    title = document.title[:_MAX_TITLE] if document.title else document.title
    return Extracted(replace(document, title=title), chunks)


def _bounded(section: Section) -> Section:
    if len(section.headings) <= _MAX_HEADINGS and all(len(heading) <= _MAX_TITLE for heading in section.headings):
        return section
    headings = tuple(heading[:_MAX_TITLE] for heading in section.headings[-_MAX_HEADINGS:])
    return replace(section, headings=headings)
