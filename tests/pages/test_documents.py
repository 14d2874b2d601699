"""Documents in a browser: sent, followed without loading again, opened, withdrawn; what is refused is told."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_accessible import DESKTOP, PHONE, overflow

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]


async def test_files_are_sent_and_become_findable_before_one_s_eyes(site: Site, tmp_path: Path) -> None:
    good, empty = tmp_path / "autoclave.md", tmp_path / "vide.txt"
    good.write_text("# Autoclave\n\nL'autoclave se vérifie tous les dix-huit mois.", encoding="utf-8")
    empty.write_bytes(b"")
    page = await site.visit()
    await page.get_by_role("link", name="Documents").click()
    await page.get_by_label("Fichiers").set_input_files([good, empty])
    await page.get_by_role("button", name="Envoyer").click()
    await expect(page.locator(".uploads li.problem")).to_contain_text("vide.txt")
    page.__dict__["troubles"].clear()  # the refusal itself
    row = page.get_by_role("row", name="autoclave.md")
    await expect(row).to_contain_text("Trouvable")
    await row.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="autoclave.md")).to_be_visible()
    await expect(page.get_by_text("tous les dix-huit mois")).to_be_visible()
    assert await site.findings(page) == []
    await page.get_by_text("Retirer ce document").click()
    await page.get_by_role("button", name="Retirer", exact=True).click()
    await expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
    await expect(row).to_contain_text("Retiré dans quelques secondes")
    await expect(page.get_by_role("row", name="autoclave.md")).to_have_count(0, timeout=60_000)


async def test_the_list_is_found_within_and_has_no_finding(site: Site) -> None:
    for viewport in (DESKTOP, PHONE):
        page = await site.visit(viewport=viewport)
        await page.goto(f"{site.address}/documents")
        assert await site.findings(page) == []
        assert await overflow(page) == 0
        await page.get_by_label("Mots du titre ou du nom").fill("azote")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("row", name="azote.md")).to_be_visible()
        await expect(page.get_by_role("row", name="hostile.txt")).to_have_count(0)
