"""What a director looks at first: what is due soon on the unit's home, and the page for the laboratory council."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pypdfium2
import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, expect

from services.standalone.local_issuer import LocalIssuer
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.example_unit import KEEPER, ExampleUnit, example_unit
from tests.pages.test_accessible import DESKTOP, PHONE, overflow
from tests.pages.test_duerp import as_person

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

_SCREENS = os.environ.get("VIGIE_TEST_SCREENS")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def unit(running: Site) -> AsyncIterator[ExampleUnit]:
    LocalIssuer(running.stack.data / "keys").remember(KEEPER)
    yield await example_unit(running.stack)


async def looked_at(site: Site, page: Page, name: str) -> None:
    """Hold a page against axe and the width of a telephone; keep its pictures where a folder for them is named."""
    for look, size in (("desktop", DESKTOP), ("phone", PHONE)):
        await page.set_viewport_size(ViewportSize(width=size["width"], height=size["height"]))
        assert await overflow(page) == 0, look
        assert await site.findings(page) == [], look
        if _SCREENS:
            await page.screenshot(path=Path(_SCREENS) / f"{name}-{look}.png", full_page=True)
    await page.set_viewport_size(ViewportSize(width=DESKTOP["width"], height=DESKTOP["height"]))


async def test_what_is_due_soon_on_the_home_leads_to_its_page(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, unit.home)
    due = page.get_by_role("region", name="À faire bientôt")
    await expect(due).to_contain_text("en retard")
    await looked_at(site, page, "duerp-due")
    await due.get_by_role("link", name="Poser des écrans antibruit").click()
    await expect(page.get_by_role("heading", name="Poser des écrans antibruit", level=1)).to_be_visible()


async def test_the_page_for_the_council_is_one_page_on_paper(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, unit.home)
    await page.get_by_role("link", name="Synthèse pour le conseil de laboratoire").click()
    await expect(page.get_by_role("heading", name="Les risques les plus élevés")).to_be_visible()
    main = page.get_by_role("main")
    await expect(main).to_contain_text("Devis refusé")
    await expect(main.get_by_text("Poser des écrans antibruit sans responsable")).to_be_visible()
    await expect(main).not_to_contain_text("Direction technique")
    await looked_at(site, page, "council")
    paper = await page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    if _SCREENS:
        (Path(_SCREENS) / "council.pdf").write_bytes(paper)


async def test_the_pages_of_a_room_and_of_a_work_unit_are_a_sheet_of_paper_each(
    site: Site, unit: ExampleUnit, tmp_path: Path
) -> None:
    page = await as_person(site, KEEPER, f"{unit.home}/elements")
    room = await page.get_by_role("link", name="Salle B12").get_attribute("href")
    for name, path, words in (
        ("work-unit", f"{unit.work_unit}/print", ("Azote liquide", "Poser un détecteur d'oxygène", "Incendie")),
        ("room", f"{room}/print", ("Salle B12",)),
    ):
        await page.goto(f"{site.address}{path}")
        paper = Path(_SCREENS or tmp_path) / f"{name}.pdf"
        await page.pdf(format="A4", path=paper)
        with pypdfium2.PdfDocument(paper) as document:
            (text,) = (each.get_textpage().get_text_bounded() for each in document)
        said = " ".join(text.split())
        assert all(each in said for each in words), said
        await page.emulate_media(media="print")
        sizes = "cells => new Set(cells.map(cell => getComputedStyle(cell).fontSize)).size"
        assert await page.locator("main table :is(td, th, .hint)").evaluate_all(sizes) <= 1, "a hint is no larger"
        await page.emulate_media(media="null")
        for of_the_screen in ("Se déconnecter", "Aller au contenu", "Imprimer", "Français"):
            assert of_the_screen not in said
