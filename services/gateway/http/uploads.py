"""A file of a form: its name, and its bytes as they come."""

from collections.abc import AsyncIterator
from pathlib import PurePath

from fastapi import UploadFile

from services.gateway.http.strict_json import is_text
from shared.errors import InvalidInput

_CHUNK_BYTES = 1024 * 1024


def file_name_of(file: UploadFile) -> str:
    """Return the last part of the name that the sender's program gives.

    Raises:
        InvalidInput: a character of it is none.
    """
    name = PurePath((file.filename or "").replace("\\", "/")).name or "document"
    if not is_text(name):
        raise InvalidInput(reason="no-characters")
    return name


async def chunks_of(file: UploadFile) -> AsyncIterator[bytes]:
    """Yield a file's bytes."""
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk
