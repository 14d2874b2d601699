"""The DUERP as a file over HTTP."""

from io import BytesIO

import pypdfium2
import pytest
from openpyxl import load_workbook

from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, SECRET, a_line, get


@pytest.mark.parametrize(
    ("kind", "begins", "media_type"),
    [
        ("pdf", b"%PDF-", "application/pdf"),
        ("docx", b"PK", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("xlsx", b"PK", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", b"\xef\xbb\xbf", "text/csv"),
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


async def test_an_empty_duerp_is_exported_too(rig: Rig) -> None:
    for kind in ("pdf", "docx", "xlsx", "csv"):
        assert (await get(rig, f"{OWN}/export", format=kind)).status_code == 200


@pytest.mark.parametrize("person", [STRANGER, ADMIN], ids=["of another unit", "an admin of no unit"])
async def test_nothing_of_a_unit_is_exported_to_others(rig: Rig, person: object) -> None:
    await a_line(rig)
    response = await rig.http.get(f"{OWN}/export", headers=rig.headers(person), params={"format": "csv"})  # type: ignore[arg-type]
    assert response.status_code == 404
    assert SECRET not in response.text


async def test_an_unknown_format_is_refused(rig: Rig) -> None:
    response = await get(rig, f"{OWN}/export", format="exe")
    assert response.status_code == 422
