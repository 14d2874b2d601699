"""What ingest's parts speak: a parser turns bytes into text with sections, a chunker turns that into pieces."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document's text and what is known of it; a passage inherits all but the span.

    Attributes:
        headings: titles from the outermost to the section's own, cleaned.
        start: first character of the section in `ParsedDocument.text`.
        end: the character after its last.
        article: number of the law article that the section is, as `shared.language.articles` spells it.
        article_version: id of that article's version, such as `LEGIARTI000045386446`.
        in_force_to: first day on which the version is no longer in force; None while no end is set.
        page: from 1.
        row: from 1, as a person sees it in the sheet.
        source_url: where the publisher shows the same text.
    """

    headings: tuple[str, ...]
    start: int
    end: int
    article: str | None = None
    article_version: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of a document's text that are a table's rows, cells parted by ` | `; within one section.

    Attributes:
        starts: first character of each row in `ParsedDocument.text`.
        end: the character after the last row.
        header: how many rows, from the first, say what the others hold.
        rows: number of each row as a person sees it in the sheet; empty outside of sheets.
        columns: letters of the columns from the first cell on; empty outside of sheets.
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
        """First character behind the header."""
        return self.starts[self.header] if self.header < len(self.starts) else self.end


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document's text and its sections: in order, without overlap, and all visible text is in one of them.

    `tables` are in order too. `language` and `title` are None where the format does not tell.
    """

    text: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...] = ()
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """What becomes a passage: characters `start` to `end` of the text, within or across like sections.

    Attributes:
        repeated: span of a table's header in the text, to be said again in front of what is a later part of the table.
        rows: number in its sheet of each line, those of the repeated header first; empty outside of sheets.
        columns: letters of the cells of each line; empty outside of sheets, and where a row had to be cut.
        header: lines, repeated or not, that are the table's header; 0 outside of sheets.
    """

    start: int
    end: int
    section: Section
    repeated: tuple[int, int] | None = None
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    header: int = 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece and its own text, apart from the document's.

    Attributes:
        text: the repeated header, if there is one, then characters `start` to `end`.
        repeated: characters of `text` that are repeated.
        header: characters of `text`, from its first, that are a sheet's header, repeated or not.
        rows: number in its sheet of each line of `text`; empty outside of sheets.
        columns: as of Piece.
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
class Job:
    """What is to be read, and how its text is to be cut.

    Attributes:
        strategy: None for the format's own.
        max_chars: longest piece, unless `asked_max_chars` says otherwise.
        options: parameters of the strategy; the others have their defaults (shared/contracts/chunking.py).
    """

    media_type: str
    file_name: str
    strategy: str | None
    max_chars: int
    asked_max_chars: int | None = None
    options: dict[str, int] = field(default_factory=dict)
    patient: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in a file.

    Attributes:
        count: pieces; at least one.
        text: UTF-8, in blocks of whole characters.
        batch: gives the pieces of a batch (`BATCH` each) by its number; runs in a thread.
    """

    title: str | None
    language: str | None
    count: int
    text: Sequence[bytes]
    batch: Callable[[int], Sequence[Excerpt]]


class TakesLonger(InvalidInput):
    """A document that can be read, but not in the time that reading usually takes; inside of ingest only."""

    code = "takes-longer"


class Extractor(Protocol):
    """Reads and cuts a file where it can do no harm."""

    async def extract(self, job: Job, source: bytes) -> Extraction:
        """Find a file's text and pieces, in bounded time and memory.

        Raises:
            InvalidInput: the document cannot be read, or not be cut as it asks to be, or it costs too much.
            Unavailable: there is nowhere to read it now.
        """
        ...


class Parser(Protocol):
    """Reads one format. A plain function of bytes: no file, no network, no other process's memory is within reach."""

    def parse(self, data: bytes) -> ParsedDocument:
        """Extract text and sections. Runs in a child process under limits of time and memory.

        Raises:
            EmptyDocument: there is no text in it.
            UnreadableDocument, UnknownCorpusLayout: it is not what its type says.
        """
        ...


class Chunker(Protocol):
    """Cuts a document's text into pieces that can stand as evidence."""

    def chunk(self, document: ParsedDocument, max_chars: int, options: Mapping[str, int]) -> list[Piece]:
        """Cut the text, in time linear in its length. Runs in a child process.

        Args:
            options: all of the strategy's parameters (shared/contracts/chunking.py), checked.

        Returns:
            Pieces of at most `max_chars` characters, a repeated header included, in order, none empty, none with white
            space at its ends. Every character of the sections that is not white space is in exactly one, but for the
            overlap that a strategy of windows is asked for.
        """
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A line of the table of formats (parsers/__init__.py).

    Attributes:
        extensions: in small letters with their dot; the format of a file whose declared type says little.
        chunking: name of the strategy that suits the format.
    """

    media_type: str
    extensions: tuple[str, ...]
    parser: Parser
    chunking: str
