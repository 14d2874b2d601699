"""A cited page of a PDF as a picture: its words marked, the text beside it, with and without scripts."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_accessible import DESKTOP, overflow
from tests.pages.test_screens import reduced
from tests.support.pdfs import pdf

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

PDF = pdf(
    [
        ["Notice du cryostat", "Sommaire", "1. Remplissage", "2. Entretien du joint torique"],
        [
            "2. Entretien du joint torique",
            "Le joint torique du cryostat se remplace tous les quatorze mois.",
            "Noter la date du remplacement dans le registre de la salle.",
        ],
    ]
)
QUESTION = "Quand remplacer le joint torique du cryostat ?"
_SCREENS = os.environ.get("VIGIE_TEST_SCREENS")


async def sent(site: Site, page: Page, folder: Path) -> None:
    """Send the file by the pages, and wait until it can be found."""
    file = folder / "notice.pdf"
    file.write_bytes(PDF)
    await page.goto(f"{site.address}/documents")
    await page.get_by_label("Fichiers").set_input_files([file])
    await page.get_by_role("button", name="Envoyer").click()
    await expect(page.get_by_role("row", name="notice.pdf")).to_contain_text("Trouvable", timeout=30_000)


async def test_a_citation_opens_its_page_with_the_words_marked(site: Site, tmp_path: Path) -> None:
    page = await site.visit(viewport=DESKTOP)
    await sent(site, page, tmp_path)
    await page.goto(site.address)
    await page.get_by_label("Votre question").fill(QUESTION)
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator(".answer.answered q").first).to_contain_text("quatorze mois")
    await page.locator("a.mark").first.click()
    await expect(page.locator("#passage-title")).to_be_focused()
    picture = page.get_by_role("img", name="les mots cités surlignés")
    await expect(picture).to_be_visible(timeout=30_000)
    await expect(picture.locator("rect")).not_to_have_count(0)
    drawn = await page.evaluate(
        "fetch(document.querySelector('#source image').getAttribute('href')).then(r => r.status)"
    )
    assert drawn == 200
    await expect(page.locator("#source mark")).to_contain_text("quatorze mois")
    await expect(page.locator("#passage-title")).to_be_focused()
    assert await site.findings(page) == []
    if _SCREENS:
        (Path(_SCREENS) / "page-picture-desktop.png").write_bytes(reduced(await page.screenshot()))
    await page.set_viewport_size(ViewportSize(width=390, height=844))
    assert await overflow(page) == 0
    if _SCREENS:
        (Path(_SCREENS) / "page-picture-phone.png").write_bytes(reduced(await page.locator("#source").screenshot()))


async def test_without_scripts_a_link_leads_to_the_picture_and_back(site: Site, tmp_path: Path) -> None:
    await sent(site, await site.visit(), tmp_path)
    page = await site.visit(java_script_enabled=False)
    await page.goto(f"{site.address}/documents")
    await page.get_by_role("row", name="notice.pdf").get_by_role("link").first.click()
    await page.locator(".passages a").last.click()
    await page.get_by_role("link", name="Voir la page").click()
    await expect(page.locator("svg image")).to_be_visible(timeout=30_000)
    await page.get_by_role("link", name="Retour au texte du passage").click()
    await expect(page.locator(".passage > .words")).to_contain_text("quatorze mois")
