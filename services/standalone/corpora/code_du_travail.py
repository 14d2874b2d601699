"""The labour code, from the npm package @socialgouv/legi-data, whole or one of its eight parts."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.standalone.corpora import CorpusDocument
from shared.errors import UnknownCorpusLayout, place_of

PACKAGE = "@socialgouv/legi-data"
FILE = "data/LEGITEXT000006072050.json"
FILES = (FILE,)

_KEY = "code-du-travail"
_TITLE = "Code du travail"
_MEDIA_TYPE = "application/vnd.vigie.legi-data+json"
PARTS = ("première", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième", "huitième")
"""The parts by the word that their title starts with; the legislative and the regulatory half have each."""


class _Titled(msgspec.Struct, frozen=True):
    title: str = ""


class _Node(msgspec.Struct, frozen=True):
    """A node whose children stay as they are written, so that all but the chosen ones are skipped unread."""

    type: str
    data: msgspec.Raw
    children: list[msgspec.Raw] = []

    @property
    def title(self) -> str:
        return msgspec.json.decode(self.data, type=_Titled).title


def documents(folder: Path, part: int | None = None) -> Iterator[CorpusDocument]:
    """The code as one document; the key is the same with a part, which so replaces the whole, and the other way round.

    Args:
        folder: the unpacked package (npm.fetch_package).
        part: 1 to 8: only this part, of both halves of the code, in the same layout.

    Raises:
        UnknownCorpusLayout: the file is missing or has another shape.
    """
    path = folder / FILE
    if not path.is_file():
        raise UnknownCorpusLayout(reason="missing-file", package=PACKAGE, file=FILE)
    content = path if part is None else _only_part(path.read_bytes(), PARTS[part - 1])
    yield CorpusDocument(_KEY, _TITLE, "code-du-travail.json", _MEDIA_TYPE, content)


def _only_part(data: bytes, ordinal: str) -> bytes:
    try:
        code = msgspec.json.decode(data, type=_Node)
        halves = [half for child in code.children if (half := _half(child, ordinal)) is not None]
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=place_of(error)) from error
    if code.type != "code" or not halves:
        raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=f"{ordinal} partie")
    return msgspec.json.encode(_Node(code.type, code.data, halves))


def _half(child: msgspec.Raw, ordinal: str) -> msgspec.Raw | None:
    """The half of the code with nothing but the part, or None when the part is not in it."""
    half = msgspec.json.decode(child, type=_Node)
    chosen = [
        part
        for part in half.children
        if msgspec.json.decode(part, type=_Node).title.strip().lower().startswith(f"{ordinal} partie")
    ]
    return msgspec.Raw(msgspec.json.encode(_Node(half.type, half.data, chosen))) if chosen else None
