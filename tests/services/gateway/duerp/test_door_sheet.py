"""One work unit's sheet for its door: its risks, and nothing that is not for whoever passes."""

from io import BytesIO

import pypdfium2
import pytest
from docx import Document

from tests.services.gateway.conftest import READER, STRANGER, Rig
from tests.services.gateway.duerp.test_duerp_api import OWN, SECRET, added, get, post, put


async def filled(rig: Rig) -> tuple[str, str]:
    duties = [{"duty": "laser", "holder": "L. Blanc"}]
    await put(rig, OWN, {"name": "Institut", "director": "Dora Martin", "duties": duties}, None)
    room = await added(rig, "work-units", {"name": "Salle blanche", "people": [{"status": "intern", "women": 71}]})
    office = await added(rig, "work-units", {"name": "Bureaux"})
    line = {
        "work_unit": room["id"],
        "family": "chemical_general",
        "hazard": SECRET,
        "exposed": [{"status": "doctoral", "women": 73}],
        "measures": [{"what": "Sorbonne"}],
        "comment": "dit par Paul",
        "sex_difference": "plus exposées",
    }
    kept = await added(rig, "lines", line)
    await added(rig, "lines", line | {"work_unit": office["id"], "hazard": "Ecran"})
    await added(rig, "actions", {"what": "Capoter", "lines": [kept["id"]], "responsible": "Max"})
    return room["id"], office["id"]


def text_of(file: bytes, kind: str) -> str:
    if kind == "pdf":
        return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file))
    word = Document(BytesIO(file))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in word.paragraphs), *cells])


@pytest.mark.parametrize("kind", ["pdf", "docx"])
async def test_a_sheet_says_the_risks_of_its_work_unit_and_no_number_of_people(rig: Rig, kind: str) -> None:
    room, _ = await filled(rig)
    response = await get(rig, f"{OWN}/work-units/{room}/sheet", READER, format=kind)
    assert response.status_code == 200, response.text
    told = text_of(response.content, kind)
    assert kind == "docx" or len(pypdfium2.PdfDocument(response.content)) == 1
    for words in ("Salle blanche", SECRET, "Sorbonne", "L. Blanc", "proposed"):
        assert words in told, words
    for words in ("71", "73", "Paul", "plus exposées", "Capoter", "Max", "Ecran", "Bureaux", "Dora"):
        assert words not in told, words


async def test_a_sheet_of_a_version_is_as_it_was_frozen_and_one_of_nothing_says_so(rig: Rig) -> None:
    room, office = await filled(rig)
    await post(rig, f"{OWN}/versions", {"title": "2026"})
    await added(rig, "lines", {"work_unit": room, "family": "noise", "hazard": "Pompe"})
    frozen = await get(rig, f"{OWN}/work-units/{room}/sheet", version=1)
    assert "Pompe" not in text_of(frozen.content, "pdf")
    assert "Pompe" in text_of((await get(rig, f"{OWN}/work-units/{room}/sheet")).content, "pdf")
    empty = await added(rig, "work-units", {"name": "Cave"})
    nothing = await get(rig, f"{OWN}/work-units/{empty['id']}/sheet")
    assert "No risk is described" in text_of(nothing.content, "pdf")
    assert (await get(rig, f"{OWN}/work-units/{empty['id']}/sheet", version=1)).status_code == 404
    assert (await get(rig, f"{OWN}/work-units/{office}/sheet", STRANGER)).status_code == 404
    assert (await get(rig, f"{OWN}/work-units/{office}/sheet", format="json")).status_code == 422
