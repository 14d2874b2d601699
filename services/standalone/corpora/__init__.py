"""Public corpora that the French State publishes as npm packages, as documents to submit."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A file to submit.

    Attributes:
        key: names the document within its scope; a later release of the corpus replaces what bears the same key.
        content: the bytes, or the file that has them.
    """

    key: str
    title: str
    file_name: str
    media_type: str
    content: bytes | Path

    def read(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()
