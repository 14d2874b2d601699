"""Files within office files, each read by the parser of its format: embedded workbooks, chunks in other formats."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from posixpath import basename

from services.ingest.detect import detect
from services.ingest.ports import Format, NeedsOcr, ParsedDocument
from shared.contracts.remarks import Remark
from shared.errors import VigieError

_MAX_DEPTH = 3
_MESSAGES = (".mht", ".mhtml")
_depth: ContextVar[int] = ContextVar("depth of files within files", default=0)


class EmbeddedFiles:
    """Reads files within a file.

    Args:
        formats: gives the table of formats, of which the callers are a part.
    """

    def __init__(self, formats: Callable[[], Sequence[Format]]) -> None:
        self._formats = formats

    def read(self, name: str, data: bytes) -> ParsedDocument | Remark:
        """Return the document, or the remark that the file was not read."""
        known = basename(name)
        if _depth.get() >= _MAX_DEPTH:
            return Remark("file-unread", detail=known)
        asked = f"{known}.eml" if known.lower().endswith(_MESSAGES) else known
        token = _depth.set(_depth.get() + 1)
        try:
            return detect(self._formats(), media_type="", file_name=asked, data=data).parser.parse(data)
        except NeedsOcr:
            raise
        except (VigieError, ValueError, LookupError):
            return Remark("file-unread", detail=known)
        finally:
            _depth.reset(token)
