"""Documents as people have them, through the whole chain: where the citations of their answers lead."""

from pathlib import Path

import pytest

from tests.e2e.conftest import ended
from tests.support.stack import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENTS = Path(__file__).parent.parent / "services" / "ingest" / "documents"


async def test_citations_open_the_page_of_a_pdf_and_the_row_of_a_sheet(stack: Running) -> None:
    async with stack.client() as client:
        for name in ("livret_accueil.pdf", "inventaire.xlsx"):
            document = await client.submit(name, (DOCUMENTS / name).read_bytes())
            assert (await ended(client, document)).state == "indexed"
        page = (await client.ask("Le travail isolé est-il interdit après vingt heures ?")).citations[0]
        row = (await client.ask("Quelle est la péremption de l'acétone 67-64-1 ?")).citations[0]
        opened_page, opened_row = [await client.passage(each.passage) for each in (page, row)]
    assert page.page == opened_page.page == 2
    assert "interdit après vingt heures" in opened_page.text
    assert (row.sheet, row.row, row.cells) == ("Stock", 6, "B6:G6")
    assert row.quote == "Acétone | 67-64-1 | 2,5 | 12,5\u00a0% | 31/03/2027 | A1"
    assert (opened_row.sheet, opened_row.rows) == ("Stock", [2, 5, 6, 7, 8, 9])
    assert opened_row.text.split("\n")[opened_row.rows.index(6)] == row.quote
