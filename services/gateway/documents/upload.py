"""A file as somebody sends it, before anything of it is kept."""

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field, replace

from shared.access import PUBLIC
from shared.contracts.documents import Chunking
from shared.language.names import composed


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as somebody sends it.

    Attributes:
        content: its bytes, as they come.
        size: how many there are, as far as the form tells.
        declared_type: the media type that the sender names; transport_type: the one that their program does.
    """

    content: AsyncIterable[bytes]
    size: int | None
    file_name: str
    declared_type: str | None = None
    transport_type: str | None = None
    scope: str = PUBLIC
    key: str | None = None
    title: str | None = None
    language: str | None = None
    chunking: Chunking = field(default_factory=Chunking)
    metadata: Mapping[str, str] | None = None

    def composed(self) -> "Upload":
        """Return the upload with its names in their one Unicode form: they say which document it is."""
        return replace(
            self,
            file_name=composed(self.file_name),
            key=composed(self.key) if self.key else self.key,
            title=composed(self.title) if self.title else self.title,
            metadata=self.metadata and {name: composed(value) for name, value in self.metadata.items()},
        )
