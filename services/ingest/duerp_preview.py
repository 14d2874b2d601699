"""A DUERP's file turned into a preview of its import; runs in the child process, as extraction does."""

import json

import msgspec

from services.ingest.workbooks import read_workbook
from shared.duerp.importing import reading
from shared.duerp.importing.mapping import read_mapping
from shared.duerp.own_files import own_file
from shared.duerp.own_preview import preview_of_own
from shared.http_api.duerp.own_files import checked

reading.load()  # before the child gives up its right to read files


class PreviewRequest(msgspec.Struct, frozen=True):
    """A file's name, and the kept mapping of its source as JSON; "" for none."""

    file_name: str
    mapping: str = ""


def preview_file(request: PreviewRequest, source: bytes) -> str:
    """Return the preview of a file as JSON (shared/duerp/importing/preview.py).

    Raises:
        InvalidInput: the file cannot be read, or a later Vigie exported it.
    """
    kept = read_mapping(json.loads(request.mapping)) if request.mapping else None
    workbook = read_workbook(source, request.file_name)
    own = own_file(workbook)
    found = reading.preview(workbook, kept) if own is None else preview_of_own(checked(own))
    return json.dumps(found.as_json(), ensure_ascii=False)
