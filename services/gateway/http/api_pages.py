"""The API's pages at /docs: Swagger UI from this process, so that a reader's browser asks nobody else for a script."""

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

_SCRIPTS = Path(fastapi_offline.__file__).parent / "static"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vigie API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="pages"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#pages", deepLinking: true});\n'
_POLICY = (
    "default-src 'none'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # Swagger UI sets styles on elements; no text of anybody stands on its page
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
_HEADERS = {"content-security-policy": "; ".join(_POLICY), "cache-control": "no-cache"}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def page() -> HTMLResponse:
    return HTMLResponse(_PAGE, headers=_HEADERS)


@router.get("/docs/start.js")
async def start() -> Response:
    return Response(_START, media_type="text/javascript", headers=_HEADERS)


@router.get("/docs/swagger-ui.css")
async def styles() -> FileResponse:
    return FileResponse(_SCRIPTS / "swagger-ui.css", headers=_HEADERS)


@router.get("/docs/swagger-ui-bundle.js")
async def bundle() -> FileResponse:
    return FileResponse(_SCRIPTS / "swagger-ui-bundle.js", headers=_HEADERS)
