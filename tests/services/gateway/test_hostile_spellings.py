"""Numbers, ids, times and names in spellings that some reader takes for the usual one: refused, or taken as such."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.chunking import options_of
from shared.contracts.engines import parse_engine
from shared.contracts.identities import parse_passage_id, passage_id
from shared.errors import InvalidInput
from shared.references import article_references
from tests.services.gateway.conftest import ASSISTANT, READER, UNIT, Rig
from tests.services.gateway.test_hostile_requests import SMALL_ANSWER_BYTES, cursor


def digits(zero: int) -> dict[int, int]:
    """Another script's digits, for `str.translate`."""
    return {ord("0") + digit: zero + digit for digit in range(10)}


ARABIC, WIDE, BENGALI, MATHEMATICAL = digits(0x660), digits(0xFF10), digits(0x9E6), digits(0x1D7CE)
SCRIPTS = {"arabic": ARABIC, "wide": WIDE, "bengali": BENGALI, "mathematical": MATHEMATICAL}

HEX = uuid4().hex
QUERIES = {
    "a limit": "/v1/documents?limit={}",
    "a limit of passages": f"/v1/documents/{uuid4()}/passages?limit={{}}",
    "an ordinal": f"/v1/documents/{uuid4()}/passages?after={{}}",
    "a time": "/v1/documents?since={}-01-01T00:00:00Z",
    "a Unix time": "/v1/questions?until={}",
}
TIMES = {
    "a Unix time": "12",
    "a Unix time with a fraction": "0.5",
    "before 1970": "-5",
    "an exponent": "2e3",
    "a week": "2026-W01-1",
    "a day of the year": "2026-001",
    "a year alone": "2026",
    "in the Roman calendar": "MMXXVI-01-01",
    "a word": "hier",
}
PASSAGES = {
    "arabic digits": f"{HEX}-{'12'.translate(ARABIC)}",
    "wide digits": f"{HEX}-{'12'.translate(WIDE)}",
    "a leading zero": f"{HEX}-012",
    "a sign": f"{HEX}-+1",
    "a minus": f"{HEX}--1",
    "an underscore": f"{HEX}-1_0",
    "wide hexadecimal": f"{chr(0xFF10) * 32}-1",
    "capitals": f"{HEX.upper()}A-1",
    "a line end": f"{HEX}-1%0A",
    "dashes": f"{UUID(HEX)}-1",
}
CURSORS = {
    "an id in arabic digits": cursor(["key", "a", "0" * 8 + chr(0x660) * 24]),
    "a time in arabic digits": cursor(["newest", "2026-01-01T00:00:00".translate(ARABIC), HEX]),
    "a time that is a number": cursor(["newest", "1767225600", HEX]),
    "a time with a fraction": cursor(["newest", "1767225600.5", HEX]),
}
KEYS = {
    "an accent": "clé".encode("latin-1"),
    "a tab": b"a\tb",
    "too long": b"k" * 201,
    "nothing": b"",
    "no ASCII": "ключ".encode(),
}
NAMED = {
    "an extended name alone": b"filename*=UTF-8''note.txt",
    "an extended name that leads out": b"filename*=UTF-8''..%2F..%2Fetc%2Fpasswd",
    "an extended name with NUL": b"filename*=UTF-8''a%00b.txt",
    "an extended name of an unknown charset": b"filename*=klingon''note.txt",
    "a name in pieces": b'filename*0="no"; filename*1="te.txt"',
}
PLAIN = {
    "beside an extended one": (b"filename=\"note.txt\"; filename*=UTF-8''autre%00.exe", "note.txt"),
    "behind an extended one": (b"filename*=iso-8859-1''%e9t%e9.txt; filename=\"ete.txt\"", "ete.txt"),
    "with folders": (b'filename="../../etc/note.txt"', "note.txt"),
    "with a drive": (b'filename="C:\\\\temp\\\\note.txt"', "note.txt"),
    "in UTF-8": ('filename="été.txt"'.encode(), "été.txt"),
}
UNKNOWN = ["<script>alert(1)</script>", "a\u202eb", "\x1b[31m", "mot de passe", "clé", "%s", "{0}", "x" * 41]


def form(disposition: bytes) -> bytes:
    return (
        b'--b\r\ncontent-disposition: form-data; name="scope"\r\n\r\nunit:UMR5219\r\n'
        b'--b\r\ncontent-disposition: form-data; name="file"; %b\r\n\r\nSome words.\r\n--b--\r\n' % disposition
    )


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("path", QUERIES.values(), ids=QUERIES)
async def test_s25_numbers_of_other_scripts_are_none(rig: Rig, path: str, script: dict[int, int]) -> None:
    response = await rig.http.get(path.format("2026".translate(script)), headers=rig.headers(READER))
    assert response.status_code == 422
    assert len(response.content) < SMALL_ANSWER_BYTES


@pytest.mark.parametrize("moment", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("name", ["since", "until"])
async def test_a_time_is_a_date_and_no_number(rig: Rig, name: str, moment: str) -> None:
    response = await rig.http.get("/v1/documents", params={name: moment}, headers=rig.headers(READER))
    assert response.status_code == 422


@pytest.mark.parametrize("moment", ["2026-03-01", "2026-03-01T12:00:00+01:00", "2026-03-01T12:00:00.5Z"])
async def test_a_date_and_a_time_of_it_are_taken(rig: Rig, moment: str) -> None:
    response = await rig.http.get("/v1/documents", params={"since": moment}, headers=rig.headers(READER))
    assert response.status_code == 200


@pytest.mark.parametrize("passage", PASSAGES.values(), ids=PASSAGES)
async def test_a_passage_has_one_spelling(rig: Rig, passage: str) -> None:
    assert parse_passage_id(passage) is None
    response = await rig.http.get(f"/v1/passages/{passage}", headers=rig.headers(READER))
    assert response.status_code == 404
    assert parse_passage_id(passage_id(UUID(HEX), 120)) == (UUID(HEX), 120)


@pytest.mark.parametrize("place", CURSORS.values(), ids=CURSORS)
async def test_s25_cursors_of_other_spellings_are_refused(rig: Rig, place: str) -> None:
    for path in ("/v1/documents?order=newest&after=", "/v1/documents?after="):
        assert (await rig.http.get(path + place, headers=rig.headers(READER))).status_code == 422


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
async def test_an_idempotency_key_is_visible_ascii(rig: Rig, key: bytes) -> None:
    known = [(name.encode(), value.encode()) for name, value in rig.headers(READER).items()]
    raw = [*known, (b"idempotency-key", key)]
    response = await rig.http.post("/v1/questions", headers=raw, json={"question": "Quel jour ?"})
    assert (response.status_code, response.json()["reason"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("disposition", NAMED.values(), ids=NAMED)
async def test_a_file_whose_name_is_extended_alone_is_refused(rig: Rig, disposition: bytes) -> None:
    """RFC 7578, 4.2: forms have no extended names."""
    headers = rig.headers(ASSISTANT) | {"content-type": "multipart/form-data; boundary=b"}
    response = await rig.http.post("/v1/documents", headers=headers, content=form(disposition))
    assert (response.status_code, response.json()["reason"]) == (422, "file")
    assert rig.store.objects == {}


@pytest.mark.parametrize(("disposition", "name"), PLAIN.values(), ids=PLAIN)
async def test_the_plain_name_of_a_file_counts_without_its_folders(rig: Rig, disposition: bytes, name: str) -> None:
    headers = rig.headers(ASSISTANT) | {"content-type": "multipart/form-data; boundary=b"}
    response = await rig.http.post("/v1/documents", headers=headers, content=form(disposition))
    assert response.status_code == 202, response.text
    assert response.json()["file_name"] == name


@pytest.mark.parametrize("name", UNKNOWN)
async def test_a_name_that_a_sender_made_up_is_told_only_where_it_is_a_plain_one(rig: Rig, name: str) -> None:
    body = {"question": "a", name: 1}
    for response in (
        await rig.http.post("/v1/questions", json=body, headers=rig.headers(READER)),
        await rig.http.get("/v1/documents", params={name: 1}, headers=rig.headers(READER)),
    ):
        assert (response.status_code, response.json()["name"]) == (422, "\u2026")
        assert name not in response.json()["detail"]


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_numbers_in_words_of_ours_are_ascii(script: dict[int, int]) -> None:
    digits = "200".translate(script)
    with pytest.raises(InvalidInput):
        options_of([f"tokens={digits}"])
    with pytest.raises(InvalidInput):
        parse_engine(f"hashing:1{digits}")


@pytest.mark.parametrize("script", [ARABIC, BENGALI], ids=["arabic", "bengali"])
def test_numbers_of_articles_are_no_digits_of_other_scripts(script: dict[int, int]) -> None:
    assert article_references(f"R. {'4412'.translate(script)}-{'16'.translate(script)}") == []


@pytest.mark.parametrize("width", [WIDE, MATHEMATICAL], ids=["wide", "mathematical"])
def test_numbers_of_articles_may_be_wide(width: dict[int, int]) -> None:
    assert article_references(f"R. {'4412'.translate(width)}-{'16'.translate(width)}") == ["R4412-16"]


async def test_a_scope_of_other_letters_is_another_scope(rig: Rig) -> None:
    response = await rig.upload(ASSISTANT, scope=UNIT.translate(WIDE))
    assert response.status_code in {403, 422}
    assert rig.store.objects == {}
