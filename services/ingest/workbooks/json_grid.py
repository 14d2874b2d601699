"""JSON: the lines that an import prints, or a list of records."""

import json
from typing import Any

from services.ingest.parsers.decoding import decode
from shared.duerp.importing.grid import Cell, Sheet, Workbook
from shared.duerp.own_cells import FORMAT
from shared.errors import UnreadableDocument

_MOST_FIELDS = 1024
_SURROGATE = "\\ud"


def read_json(data: bytes) -> Workbook:
    """Return our own exports and lines as they are, or records as a table whose header are their names.

    Raises:
        UnreadableDocument: it is no JSON.
    """
    text = decode(data)
    try:
        value = json.loads(text)
        if _SURROGATE in text.lower():
            json.dumps(value, ensure_ascii=False).encode()  # a lone one is no character
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument(reason="damaged") from error
    if isinstance(value, dict) and (value.get("format") == FORMAT or isinstance(value.get("lines"), list)):
        return Workbook([], contract=value)
    records = (
        value
        if isinstance(value, list)
        else next((each for each in value.values() if isinstance(each, list)), [])
        if isinstance(value, dict)
        else []
    )
    return Workbook([Sheet("json", _rows([each for each in records if isinstance(each, dict)]))])


def _rows(records: list[dict[str, Any]]) -> dict[int, dict[int, Cell]]:
    names = list(dict.fromkeys(name for each in records for name in each))[:_MOST_FIELDS]
    if not names:
        return {}
    rows = {1: {place: Cell(name) for place, name in enumerate(names)}}
    for number, each in enumerate(records, start=2):
        cells = {place: Cell(_text(each[name])) for place, name in enumerate(names) if _text(each.get(name))}
        if cells:
            rows[number] = cells
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
