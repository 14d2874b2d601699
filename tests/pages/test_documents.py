"""Documents in a browser: sent, followed without loading again, opened, withdrawn; what is refused is told."""

import asyncio
import itertools
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from services.embedder.service import EmbedderService
from shared.contracts.documents import PassageBatch
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
    assert await site.findings(page) == []
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
    assert await site.findings(page) == []
    await expect(page.get_by_role("row", name="autoclave.md")).to_have_count(0, timeout=60_000)


async def test_how_far_a_document_is_is_told_as_it_goes(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, embed, batches = asyncio.Event(), EmbedderService.embed_passages, itertools.count()

    async def held(service: EmbedderService, event: PassageBatch) -> None:
        if next(batches):
            await may_go_on.wait()
        await embed(service, event)

    monkeypatch.setattr(EmbedderService, "embed_passages", held)
    long = tmp_path / "procédure.md"
    words = "Relever la pression, noter la température, fermer la vanne et attendre une minute entière. "
    long.write_text("".join(f"# Étape {n}\n\n{f'Point {n}. {words}' * 12}\n\n" for n in range(120)), encoding="utf-8")
    page = await site.visit()
    await page.goto(f"{site.address}/documents")
    await page.get_by_label("Fichiers").set_input_files(long)
    await page.get_by_role("button", name="Envoyer").click()
    row = page.get_by_role("row", name="procédure.md")
    await expect(row).to_contain_text(re.compile(r"64 passages sur \d{3}"))
    await expect(row).to_contain_text("Lu, en cours d'indexation")
    share = row.get_by_role("progressbar", name="Part trouvable")
    assert 0 < float(await share.get_attribute("value") or 0) < 1
    await expect(page.get_by_role("status")).to_contain_text("0 documents sur 1")
    assert await site.findings(page) == []
    may_go_on.set()
    await expect(row).to_contain_text("Trouvable")
    await expect(share).to_have_count(0)


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
