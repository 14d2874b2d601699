"""A DUERP as it is printed: titles, paragraphs and tables of words, the same for every format."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.duerp.own_cells import Printed


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `share`: of the table's width, beside the other columns' shares."""

    title: str
    share: int = 10


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns.

    Attributes:
        colours: of some cells by their index, `#rrggbb`, beside the words there.
        entry: id of the entry that the row prints, "" where it is of none or of several.
        printed: fields of that entry that cells print, by their index.
    """

    cells: tuple[str, ...]
    colours: tuple[tuple[int, str], ...] = ()
    entry: str = ""
    printed: tuple[tuple[int, tuple[Printed, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below one header, which every page repeats.

    Attributes:
        sheet: title of its sheet in a workbook, at most 31 characters.
    """

    sheet: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part under a title: what is said of it, then its table; none of both is left empty."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and as what."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """A DUERP in one language.

    Attributes:
        identity: what stands on the cover, as labels and values.
        footer: what stands at the foot of every page, beside its number.
        page: how a page's number is written, with `{page}` and `{pages}`.
        signed: heading of the signatures; `date_and_signature`: what is asked below each name.
        has_cover: whether its sections begin on a page behind the cover's.
    """

    language: str
    title: str
    unit: str
    edition: str
    identity: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    footer: str
    page: str
    signed: str
    date_and_signature: str
    signatures: Sequence[Signature] = field(default=())
    has_cover: bool = True
