"""What a first page may weigh, and that it does not jump; the policy's reports stay at zero."""

import pytest
from playwright.async_api import Page, Response, expect

from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_accessible import DESKTOP, PHONE

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

SCRIPT_BYTES, STYLE_BYTES, SHIFT = 150_000, 100_000, 0.02
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
window.refused = 0;
document.addEventListener("securitypolicyviolation", () => { window.refused += 1; });
"""


async def weight(page: Page, path: str, kind: str) -> int:
    """The bytes of a kind of resource that a page loads, not compressed: over the network they are fewer."""
    seen: list[Response] = []

    def note(response: Response) -> None:
        if response.request.resource_type == kind:
            seen.append(response)

    page.on("response", note)
    await page.goto(path, wait_until="load")
    page.remove_listener("response", note)
    return sum([len(await each.body()) for each in seen])


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_first_page_is_light_and_does_not_jump(site: Site, viewport: dict[str, int]) -> None:
    page = await site.visit(base_url=site.address, viewport=viewport)
    await page.context.add_init_script(WATCH)
    assert 0 < await weight(page, "/", "script") <= SCRIPT_BYTES
    fresh = await site.visit(base_url=site.address, viewport=viewport)
    assert 0 < await weight(fresh, "/", "stylesheet") <= STYLE_BYTES
    for path in ("/", "/documents", "/conversations", "/about", "/duerp"):
        await page.goto(path, wait_until="load")
        await expect(page.get_by_role("main")).to_be_visible()
        assert await page.evaluate("window.shift") <= SHIFT, path
        assert await page.evaluate("window.refused") == 0, path


async def test_an_answer_that_comes_moves_nothing_above_it(site: Site) -> None:
    page = await site.visit(base_url=site.address, viewport=DESKTOP)
    await page.context.add_init_script(WATCH)
    await page.goto("/")
    await page.locator("#question").fill("Où ranger le solvant zéphyr ?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.answered")).to_be_visible()
    mark = page.locator("a.mark").first
    await mark.scroll_into_view_if_needed()  # as who clicks on it has done
    before = await page.locator("h2.question").bounding_box()
    await mark.click()
    await expect(page.locator("#source .passage")).to_be_visible()
    assert await page.locator("h2.question").bounding_box() == before
    assert await page.evaluate("window.refused") == 0, "a hostile document asked for nothing"
