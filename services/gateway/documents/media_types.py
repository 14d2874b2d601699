"""What kind of file is sent, as far as the door can tell; the parser looks at the content itself."""

from pathlib import PurePath

from shared.contracts.media_types import EXTENSIONS, REFUSED
from shared.errors import UnreadableDocument, UnsupportedMediaType

_BY_EXTENSION = {extension: kind for kind, extensions in EXTENSIONS.items() for extension in extensions}


def media_type_of(file_name: str, declared: str | None, transport: str | None) -> str:
    """The media type: the one that the sender declares, else the file name's, else the transport's.

    Raises:
        UnsupportedMediaType: no parser reads it.
        UnreadableDocument: it is of a kind that is never read, and the reader is told what to do instead.
    """
    extension = PurePath(file_name).suffix.lower()
    if extension in REFUSED:
        raise UnreadableDocument(reason=REFUSED[extension])
    kind = declared or _BY_EXTENSION.get(extension)
    if kind is None and not extension:
        kind = (transport or "").partition(";")[0]
    if kind is None or kind not in EXTENSIONS:
        raise UnsupportedMediaType(name=file_name[:100], accepted=", ".join(sorted(_BY_EXTENSION)))
    return kind
