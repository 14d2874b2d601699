"""The DUERP as a file over HTTP."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
import pypdfium2
import pytest
from openpyxl import load_workbook

from services.ingest.workbooks import read_workbook
from shared.duerp.own_files import own_file
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, SECRET, a_line, added, get, post, put


@pytest.mark.parametrize(
    ("kind", "begins", "media_type"),
    [
        ("pdf", b"%PDF-", "application/pdf"),
        ("docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", b"\xef\xbb\xbf", "text/csv"),
        ("json", b"{", "application/json"),
    ],
)
async def test_each_format_is_a_file_with_its_name(rig: Rig, kind: str, begins: bytes, media_type: str) -> None:
    await a_line(rig)
    response = await get(rig, f"{OWN}/export", READER, format=kind)
    assert response.status_code == 200, response.text
    assert response.content.startswith(begins)
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert 'filename="DUERP-UMR5219-' in response.headers["content-disposition"]
    assert response.headers["content-disposition"].endswith(f'.{kind}"')


async def test_a_pdf_says_the_line_in_the_caller_s_language(rig: Rig) -> None:
    await a_line(rig)
    response = await rig.http.get(f"{OWN}/export", headers=rig.headers(ASSISTANT) | {"accept-language": "de"})
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(response.content))
    assert SECRET in text
    assert "Gefährdungsart" in text
    assert "nicht eingefroren" in text


async def test_a_workbook_has_the_labels_of_the_families(rig: Rig) -> None:
    await a_line(rig)
    headers = rig.headers(ASSISTANT) | {"accept-language": "fr"}
    response = await rig.http.get(f"{OWN}/export", headers=headers, params={"format": "xlsx"})
    risks = load_workbook(BytesIO(response.content))["Risques"]
    assert risks["B2"].value == "Risque chimique (agents chimiques dangereux)"


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "csv", "json"])
async def test_s22_a_text_with_what_xml_cannot_hold_stops_no_file(rig: Rig, kind: str) -> None:
    await a_line(rig, situation="avant\uffff apr\ufffes", comment="\U0010fffe")
    await added(rig, "work-units", {"name": "Sall\ufffee"})
    assert (await get(rig, f"{OWN}/export", format=kind)).status_code == 200


async def test_an_empty_duerp_is_exported_too(rig: Rig) -> None:
    for kind in ("pdf", "docx", "xlsx", "csv", "json"):
        assert (await get(rig, f"{OWN}/export", format=kind)).status_code == 200


@pytest.mark.parametrize("person", [STRANGER, ADMIN], ids=["of another unit", "an admin of no unit"])
async def test_nothing_of_a_unit_is_exported_to_others(rig: Rig, person: object) -> None:
    await a_line(rig)
    response = await rig.http.get(f"{OWN}/export", headers=rig.headers(person), params={"format": "csv"})  # type: ignore[arg-type]
    assert response.status_code == 404
    assert SECRET not in response.text


async def test_json_has_the_exact_entries_that_are_not_archived(rig: Rig) -> None:
    line = await a_line(rig)
    gone = await added(rig, "lines", line["content"] | {"hazard": "Ancien danger"})
    assert (await post(rig, f"{gone['url']}/archive", {}, headers={"if-match": '"1"'})).status_code == 200
    told = (await get(rig, f"{OWN}/export", READER, format="json")).json()
    assert (told["format"], told["version"], told["unit"]) == ("vigie-duerp", 1, "UMR5219")
    (entry,) = [each for each in told["entries"] if each["kind"] == "line"]
    own = {"kind": "line", "id": line["id"], "revision": 1, "state": "proposed", "content": line["content"]}
    assert entry == own


async def test_an_unknown_format_is_refused(rig: Rig) -> None:
    response = await get(rig, f"{OWN}/export", format="exe")
    assert response.status_code == 422


async def test_a_version_is_exported_as_it_was_with_the_consultations_that_came_later(rig: Rig) -> None:
    line = await a_line(rig)
    frozen = await post(rig, f"{OWN}/versions", {"title": "Année 2026", "participants": ["Alix Petit"]})
    assert frozen.status_code == 201, frozen.text
    changed = line["content"] | {"hazard": "Tout autre chose"}
    assert (await put(rig, line["url"], changed, line["revision"])).status_code == 200
    given = {"sent_on": "2020-01-02", "met_on": "2020-01-20", "opinion": "favourable"}
    late = {"sent_on": "2020-01-03", "expected_on": "2020-02-03"}
    for body, consulted in (("F3SCT", given), ("CSA", late)):
        await added(rig, "consultations", {"body": body, "version": 1, **consulted})
    said = words_of(await get(rig, f"{OWN}/export", version=1))
    assert SECRET in said
    assert "Tout autre chose" not in said
    for word in (
        "Année 2026",
        "Alix Petit",
        "F3SCT",
        "CSA",
        "favourable",
        "late since 2020-02-03",
        frozen.json()["sha256"],
    ):
        assert word in said
    assert (await get(rig, f"{OWN}/export", version=2)).status_code == 404


async def test_an_extract_holds_the_versions_of_a_period_and_one_work_unit(rig: Rig) -> None:
    await a_line(rig)
    office = await added(rig, "work-units", {"name": "Bureaux"})
    await added(rig, "lines", {"work_unit": office["id"], "family": "screens", "hazard": "Travail sur écran"})
    await post(rig, f"{OWN}/versions", {"title": "2026"})
    params: dict[str, Any] = {"work_unit": "bureaux", "since": "2026-01-01", "format": "docx"}
    response = await get(rig, f"{OWN}/extract", **params)
    assert response.status_code == 200, response.text
    with ZipFile(BytesIO(response.content)) as archive:
        (name,) = archive.namelist()
        text = ZipFile(BytesIO(archive.read(name))).read("word/document.xml").decode()
    assert "Travail sur écran" in text
    assert SECRET not in text
    assert "Salle blanche" not in text
    refused = await get(rig, f"{OWN}/extract", **params | {"format": "json"})
    assert refused.status_code == 422, "it has exact numbers of people"
    for kind in ("xlsx", "csv"):
        words = await get(rig, f"{OWN}/extract", **params | {"format": kind})
        with ZipFile(BytesIO(words.content)) as archive:
            assert own_file(read_workbook(archive.read(archive.namelist()[0]), f"x.{kind}")) is None
    nothings: list[dict[str, Any]] = [{"until": "2019-01-01"}, {"work_unit": "Atelier"}]
    for nothing in nothings:
        assert (await get(rig, f"{OWN}/extract", **params | nothing)).status_code == 404


def words_of(response: httpx.Response) -> str:
    """The text of a PDF, with the words that its lines break put together."""
    pages = pypdfium2.PdfDocument(response.content)
    return " ".join("".join(page.get_textpage().get_text_range() for page in pages).split())
