"""Ports and values of ingest: a parser turns bytes into text with sections, a chunker turns that into chunks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from shared.contracts.remarks import Remark, Remarks
from shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Section:
    """A span of a document's text and its metadata, which the passages within inherit.

    Attributes:
        headings: titles from the outermost to the section's own, cleaned.
        start: first character of the section in `ParsedDocument.text`.
        end: the character after its last.
        article: number of the law article, in the canonical form of `shared.references`.
        article_version: id of that article's version, such as `LEGIARTI000045386446`.
        in_force_from: first day on which the version is in force.
        in_force_to: first day on which it no longer is; None while no end is set.
        page: number of the page, from 1.
        page_label: what is printed on the page instead of that number, such as `iv`; None where they are the same.
        row: number of the row in its sheet, from 1.
        source_url: page of the publisher with the same text.
    """

    headings: tuple[str, ...]
    start: int
    end: int
    article: str | None = None
    article_version: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    page: int | None = None
    page_label: str | None = None
    sheet: str | None = None
    row: int | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table within one section: each row is a line of the text, its cells separated by ` | `.

    Attributes:
        starts: first character of each row in `ParsedDocument.text`.
        end: the character after the last row.
        header: number of header rows, from the first.
        rows: number of each row in its sheet; empty outside of sheets.
        columns: letters of the columns, from the first cell on; empty outside of sheets.
    """

    starts: Sequence[int]
    end: int
    header: int = 0
    rows: Sequence[int] = ()
    columns: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def body(self) -> int:
        """First character after the header."""
        return self.starts[self.header] if self.header < len(self.starts) else self.end


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document's text and its sections, which are in order, do not overlap, and cover all visible text.

    `tables` are in order too. `language` and `title` are None where the format has none. `remarks` say what of the file
    is not in the text, or is marked in it.
    """

    text: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...] = ()
    language: str | None = None
    title: str | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """Characters `start` to `end` of a document's text that become a passage, within or across like sections.

    Attributes:
        repeated: span of the table's header, which is repeated in front of a later part of the table.
        rows: number in its sheet of each line, those of the repeated header first; empty outside of sheets.
        columns: letters of the cells of each line; empty outside of sheets, and where a row was cut.
        header: number of header lines, repeated or not; 0 outside of sheets.
    """

    start: int
    end: int
    section: Section
    repeated: tuple[int, int] | None = None
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    header: int = 0


@dataclass(frozen=True, slots=True)
class ChunkText:
    """A chunk with a text of its own, independent of the document's.

    Attributes:
        text: the repeated header, if there is one, then characters `start` to `end`.
        repeated: length of the repeated header in `text`, characters.
        header: length of a sheet's header in `text`, repeated or not, characters.
        rows: number in its sheet of each line of `text`; empty outside of sheets.
        columns: as in Chunk.
    """

    start: int
    end: int
    text: str
    section: Section
    repeated: int = 0
    header: int = 0
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractionRequest:
    """A file's declared type and name, and the chunking that its sender asks for.

    Attributes:
        strategy: name of a chunking strategy; None for that of the format.
        max_chars: longest chunk by default, characters.
        asked_max_chars: longest chunk that the sender asks for; None for the default.
        options: parameters of the strategy; the others have their defaults (shared/contracts/chunking.py).
    """

    media_type: str
    file_name: str
    strategy: str | None
    max_chars: int
    asked_max_chars: int | None = None
    options: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extraction:
    """Text and chunks of a file.

    Attributes:
        count: number of chunks; at least one.
        text: UTF-8, in blocks of whole characters.
        batch: returns the chunks of a batch (`BATCH` each) by its number, from 0; to be called in a thread.
        remarks: what of the file is not in the text.
    """

    title: str | None
    language: str | None
    count: int
    text: Sequence[bytes]
    batch: Callable[[int], Sequence[ChunkText]]
    remarks: Remarks = field(default_factory=Remarks)


class NeedsOcr(InvalidInput):
    """The document has images of text, and no OCR budget is set; never leaves ingest."""

    code = "takes-longer"


class Extractor(Protocol):
    """Extracts a file in isolation from the service."""

    async def extract(self, request: ExtractionRequest, source: bytes) -> Extraction:
        """Extract a file's text and chunks, in bounded time and memory.

        Raises:
            InvalidInput: the document cannot be read or chunked as requested, or exceeds its limits.
            Unavailable: the sandbox cannot be started now.
        """
        ...


@dataclass(frozen=True, slots=True)
class ArticleQuestions:
    """What leads to an article: questions that it answers, and words that people use for what it is about.

    Attributes:
        version: id of the article's version that they were written from; None: they fit any.
    """

    article: str
    version: str | None = None
    questions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


class KnownQuestions(Protocol):
    """Knows the questions that articles of codes answer."""

    def load(self) -> Mapping[str, Sequence[ArticleQuestions]]:
        """Return what is known, by the canonical number of the article. To be called in a thread.

        Raises:
            InternalError: it cannot be read.
        """
        ...


class Parser(Protocol):
    """Reads one format; a pure function of bytes, without files, network or other processes."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Extract text and sections. Runs in a child process under limits of time and memory.

        Raises:
            EmptyDocument: the document has no text.
            UnreadableDocument, UnknownCorpusLayout: the bytes are not of the parser's format.
            NeedsOcr: the document has images of text, and no OCR budget is set.
        """
        ...


class Chunker(Protocol):
    """Splits a document's text into chunks, each of which can serve as evidence."""

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Chunk]:
        """Split the text, in time linear in its length. Runs in a child process.

        Args:
            max_chars: longest chunk, a repeated header included, characters.
            options: all parameters of the strategy (shared/contracts/chunking.py), validated.

        Returns:
            Chunks in order, none empty, none with white space at its ends. Every character of the sections that is not
            white space is in exactly one chunk, except for the overlap of windows.
        """
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the table of formats (parsers/__init__.py).

    Attributes:
        extensions: in lower case with their dot; they decide where the declared type is vague.
        chunking: name of the format's own strategy.
    """

    media_type: str
    extensions: tuple[str, ...]
    parser: Parser
    chunking: str
