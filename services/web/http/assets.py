"""Scripts, styles and pictures: ours and others', from this service alone, each under a name that its content gives."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent.parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """The files of the folder `static`, served at `/static`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(directory=folder)
        self._digests = {
            file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:16]
            for file in folder.rglob("*")
            if file.is_file()
        }

    def url(self, name: str) -> str:
        """Return the address of a file, which is another one as soon as its content is.

        Raises:
            KeyError: there is no such file.
        """
        return f"/static/{name}?v={self._digests[name]}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if self._digests.get(path, "?").encode() == scope["query_string"].removeprefix(b"v="):
            response.headers["cache-control"] = _FOR_EVER
        return response
