"""Every page and state of it, held against axe-core: no finding of any level; and what is told of it to a reader."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.pages.conftest import CHROMIUM, REASON, Site

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


async def test_a_reader_hears_the_landmarks_and_each_sentence_once(site: Site) -> None:
    page = await site.visit()
    await expect(page.get_by_role("navigation", name="Rubriques")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()
    await asked(page)
    assert await page.locator("main [aria-live]").count() == 0, "read while it comes, and never again"
    await expect(page.get_by_role("article", name="Quels gants porter")).to_be_visible()


async def test_the_first_stop_of_the_keyboard_leads_to_the_content(site: Site) -> None:
    page = await site.visit()
    await page.goto(f"{site.address}/people")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
