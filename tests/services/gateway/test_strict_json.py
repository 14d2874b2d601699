"""JSON of somebody else, read strictly: what is refused, and that counting comes before building."""

import json
import tracemalloc
from typing import Any

import pytest

from services.gateway.http.strict_json import checked_text, read_json, read_json_aside
from shared.errors import InvalidInput

REFUSED = {
    "not-json": [
        b"",
        b"{",
        b"[1,]",
        b"'a'",
        b"\xef\xbb\xbf1",
        b'"\xff"',
        '"a"'.encode("utf-16"),
        b'"\t"',
        b"1 2",
        b'"\\',
    ],
    "json-duplicate": [b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "\\u0061": 2}}]'],
    "json-number": [b"NaN", b"[-Infinity]", b"1e999", b"-1e999", b"9223372036854775808", b"1" * 5_000],
    "no-characters": [b'"\\u0000"', b'{"\\ud800": 1}', b'[["\\udc00\\ud800"]]', b'"\\uD83D"'],
    "json-depth": [b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33, b"[" * 33],
    "json-values": [b"[" + b"0," * 2_000 + b"0]", b"[" * 2_000, b"{" + b'"a":1,' * 2_000],
}
ACCEPTED: dict[bytes, Any] = {
    b' {"a": [1, -2.5e3, true, null, "\\u00e9"]} ': {"a": [1, -2500.0, True, None, "é"]},
    b'"[[[,,,{{{ \\" ,,, \\\\"': '[[[,,,{{{ " ,,, \\',
    b'"\\ud83d\\ude00"': "\N{GRINNING FACE}",
    b'"\\\\u0000 \\\\ud800"': "\\u0000 \\ud800",
    b"-9223372036854775808": -(2**63),
    b"[" * 32 + b"]" * 32: json.loads("[" * 32 + "]" * 32),
    b'"' + b"," * 100_000 + b'"': "," * 100_000,
}


@pytest.mark.parametrize(("reason", "data"), [(reason, data) for reason, all_ in REFUSED.items() for data in all_])
def test_s25_what_is_refused(reason: str, data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json(data)
    assert refused.value.params["reason"] == reason
    assert refused.value.__cause__ is None, "an error that is logged with its cause would quote the body"


@pytest.mark.parametrize(("data", "value"), ACCEPTED.items())
async def test_what_is_read(data: bytes, value: Any) -> None:
    assert read_json(data) == value
    assert await read_json_aside(data) == value


@pytest.mark.parametrize("piece", [b"[],", b'{"a":1},', b'"\\"', b'"a":', b"[{", b'""', b'\\"', b'"\\'])
def test_s25_a_megabyte_of_anything_costs_a_few(piece: bytes) -> None:
    """Memory, not time: a quadratic search would be seen by the limit of the test run."""
    data = b'"' + piece * (1024 * 1024 // len(piece))
    for each in (data, data[1:], b"[" + data):
        tracemalloc.start()
        with pytest.raises(InvalidInput):
            read_json(each)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 20 * len(data)


def test_text_is_text() -> None:
    assert checked_text("a\n\N{GRINNING FACE}\x1b") == "a\n\N{GRINNING FACE}\x1b"
    for text in ("a\0", "\ud800", "\udfffb"):
        with pytest.raises(ValueError, match="no text"):
            checked_text(text)
