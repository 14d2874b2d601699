"""Five errands, done with what the pages show and nothing else: each act is a step that a person takes.

docs/walks.md tells what they took, where they went wrong and what was changed. A folder in VIGIE_TEST_WALKS gets a
picture of every step, and how long each took.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from openpyxl import Workbook
from playwright.async_api import Locator, Page, expect

from services.standalone.local_issuer import LocalIssuer
from tests.e2e.conftest import ended
from tests.fakes.ingest import article, code, section
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.example_unit import KEEPER, ExampleUnit, example_unit
from tests.pages.test_accessible import DESKTOP

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

FOLDER = os.environ.get("VIGIE_TEST_WALKS", "")
LEGI = "application/vnd.vigie.legi-data+json"
UPDATED = (
    "La mise à jour du document unique d'évaluation des risques professionnels est réalisée au moins chaque année."
)


@dataclass
class Walk:
    """What a person does, counted; `most`: how many acts the errand may take."""

    name: str
    page: Page
    most: int
    acts: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    async def click(self, what: Locator) -> None:
        await what.click()
        await self._took(f"click {what}")

    async def fill(self, what: Locator, words: str) -> None:
        await what.fill(words)
        await self._took(f"type {words[:40]}")

    async def choose(self, what: Locator, file: Path) -> None:
        await what.set_input_files(file)
        await self._took(f"choose {file.name}")

    async def _took(self, act: str) -> None:
        self.acts.append(act)
        if FOLDER:
            await self.page.screenshot(path=Path(FOLDER) / f"{self.name}-{len(self.acts):02}.png")

    async def arrived(self, *seen: Locator) -> None:
        """The errand is done when this is seen, and took no more acts than it may."""
        for each in seen:
            await expect(each).to_be_visible()
        await self._took("arrived")
        if FOLDER:
            told = f"{self.name}: {len(self.acts) - 1} acts, {time.perf_counter() - self.began:.1f} s\n"
            (Path(FOLDER) / f"{self.name}.txt").write_text(told, encoding="utf-8")
        assert len(self.acts) - 1 <= self.most, self.acts


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def unit(running: Site) -> ExampleUnit:
    LocalIssuer(running.stack.data / "keys").remember(KEEPER)
    law = code(section("Section 1", article("R4121-2", UPDATED)))
    async with running.stack.client() as client:
        sent = await client.submit("code.json", law, media_type=LEGI, key="code")
        await ended(client, sent)
    return await example_unit(running.stack)


async def begun(site: Site, name: str, most: int) -> Walk:
    """Somebody of the unit has the first page before them, for the first time."""
    page = await site.visit(base_url=site.address, viewport=DESKTOP)
    await page.goto("/people")
    await page.get_by_role("button", name=KEEPER.user).click()
    await expect(page.get_by_label("Votre question")).to_be_visible()
    return Walk(name, page, most)


async def test_answer_my_director_s_question_with_the_article(site: Site, unit: ExampleUnit) -> None:
    walk = await begun(site, "article", 4)
    page = walk.page
    await walk.fill(page.get_by_label("Votre question"), "À quelle fréquence mettre à jour le document unique ?")
    await walk.click(page.get_by_role("button", name="Demander"))
    await walk.click(page.locator(".answer.answered a.mark", has_text="R4121-2").first)
    await expect(page.locator("#source mark")).to_contain_text("chaque année")
    await walk.click(page.get_by_role("button", name="Copier"))
    await walk.arrived(page.get_by_role("status", name="Copié, avec les sources").or_(page.get_by_text("Copié, avec")))
    assert unit


async def test_add_our_safety_sheet_and_find_what_it_says(site: Site, unit: ExampleUnit, tmp_path: Path) -> None:
    sheet = tmp_path / "FDS acétone.md"
    sheet.write_text(
        "# Acétone\n\nEn cas de projection d'acétone dans les yeux, rincer quinze minutes.", encoding="utf-8"
    )
    walk = await begun(site, "sheet", 7)
    page = walk.page
    await walk.click(page.get_by_role("link", name="Documents", exact=True))
    await walk.choose(page.get_by_label("Fichiers"), sheet)
    await walk.click(page.get_by_role("button", name="Envoyer"))
    await expect(page.get_by_role("row", name="FDS acétone.md")).to_contain_text("Trouvable")
    await walk.click(page.get_by_role("link", name="Questions"))
    await walk.fill(page.get_by_label("Votre question"), "Que faire en cas de projection d'acétone dans les yeux ?")
    await walk.click(page.get_by_role("button", name="Demander"))
    await walk.arrived(page.locator(".answer.answered", has_text="rincer quinze minutes"))
    assert unit


async def test_take_last_year_s_excel_over(site: Site, unit: ExampleUnit, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (
        ("Unité de travail", "Danger", "Situation", "Mesures existantes"),
        ("Serre", "Chute de plain-pied", "Sol mouillé après l'arrosage", "Caillebotis"),
        ("Serre", "Produits phytosanitaires", "Traitement du lundi", "Local fermé à clé"),
    ):
        book.active.append(row)
    file = tmp_path / "DUERP 2025.xlsx"
    book.save(file)
    walk = await begun(site, "excel", 6)
    page = walk.page
    await walk.click(page.get_by_role("link", name="DUERP", exact=True))
    await walk.choose(page.get_by_label("Fichier", exact=True), file)
    await walk.click(page.get_by_role("button", name="Lire ce fichier"))
    await walk.click(page.get_by_role("link", name="Écrire", exact=True))
    await walk.click(page.get_by_role("button", name="Écrire", exact=True))
    await expect(page.get_by_text("C'est écrit.")).to_be_visible()
    await walk.click(page.get_by_role("link", name="Voir les risques"))
    await walk.arrived(page.get_by_role("row", name="Sol mouillé"))
    assert unit


async def test_correct_a_line_and_print_the_room_s_page(site: Site, unit: ExampleUnit) -> None:
    walk = await begun(site, "line", 6)
    page = walk.page
    await walk.click(page.get_by_role("link", name="DUERP", exact=True))
    await walk.click(page.get_by_role("link", name="Salle de cryogénie", exact=True))
    await walk.click(page.get_by_role("link", name="Modifier Azote liquide"))
    row = page.locator("tr.editing")
    await walk.fill(row.get_by_label("Situation"), "Remplissage du réservoir, porte ouverte")
    await walk.click(row.get_by_role("button", name="Enregistrer"))
    await expect(row).to_have_count(0)  # a row's name has the words of its fields, too
    await expect(page.get_by_role("row", name="porte ouverte")).to_be_visible()
    await walk.click(page.get_by_role("link", name="Imprimer la page de cette unité de travail"))
    await walk.arrived(page.get_by_text("porte ouverte"), page.get_by_role("button", name="Imprimer"))
    assert unit


async def test_hand_the_document_to_the_committee(site: Site, unit: ExampleUnit) -> None:
    walk = await begun(site, "committee", 5)
    page = walk.page
    await walk.click(page.get_by_role("link", name="DUERP", exact=True))
    await walk.click(page.get_by_role("link", name="Figer une version"))
    await walk.fill(page.get_by_label("Titre de la version"), "Comité de décembre")
    await walk.click(page.get_by_role("button", name="Figer une version"))
    version = page.get_by_role("row", name="Comité de décembre")
    async with page.expect_download() as download:
        await walk.click(version.get_by_role("link", name="PDF"))
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")
    await walk.arrived(version)
    assert unit
