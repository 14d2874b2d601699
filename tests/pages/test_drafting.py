"""Drafting in a browser: from nothing to decisions with the keyboard alone; typed words stay; without scripts."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import ViewportSize, expect

from services.standalone.local_issuer import LocalIssuer, Person
from services.standalone.pages import link
from shared.access import Role
from tests.pages.conftest import CHROMIUM, REASON, Site, tab_to
from tests.pages.test_accessible import overflow
from tests.pages.test_duerp import as_person

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

ASSISTANT = Person("ines", units=("UMR7777",), roles=(Role.PREVENTION_ASSISTANT,))
TEXT = (
    "Salle B12 : cuve d'azote liquide de 200 L, remplie à la main le lundi.\n"
    "Tour à métaux dans l'angle, réglages capot ouvert. Le laser a été retiré en 2023."
)


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def people(site: Site) -> AsyncIterator[None]:
    LocalIssuer(site.stack.data / "keys").remember(ASSISTANT)
    yield


async def test_from_nothing_to_accepted_and_refused_proposals_with_the_keyboard_alone(site: Site) -> None:
    page = await as_person(site, ASSISTANT)
    assert await site.findings(page) == []
    await page.get_by_label("Une première salle").fill("Salle B12")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Décrire", level=1)).to_be_visible()
    assert await site.findings(page) == []
    await page.get_by_label("Ce qu'il y a ici").fill(TEXT)
    await page.get_by_role("button", name="Proposer des risques").click()
    proposals = page.locator(".proposal")
    await expect(proposals.first).to_be_visible()
    count = await proposals.count()
    assert count >= 2
    assert await site.findings(page) == []
    assert await page.evaluate("sessionStorage.length") == 0
    cold = proposals.filter(has_text="cuve d'azote liquide")
    await expect(cold.locator(".stands-on summary")).to_contain_text("Textes trouvés", timeout=60_000)

    await tab_to(page, "Accepter")
    first = await page.evaluate("document.activeElement.closest('.proposal').id")
    await page.keyboard.press("Enter")
    accepted = page.locator(f"#{first}")
    await expect(accepted).to_contain_text("Accepté")
    await expect(accepted).to_be_focused()
    await tab_to(page, "Refuser")
    second = await page.evaluate("document.activeElement.closest('.proposal').id")
    assert second != first
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("La machine part en mars")
    await page.keyboard.press("Enter")
    refused = page.locator(f"#{second}")
    await expect(refused).to_contain_text("Rejeté")
    await expect(refused).to_contain_text("La machine part en mars")
    assert await site.findings(page) == []
    await page.reload()
    await expect(proposals).to_have_count(count - 2)

    absent = page.get_by_role("listitem").filter(has_text="laser a été retiré")
    await absent.get_by_role("button", name="Évaluée, sans risque").click()
    await expect(absent).to_contain_text("Confirmé")
    await page.set_viewport_size(ViewportSize(width=390, height=844))
    assert await overflow(page) == 0


async def test_words_that_were_typed_outlive_the_session(site: Site) -> None:
    page = await as_person(site, ASSISTANT, "/duerp/UMR7777")
    await page.get_by_label("Nouvelle unité de travail").fill("Atelier")
    await page.get_by_role("button", name="Ajouter").click()
    await page.get_by_role("link", name="Décrire Atelier").click()
    address = page.url
    await page.get_by_label("Ce qu'il y a ici").fill("Fraiseuse, soudure à l'arc")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Proposer des risques").click()
    await expect(page).to_have_url(re.compile(r"/sign-in\?to=%2Fduerp%2FUMR7777"))
    await page.goto(link(site.address, site.stack.data))
    await page.goto(f"{site.address}/people")
    await page.get_by_role("button", name=ASSISTANT.user).click()
    await page.goto(address)
    await expect(page.get_by_label("Ce qu'il y a ici")).to_have_value("Fraiseuse, soudure à l'arc")


async def test_without_scripts_proposals_are_there_and_are_decided_on(site: Site) -> None:
    page = await site.visit(java_script_enabled=False)
    await page.goto(f"{site.address}/people")
    await page.get_by_role("button", name=ASSISTANT.user).click()
    await page.goto(f"{site.address}/duerp/UMR7777")
    await page.get_by_label("Nouvelle unité de travail").fill("Bureaux")
    await page.get_by_role("button", name="Ajouter").click()
    await page.get_by_role("link", name="Décrire Bureaux").click()
    await page.get_by_label("Ce qu'il y a ici").fill("Quatre bureaux, travail sur écran toute la journée.")
    await page.get_by_role("button", name="Proposer des risques").click()
    proposals = page.locator(".proposal")
    await expect(proposals.first).to_contain_text("travail sur écran")
    count = await proposals.count()
    await proposals.first.get_by_role("button", name="Accepter").click()
    await expect(proposals).to_have_count(count - 1)
    await expect(page.get_by_text("Déjà décidés\u00a0: 1")).to_be_visible()


async def test_the_review_is_worked_off(site: Site) -> None:
    page = await as_person(site, ASSISTANT, "/duerp/UMR7777")
    await page.get_by_label("Nouvelle unité de travail").fill("Grenier")
    await page.get_by_role("button", name="Ajouter").click()
    await page.get_by_role("link", name="Revue").click()
    assert await site.findings(page) == []
    bare = page.get_by_role("listitem").filter(has_text="n'a aucun risque évalué").filter(has_text="Grenier")
    await bare.get_by_text("Fermer sans changer").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Personne n'y va")
    await page.keyboard.press("Enter")
    closed = page.locator("#closed")
    await closed.locator("summary").click()
    await expect(closed).to_contain_text("Personne n'y va")
    assert await site.findings(page) == []
    await page.set_viewport_size(ViewportSize(width=390, height=844))
    assert await overflow(page) == 0
    await closed.get_by_role("button", name="Rouvrir").click()
    await expect(bare).to_be_visible()
