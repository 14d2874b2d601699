"""From a file's bytes to its text and pieces: what runs in the child process, and knows of no process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.ingest.detect import detect
from services.ingest.parsers.patience import Patience, granted
from services.ingest.ports import Chunker, Excerpt, Format, Job, ParsedDocument, Piece, Section
from shared.contracts.chunking import cutting
from shared.contracts.documents import Chunking
from shared.errors import EmptyDocument, UnreadableDocument

_MAX_TITLE = 300
_MAX_HEADINGS = 12
"""Of titles a passage repeats no more than a person would read."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A document and its pieces, of which there is at least one."""

    document: ParsedDocument
    pieces: Sequence[Piece]

    def excerpt(self, piece: Piece) -> Excerpt:
        text = self.document.text
        repeated = f"{text[slice(*piece.repeated)]}\n" if piece.repeated else ""
        whole = repeated + text[piece.start : piece.end]
        return Excerpt(
            piece.start,
            piece.end,
            whole,
            _bounded(piece.section),
            repeated=len(repeated),
            header=len("\n".join(whole.split("\n", piece.header)[: piece.header])),
            rows=piece.rows,
            columns=piece.columns,
        )


def cut(
    job: Job,
    source: bytes,
    *,
    formats: Sequence[Format],
    strategies: Mapping[str, Chunker],
    max_text: int,
    patience: Patience | None,
) -> Cut:
    """Parse a file and cut its text.

    Args:
        max_text: most characters of text.
        patience: for the recognition of text in images; None: for none.

    Raises:
        InvalidInput: the document cannot be read, or not be cut as it asks to be.
        TakesLonger: it can be read with patience.
    """
    kind = detect(formats, media_type=job.media_type, file_name=job.file_name, data=source)
    wishes = Chunking(strategy=job.strategy, max_chars=job.asked_max_chars, options=job.options)
    plan = cutting(wishes, kind.chunking, job.max_chars)
    try:
        with granted(patience):
            document = kind.parser.parse(source)
    except EmptyDocument as error:
        raise EmptyDocument(name=job.file_name[:100]) from error
    if len(document.text) > max_text:
        raise UnreadableDocument(reason="too-much-text", limit=max_text // 1_000_000)
    pieces = strategies[plan.strategy].chunk(document, plan.max_chars, plan.options)
    if not pieces:
        raise EmptyDocument(name=job.file_name[:100])
    title = document.title[:_MAX_TITLE] if document.title else document.title
    return Cut(replace(document, title=title), pieces)


def _bounded(section: Section) -> Section:
    if len(section.headings) <= _MAX_HEADINGS and all(len(heading) <= _MAX_TITLE for heading in section.headings):
        return section
    headings = tuple(heading[:_MAX_TITLE] for heading in section.headings[-_MAX_HEADINGS:])
    return replace(section, headings=headings)
