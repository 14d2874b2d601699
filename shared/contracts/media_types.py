"""The media types that Vigie accepts, and their files' extensions: the door refuses what no parser reads."""

from collections.abc import Mapping

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "text/plain": (".txt", ".text"),
    "text/markdown": (".md", ".markdown"),
    "application/pdf": (".pdf",),
    "message/rfc822": (".eml",),
    "application/vnd.ms-outlook": (".msg",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
    "text/html": (".html", ".htm", ".xhtml"),
    "text/csv": (".csv", ".tsv"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
    "application/vnd.vigie.legi-data+json": (),
    "application/vnd.vigie.fiche-travail+json": (),
}
"""Types without an extension are sent by programs, which declare them."""

OWN_TYPES = "application/vnd.vigie."
"""Prefix of this platform's own types, which are trusted as declared."""

CORPORA = frozenset(kind for kind in EXTENSIONS if kind.startswith(OWN_TYPES))
"""Types of the public corpora: what is sent so is cited as its publisher's word (S23)."""

REFUSED: Mapping[str, str] = {
    **dict.fromkeys((".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".potm"), "macros"),
    **dict.fromkeys((".doc", ".dot", ".xls", ".xlt", ".ppt"), "old-office"),
}
"""Extensions of what is never read, and why (`reasons` of the catalogues), so that the sender learns what to do."""
