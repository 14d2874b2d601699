"""Every page and state of it, held against axe-core: no finding of any level; and what is told of it to a reader."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import CHROMIUM, REASON, Site, tab_to

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}
LOOKS: list[dict[str, Any]] = [
    {"viewport": DESKTOP},
    {"viewport": TABLET},
    {"viewport": PHONE},
    {"viewport": DESKTOP, "color_scheme": "dark"},
]


async def asked(page: Page) -> None:
    await page.get_by_label("Votre question").fill("Quels gants porter pour l'azote liquide ?")
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator(".answer.answered")).to_be_visible()


async def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    # On a telephone the window itself grows with what is too wide for it, so that it is held against its own width.
    assert page.viewport_size is not None
    width: int = await page.evaluate("document.documentElement.scrollWidth")
    return max(0, width - page.viewport_size["width"])


@pytest.mark.parametrize("look", LOOKS, ids=["desktop", "tablet", "phone", "dark"])
async def test_pages_have_no_finding_and_need_no_sideways_scrolling(site: Site, look: dict[str, Any]) -> None:
    page = await site.visit(**look)
    findings = await site.findings(page)
    await asked(page)
    findings += await site.findings(page)
    await page.locator("a.mark").first.click()
    await expect(page.locator("#source .passage")).to_be_visible()
    findings += await site.findings(page)
    assert await overflow(page) == 0
    for path in ("/people", "/passages/none", "/conversations/00000000-0000-0000-0000-000000000000"):
        await page.goto(site.address + path)
        findings += await site.findings(page)
        assert await overflow(page) == 0
    stranger = await site.stranger(**look)
    await stranger.goto(f"{site.address}/sign-in?code=wrong")
    findings += await site.findings(stranger)
    assert findings == []


async def test_the_header_of_who_administers_is_one_line_on_a_tablet(site: Site) -> None:
    for locale in ("fr-FR", "de-DE"):
        page = await site.visit(viewport=TABLET, locale=locale)
        await page.goto(f"{site.address}/admin")
        links = page.locator(".top :is(nav a, .person *)")
        boxes = [await links.nth(at).bounding_box() for at in range(await links.count())]
        middles = {round(box["y"] + box["height"] / 2) for box in boxes if box is not None}
        assert len(boxes) >= 6
        assert max(middles) - min(middles) <= 6, "nothing stands below the rest"


async def heard(page: Page, selector: str) -> dict[str, Any]:
    """What the browser tells a screen reader of an element, beside its name."""
    devices = await page.context.new_cdp_session(page)
    root = (await devices.send("DOM.getDocument"))["root"]["nodeId"]
    found = await devices.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    told = await devices.send("Accessibility.getPartialAXTree", {**found, "fetchRelatives": False})
    return {each["name"]: each["value"].get("value") for each in told["nodes"][0].get("properties", [])}


async def test_a_reader_hears_each_sentence_as_it_comes_and_once_and_then_that_it_is_all(
    site: Site, answers: asyncio.Event
) -> None:
    page = await site.visit()
    await expect(page.get_by_role("navigation", name="Rubriques")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()
    await page.get_by_label("Votre question").fill("Quels gants porter pour l'azote liquide ?")
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator(".answer.open")).to_contain_text("gants cryogéniques")
    sentence = await heard(page, ".answer.open")
    assert (sentence.get("live"), bool(sentence.get("busy"))) == ("polite", False), "what is busy is not read"
    assert "live" not in await heard(page, "#source"), "who opens a source is taken to it: it would be read twice"
    told = page.locator("#told")
    assert (await heard(page, "#told"))["live"] == "polite"
    await expect(told).to_be_empty()
    assert await site.findings(page) == []
    answers.set()
    await expect(page.locator(".answer.answered")).to_be_visible()
    assert await page.locator("main [aria-live]").count() == 0, "read while it came, and never again"
    await expect(told).to_contain_text("La réponse est complète")
    await expect(page.get_by_role("article", name="Quels gants porter")).to_be_visible()


async def test_the_keyboard_goes_through_a_page_as_it_is_read(site: Site) -> None:
    page = await site.visit()
    await page.goto(f"{site.address}/?tour=4")
    await expect(page.get_by_label("Votre question")).to_be_focused()
    read = ["Demander", "Étape précédente", "Voir le DUERP", "À quelle fréquence", "Comment Vigie répond", "Français"]
    for name in read:
        await tab_to(page, name)
    for name in ["Se déconnecter", "DUERP", "Documents", "Questions", "Vigie", "Aller au contenu"]:
        await tab_to(page, name, "Shift+Tab")
    await page.goto(f"{site.address}/documents")
    for name in ["Aller au contenu", "Documents", "Fichiers", "Envoyer", "Mots du titre", "Filtrer", "azote.md"]:
        await tab_to(page, name)


async def test_nothing_moves_for_who_asks_for_less_motion(site: Site, answers: asyncio.Event) -> None:
    page = await site.visit(reduced_motion="reduce")
    await page.get_by_label("Votre question").fill("Quels gants porter pour l'azote liquide ?")
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator(".answer.open")).to_contain_text("gants cryogéniques")
    await expect(page.locator(".pulse")).to_be_visible()
    assert await page.evaluate("document.getAnimations().length") == 0
    assert await page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    await page.emulate_media(reduced_motion="no-preference")
    assert await page.evaluate("document.getAnimations().length") == 1, "what waits is seen to"
    answers.set()


async def test_the_first_stop_of_the_keyboard_leads_to_the_content(site: Site) -> None:
    page = await site.visit()
    await page.goto(f"{site.address}/people")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
