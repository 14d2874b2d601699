"""Requests made to do harm, of people with a token: each is refused in a small answer, nothing of it stands in the log,
and the next request is answered (S25; docs/faults.md, row 23).
"""

import base64
import json
import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt
import pytest

from services.standalone.local_issuer import Person
from shared.telemetry.logs import configure_logging
from tests.services.gateway.conftest import ASSISTANT, READER, UNIT, Rig
from tests.services.gateway.test_auth import GOOD, forge

SMALL_ANSWER_BYTES = 2_000
WORD = "xylophone"  # of somebody: no log has it
HALF = "\\ud800"
QUESTION = "/v1/questions"
CHAT = "/v1/chat/completions"
NESTED = b"[" * 30_000 + b"]" * 30_000


def cursor(place: Any) -> str:
    text = place if isinstance(place, str) else json.dumps(place)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


NEWEST, ID = "newest", uuid4().hex
QUERIES = {
    "a cursor that is an object": f"/v1/documents?after={cursor(['key', {'a': 1}, ID])}",
    "a cursor of half a character": f"/v1/documents?after={cursor(['key', chr(0xDC00), ID])}",
    "a cursor with NUL": f"/v1/documents?after={cursor(['key', chr(0), ID])}",
    "a cursor that is a number": f"/v1/documents?after={cursor(['key', 7, ID])}",
    "a cursor of a list": f"/v1/documents?order=oldest&after={cursor(['oldest', ['2026'], ID])}",
    "a cursor whose id is a number": f"/v1/questions?after={cursor([NEWEST, '2026-01-01T00:00:00+00:00', 7])}",
    "a cursor before the calendar": f"/v1/questions?after={cursor([NEWEST, '0001-01-01T00:00:00+14:00', ID])}",
    "a cursor behind the calendar": f"/v1/questions?after={cursor([NEWEST, '9999-12-31T23:59:00-01:00', ID])}",
    "a cursor that is no time": f"/v1/questions?after={cursor([NEWEST, WORD, ID])}",
    "a cursor of brackets": f"/v1/questions?after={cursor('[' * 700)}",
    "a cursor without a number": f"/v1/questions?after={cursor('NaN')}",
    "a cursor that is no base64": "/v1/questions?after=%C3%A9%C3%A9",
    "since before the calendar": "/v1/documents?since=0001-01-01T00:00:00%2B14:00",
    "until behind the calendar": "/v1/questions?until=9999-12-31T23:59:59-14:00",
    "since of no number": "/v1/documents?since=nan",
    "since of a number without end": "/v1/documents?since=1e400",
    "since of a great number": f"/v1/questions?since={'9' * 300}",
    "a limit of 300 digits": f"/v1/documents?limit={'9' * 300}",
    "a limit of 5000 digits": f"/v1/questions?limit={'9' * 5000}",
    "a search with NUL": f"/v1/documents?search={WORD}%00",
    "a search of questions with NUL": f"/v1/questions?search={WORD}%00",
    "a filter with NUL": f"/v1/documents?metadata=kind%3D{WORD}%00",
    "an unknown field": f"/v1/documents?{WORD * 1000}=1",
    "many unknown fields": "/v1/documents?" + "&".join(f"k{n}=1" for n in range(5_000)),
    "an ordinal of 300 digits": "/v1/documents/{document}/passages?after=" + "1" * 300,
    "an ordinal beyond 64 bits": "/v1/documents/{document}/passages?after=9223372036854775808",
    "a passage with NUL": f"/v1/passages/{WORD}%00",
    "a field named as a reason": "/v1/documents?json=1",
}

BODIES: dict[str, tuple[str, str, str | bytes]] = {
    "half a character in a question": ("POST", QUESTION, f'{{"question": "{WORD} {HALF}"}}'),
    "half a character in a chat": (
        "POST",
        CHAT,
        f'{{"model": "vigie", "messages": [{{"role": "user", "content": "{HALF}"}}]}}',
    ),
    "half a character in a part": (
        "POST",
        CHAT,
        f'{{"model": "vigie", "messages": [{{"role": "user", "content": [{{"type": "text", "text": "{HALF}"}}]}}]}}',
    ),
    "half a character in what is ignored": (
        "POST",
        CHAT,
        f'{{"model": "vigie", "user": "{HALF}", "messages": [{{"role": "user", "content": "Quel jour ?"}}]}}',
    ),
    "half a character in the model": ("POST", CHAT, f'{{"model": "{HALF}", "messages": []}}'),
    "half a character in a backend": ("POST", QUESTION, f'{{"question": "a", "backend": "{HALF}"}}'),
    "half a character in a name": ("PATCH", "/v1/documents/{document}", f'{{"metadata": {{"{HALF}": "x"}}}}'),
    "half a character in a title": ("PATCH", "/v1/documents/{document}", f'{{"title": "{HALF}"}}'),
    "NUL in a title": ("PATCH", "/v1/documents/{document}", f'{{"title": "{WORD}\\u0000"}}'),
    "half a character in a chunking": ("POST", "/v1/documents/{document}/rechunk", f'{{"strategy": "{HALF}"}}'),
    "half a character in an option": (
        "POST",
        "/v1/documents/{document}/rechunk",
        f'{{"strategy": "tokens", "options": {{"{HALF}": 1}}}}',
    ),
    "half a character in a comment": (
        "PUT",
        "/v1/questions/{question}/feedback",
        f'{{"verdict": "up", "comment": "{HALF}"}}',
    ),
    "NUL in a comment": (
        "PUT",
        "/v1/questions/{question}/feedback",
        f'{{"verdict": "up", "comment": "{WORD}\\u0000"}}',
    ),
    "a long unknown field": ("POST", QUESTION, '{"question": "a", "' + WORD * 100_000 + '": 1}'),
    "many unknown fields": ("POST", QUESTION, "{" + ",".join(f'"{WORD}{n}":1' for n in range(50_000)) + "}"),
    "as many as are read": ("POST", QUESTION, "{" + ",".join(f'"{n}":1' for n in range(1_990)) + "}"),
    "an unknown field named as a reason": ("POST", QUESTION, '{"question": "a", "json": 1}'),
    "another one": ("POST", QUESTION, '{"question": "a", "too-long": 1}'),
    "nested": ("POST", QUESTION, NESTED),
    "nested in a chat": ("POST", CHAT, b'{"model": ' + NESTED + b"}"),
    "nested objects": ("POST", CHAT, '{"a":' * 40 + "1" + "}" * 40),
    "many small values": ("POST", CHAT, "[" + "[]," * 300_000 + "[]]"),
    "a string that never ends": ("POST", CHAT, '"' + '\\"' * 400_000),
    "brackets that never end": ("POST", CHAT, "[{" * 9_000),
    "a name twice": ("POST", QUESTION, f'{{"question": "a", "question": "{WORD}"}}'),
    "no number": ("POST", QUESTION, '{"question": "a", "evidence": NaN}'),
    "a number without end": ("POST", CHAT, '{"model": "vigie", "temperature": 1e999, "messages": []}'),
    "minus infinity": ("POST", CHAT, '{"model": "vigie", "temperature": -Infinity, "messages": []}'),
    "a number of 5000 digits": ("POST", QUESTION, '{"question": "a", "evidence": ' + "9" * 5_000 + "}"),
    "a number of 60000 digits": ("POST", CHAT, '{"model": "vigie", "seed": ' + "9" * 60_000 + "}"),
    "another encoding": ("POST", QUESTION, '{"question": "a"}'.encode("utf-16")),
    "bytes that are no text": ("POST", QUESTION, b'{"question": "\xff\xfe"}'),
    "half a character in bytes": ("POST", QUESTION, b'{"question": "\xed\xa0\x80"}'),
    "something behind it": ("POST", QUESTION, '{"question": "a"} {}'),
    "white space": ("POST", QUESTION, " " * 100_000),
    "a string": ("POST", QUESTION, f'"{WORD}"'),
    "null": ("POST", QUESTION, "null"),
}

CLAIMS: dict[str, Mapping[str, Any]] = {
    "an end as a text": {"exp": "9999999999"},
    "a beginning before all days": {"iat": -(10**12)},
    "a beginning as a text": {"nbf": "0"},
    "a client that is an object": {"azp": {"a": 1}},
    "a client that is a list": {"azp": ["vigie-cli"]},
    "a type that is a list": {"typ": ["Bearer"]},
    "roles that are objects": {"realm_access": {"roles": [{"admin": 1}]}},
    "roles that are lists": {"realm_access": {"roles": [["admin"]]}},
    "roles that are an object": {"realm_access": {"roles": {"admin": 1}}},
    "roles that are a word": {"realm_access": {"roles": "admin"}},
    "roles that are a number": {"realm_access": {"roles": 1}},
    "access that is a list": {"realm_access": ["admin"]},
    "groups that are an object": {"groups": {"/units/UMR5219": 1}},
    "groups that are a word": {"groups": "/units/UMR5219"},
    "a subject that is a number": {"sub": 7},
    "a subject that is an object": {"sub": {"a": 1}},
    "a subject of half a character": {"sub": "\ud800"},
    "a subject with NUL": {"sub": "a\0"},
    "a long subject": {"sub": "a" * 10_000},
    "an end without end": {"exp": float("inf")},
    "an end that is no number": {"exp": float("nan")},
    "a beginning without end": {"nbf": float("-inf")},
    "a time that is an object": {"iat": {"a": 1}},
    "a time that is beyond all": {"iat": 10**400},
    "an issuer that is a list": {"iss": ["urn:vigie:local"]},
    "an audience of objects": {"aud": [{"a": 1}]},
}


def part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


HEADERS = {
    "nested": NESTED[:20_000],
    "a list": b"[]",
    "a name twice": b'{"alg": "none", "alg": "ES256", "kid": "local-1"}',
    "half a character": b'{"alg": "ES256", "kid": "\\ud800"}',
    "a kid that is an object": b'{"alg": "ES256", "kid": {"a": 1}}',
    "an algorithm that is an object": b'{"alg": {"a": 1}, "kid": "local-1"}',
    "no number": b'{"alg": "ES256", "kid": NaN}',
    "another encoding": '{"alg": "ES256", "kid": "local-1"}'.encode("utf-16"),
    "nothing": b"",
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    configure_logging("WARNING")
    caplog.set_level(logging.WARNING)
    return caplog


async def a_document(rig: Rig) -> str:
    response = await rig.upload(ASSISTANT, scope=UNIT)
    assert response.status_code == 202
    identity: str = response.json()["id"]
    return identity


async def refused(
    rig: Rig, log: pytest.LogCaptureFixture, method: str, path: str, body: str | bytes | None = None
) -> None:
    if "{document}" in path:
        path = path.replace("{document}", await a_document(rig))
    headers = rig.headers(ASSISTANT) | {"content-type": "application/json"}
    response = await rig.http.request(method, path.replace("{question}", str(uuid4())), headers=headers, content=body)
    assert response.status_code in ({400} if path == CHAT else {413, 422}), response.text
    assert len(response.content) < SMALL_ANSWER_BYTES
    assert not log.records, log.text
    assert (await rig.http.get("/v1/status", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", QUERIES.values(), ids=QUERIES)
async def test_s25_a_query_made_to_do_harm_is_refused(rig: Rig, log: pytest.LogCaptureFixture, path: str) -> None:
    await refused(rig, log, "GET", path)


@pytest.mark.parametrize("request_", BODIES.values(), ids=BODIES)
async def test_s25_a_body_made_to_do_harm_is_refused(
    rig: Rig, log: pytest.LogCaptureFixture, request_: tuple[str, str, str | bytes]
) -> None:
    await refused(rig, log, *request_)


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS)
async def test_s3_a_claim_of_another_type_makes_a_token_none(
    rig: Rig, log: pytest.LogCaptureFixture, claims: Mapping[str, Any]
) -> None:
    token = jwt.api_jws.encode(
        json.dumps({**GOOD, "iat": 1_700_000_000, "exp": 4_000_000_000, **claims}).encode(),
        rig.issuer._token_key_file.read_bytes(),
        algorithm="ES256",
        headers={"kid": "local-1"},
    )
    for path in ("/v1/documents", "/v1/admin/users"):
        response = await rig.http.get(path, headers={"authorization": f"Bearer {token}"})
        assert response.status_code == 401
    assert not log.records, log.text


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
async def test_s1_a_header_made_to_do_harm_is_refused(rig: Rig, log: pytest.LogCaptureFixture, header: bytes) -> None:
    _, claims, signature = forge(rig, GOOD).split(".")
    token = f"{part(header)}.{claims}.{signature}"
    assert (await rig.http.get("/v1/documents", headers={"authorization": f"Bearer {token}"})).status_code == 401
    assert not log.records, log.text


FORMS: dict[str, tuple[str, bytes]] = {
    "a charset that makes half characters": (
        "multipart/form-data; boundary=b; charset=utf-7",
        b'--b\r\ncontent-disposition: form-data; name="title"\r\n\r\n+2AA-\r\n',
    ),
    "an unknown charset": (
        "multipart/form-data; boundary=b; charset=idna",
        b'--b\r\ncontent-disposition: form-data; name="title"\r\n\r\n\xff..\r\n',
    ),
    "no boundary": ("multipart/form-data", b""),
    "an empty boundary": ('multipart/form-data; boundary=""', b""),
    "NUL in a title": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="title"\r\n\r\na\0\r\n',
    ),
    "NUL in a key": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="key"\r\n\r\na\0\r\n',
    ),
    "nested metadata": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n' + NESTED[:19_000] + b"\r\n",
    ),
    "half a character in the metadata": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n{"a": "\\ud800"}\r\n',
    ),
    "many parts": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="chunking_option"\r\n\r\na=1\r\n' * 5_000,
    ),
    "a large part": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="title"\r\n\r\n' + b"a" * 500_000 + b"\r\n",
    ),
    "two files": (
        "multipart/form-data; boundary=b",
        b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\na\r\n',
    ),
    "a form of another kind": ("application/x-www-form-urlencoded", b"a=1&" * 100_000),
    "no form": ("application/json", b"{}"),
}
FILE = (
    b'--b\r\ncontent-disposition: form-data; name="scope"\r\n\r\nunit:UMR5219\r\n'
    b'--b\r\ncontent-disposition: form-data; name="file"; filename="note.txt"\r\n\r\nSome words.\r\n--b--\r\n'
)


@pytest.mark.parametrize(("kind", "parts"), FORMS.values(), ids=FORMS)
async def test_s25_a_form_made_to_do_harm_is_refused(
    rig: Rig, log: pytest.LogCaptureFixture, kind: str, parts: bytes
) -> None:
    headers = rig.headers(ASSISTANT) | {"content-type": kind}
    response = await rig.http.post("/v1/documents", headers=headers, content=parts + FILE)
    assert response.status_code in {400, 413, 422}, response.text
    assert len(response.content) < SMALL_ANSWER_BYTES
    assert not log.records, log.text
    assert rig.store.objects == {}


async def test_a_file_name_with_nul_is_refused_with_any_key(rig: Rig) -> None:
    named = b'--b\r\ncontent-disposition: form-data; name="key"\r\n\r\na\r\n' + FILE.replace(b"note", b"no\0te")
    headers = rig.headers(ASSISTANT) | {"content-type": "multipart/form-data; boundary=b"}
    response = await rig.http.post("/v1/documents", headers=headers, content=named)
    assert response.status_code == 422, response.text


async def test_what_is_odd_and_sound_passes(rig: Rig) -> None:
    """Pairs of surrogates are characters, and a backslash before `u0000` is a backslash."""
    title = "\N{GRINNING FACE} \\u0000 \\ud800"
    path = f"/v1/documents/{await a_document(rig)}"
    body = json.dumps({"title": title, "metadata": {f"n{number}": "é" * 500 for number in range(20)}})
    headers = rig.headers(ASSISTANT) | {"content-type": "application/json"}
    response = await rig.http.patch(path, headers=headers, content=body)
    assert response.status_code == 202 or response.json()["title"] == title, response.text


async def test_unknown_fields_are_counted(rig: Rig) -> None:
    body = {"question": "a"} | {f"field{number}": 1 for number in range(7)}
    problem = (await rig.http.post(QUESTION, json=body, headers=rig.headers(READER))).json()
    assert (problem["count"], problem["name"]) == (7, "field0")


async def test_s16_a_defect_is_logged_without_a_word_of_the_request(rig: Rig, log: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError(WORD)

    rig.app.add_api_route("/v1/broken", broken)
    response = await rig.http.get("/v1/broken", headers=rig.headers(Person(WORD)))
    assert (response.status_code, response.json()["type"]) == (500, "urn:vigie:problem:internal-error")
    assert "RuntimeError" in log.text
    assert WORD not in log.text
