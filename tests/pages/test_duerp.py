"""A DUERP in a browser: described, changed by two at once, decided on, frozen, handed out; read by who may."""

import re
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import pytest_asyncio
from docx import Document
from openpyxl import Workbook, load_workbook
from playwright.async_api import Page, ViewportSize, expect

from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import Role
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_accessible import DESKTOP, overflow

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

ASSISTANT = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
DIRECTOR = Person("denise", units=("UMR5219",), roles=(Role.UNIT_DIRECTOR,))
READER = Person("rene", units=("UMR5219",))
STRANGER = Person("mallory", units=("UMR1",), roles=(Role.PREVENTION_ASSISTANT,))


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def people(site: Site) -> AsyncIterator[None]:
    issuer = LocalIssuer(site.stack.data / "keys")
    for person in (ASSISTANT, DIRECTOR, READER, STRANGER):
        issuer.remember(person)
    yield


def of_pdf(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def of_workbook(file: Path) -> str:
    book = load_workbook(BytesIO(file.read_bytes()))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def of_word(file: Path) -> str:
    return "\n".join(cell.text for table in Document(str(file)).tables for row in table.rows for cell in row.cells)


OPENED: dict[str, Callable[[Path], str]] = {
    "PDF": of_pdf,
    "XLSX": of_workbook,
    "DOCX": of_word,
    "CSV": lambda file: file.read_text(encoding="utf-8-sig"),
}
"""What a person reads who opens a file."""


async def as_person(site: Site, person: Person, path: str = "/duerp") -> Page:
    page = await site.visit(viewport=DESKTOP)
    await page.goto(f"{site.address}/people")
    await page.get_by_role("button", name=person.user).click()
    await expect(page.get_by_role("link", name=person.user)).to_be_visible()
    await page.goto(site.address + path)
    return page


async def add_line(page: Page, work_unit: str, hazard: str) -> None:
    await page.get_by_label("Nouvelle unité de travail").fill(work_unit)
    await page.get_by_role("button", name="Ajouter").click()
    await page.get_by_role("link", name=work_unit, exact=True).click()
    await page.get_by_label("Danger").fill(hazard)
    await page.get_by_role("button", name="Ajouter").click()
    await expect(page.get_by_role("heading", name=hazard, level=1)).to_be_visible()


async def test_from_nothing_to_a_frozen_version_that_is_handed_out(site: Site) -> None:
    page = await as_person(site, ASSISTANT)
    await add_line(page, "Salle de culture", "Azote liquide")
    await page.get_by_label("Famille de risque").select_option(index=1)
    await page.get_by_label("Situation").fill("Remplissage du réservoir, porte fermée")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("Enregistré.")).to_be_visible()
    assert await site.findings(page) == []
    await page.get_by_role("button", name="Accepter").click()
    await expect(page.get_by_text("Accepté")).to_be_visible()
    await page.get_by_role("link", name="Tous les risques").click()
    await expect(page.get_by_role("row", name="Azote liquide")).to_contain_text("Remplissage du réservoir")
    assert await site.findings(page) == []
    await page.get_by_role("link", name="DUERP", exact=True).click()
    await page.get_by_role("link", name="Figer une version").click()
    await expect(page.get_by_text("familles non évaluées")).to_be_visible()
    assert await site.findings(page) == []
    await page.get_by_label("Titre de la version").fill("Année 2026")
    await page.get_by_role("button", name="Figer une version").click()
    await expect(page.get_by_role("row", name="1. Année 2026")).to_be_visible()
    assert await site.findings(page) == []
    for kind, opened in OPENED.items():
        async with page.expect_download() as download:
            await page.get_by_role("link", name=kind, exact=True).click()
        words = opened(await (await download.value).path())
        assert "Azote liquide" in words, kind
        assert "Remplissage" in words, kind
    await page.set_viewport_size(ViewportSize(width=390, height=844))
    assert await overflow(page) == 0


async def test_who_saves_second_sees_both_texts_and_loses_neither(site: Site) -> None:
    first = await as_person(site, ASSISTANT)
    await add_line(first, "Animalerie", "Morsure")
    second = await as_person(site, DIRECTOR, first.url.removeprefix(site.address))
    await first.get_by_label("Situation").fill("Contention des rats")
    await first.get_by_role("button", name="Enregistrer").click()
    await expect(first.get_by_text("Enregistré.")).to_be_visible()
    await second.get_by_label("Situation").fill("Change des cages")
    await second.get_by_role("button", name="Enregistrer").click()
    conflict = second.get_by_role("alert")
    await expect(conflict).to_contain_text("alice")
    await expect(conflict.get_by_role("row", name="Situation")).to_contain_text("Change des cages")
    await expect(conflict.get_by_role("row", name="Situation")).to_contain_text("Contention des rats")
    await expect(second.get_by_label("Situation")).to_have_value("Change des cages")
    assert await site.findings(second) == []
    await second.get_by_role("button", name="Garder le mien").click()
    await expect(second.get_by_text("Enregistré.")).to_be_visible()
    await first.reload()
    await expect(first.get_by_label("Situation")).to_have_value("Change des cages")


async def test_a_reader_reads_and_a_stranger_sees_nothing_of_it(site: Site) -> None:
    page = await as_person(site, ASSISTANT)
    await add_line(page, "Atelier", "Tour à métaux")
    address = page.url.removeprefix(site.address)
    reader = await as_person(site, READER, address)
    await expect(reader.get_by_role("heading", name="Tour à métaux")).to_be_visible()
    await expect(reader.get_by_role("button", name="Enregistrer")).to_have_count(0)
    for path in ("/duerp/UMR5219", "/duerp/UMR5219/lines", address):
        stranger = await as_person(site, STRANGER, path)
        await expect(stranger.get_by_text("Tour à métaux")).to_have_count(0)
        await expect(stranger.get_by_text("Atelier")).to_have_count(0)


async def test_last_year_s_workbook_is_understood_corrected_left_taken_up_written_and_taken_back(
    site: Site, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("DUERP 2025", None, None, None, None, None),
        ("Laboratoire d'essai", None, None, None, None, None),
        ("Où", "Identification du risque", None, "Cotation", None, None),
        ("Unité de travail", "Danger", "Risque zarbi", "Gravité", "Fréquence", "Notes"),
        (None, None, None, "(1 à 4)", "(1 à 4)", None),
        ("Forge", "Chute de plain-pied", "Sol glissant", 2, 3, "repeindre"),
        ("Forge", "Bruit", "Marteau-pilon", 3, 4, "voir le médecin"),
    ):
        sheet.append(row)
    for group in ("B3:C3", "D3:E3"):
        sheet.merge_cells(group)
    file = tmp_path / "duerp-2025.xlsx"
    book.save(file)
    page = await as_person(site, ASSISTANT, "/duerp/UMR5219")
    await page.get_by_label("Fichier", exact=True).set_input_files(file)
    await page.get_by_role("button", name="Lire ce fichier").click()
    await expect(page.locator(".steps [aria-current]")).to_contain_text("Feuilles")
    begun = page.url
    await page.get_by_role("link", name="Continuer").click()
    assert await site.findings(page) == []
    chosen = page.get_by_label(re.compile("La colonne .*Risque zarbi.* est comprise comme"))
    await chosen.select_option(label="situation")
    await page.get_by_role("button", name="Relire avec ces corrections").click()
    await expect(chosen).to_have_value("situation")
    await page.goto(f"{site.address}/duerp/UMR5219")
    await page.get_by_role("link", name="duerp-2025.xlsx").first.click()
    await expect(page.locator(".steps [aria-current]")).to_contain_text("Échelle")
    assert page.url == begun
    await page.get_by_role("button", name="Relire et continuer").click()
    await expect(page.get_by_role("row", name="Marteau-pilon")).to_be_visible()
    assert await site.findings(page) == []
    await page.get_by_role("link", name="Continuer").click()
    await page.get_by_role("button", name="Écrire", exact=True).click()
    await expect(page.get_by_text("C'est écrit.")).to_be_visible()
    address = page.url
    await page.get_by_role("link", name="Voir les risques").click()
    await expect(page.get_by_role("row", name="Marteau-pilon")).to_contain_text("Forge")
    await page.goto(address)
    await page.get_by_text("Reprendre cet import").click()
    await page.get_by_label("Pourquoi").fill("mauvais fichier")
    await page.get_by_role("button", name="Reprendre", exact=True).click()
    await expect(page.get_by_text("L'import a été repris")).to_be_visible()
    await page.goto(f"{site.address}/duerp/UMR5219/lines")
    await expect(page.get_by_role("row", name="Marteau-pilon")).to_have_count(0)
    assert await site.findings(page) == []
