"""What a first page may weigh, and that it does not jump; the policy's reports stay at zero."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, Response, expect

from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import Role
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import WorkUnit
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_accessible import DESKTOP, PHONE

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

SCRIPT_BYTES, STYLE_BYTES, SHIFT = 150_000, 100_000, 0.02
SHIFT_OF_AN_ANSWER = 0.1
"""What stands below an answer goes down as it comes. Source: web.dev, Cumulative Layout Shift, "good"."""
LINES, TABLE_BYTES = 300, 500_000
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


async def test_what_comes_later_shifts_little_and_nothing_above_it(
    site: Site, answers: asyncio.Event, tmp_path: Path
) -> None:
    page = await site.visit(base_url=site.address, viewport=DESKTOP)
    await page.context.add_init_script(WATCH)
    await page.goto("/")
    await page.locator("#question").fill("Où ranger le solvant zéphyr ?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.open q").first).to_be_visible()
    asked = await page.locator("h2.question").bounding_box()
    answers.set()
    await expect(page.locator(".answer.answered")).to_be_visible()
    assert await page.locator("h2.question").bounding_box() == asked
    assert await page.evaluate("window.shift") <= SHIFT_OF_AN_ANSWER
    mark = page.locator("a.mark").first
    await mark.scroll_into_view_if_needed()  # as who clicks on it has done
    before = await page.locator("h2.question").bounding_box()
    await mark.click()
    await expect(page.locator("#source .passage")).to_be_visible()
    assert await page.locator("h2.question").bounding_box() == before
    assert await page.evaluate("window.refused") == 0, "a hostile document asked for nothing"
    await page.goto("/documents")
    note = tmp_path / "étuve.md"
    note.write_text("# Étuve\n\nL'étuve se vérifie chaque automne.", encoding="utf-8")
    await page.get_by_label("Fichiers").set_input_files(note)
    await page.get_by_role("button", name="Envoyer").click()
    await expect(page.get_by_role("row", name="étuve.md")).to_contain_text("Trouvable")
    assert await page.evaluate("window.shift") <= SHIFT


async def test_the_page_of_three_hundred_lines_is_light_and_does_not_jump(site: Site) -> None:
    keeper = Person("tea", units=("UMR300",), roles=(Role.PREVENTION_ASSISTANT,))
    LocalIssuer(site.stack.data / "keys").remember(keeper)
    async with site.stack.client(keeper) as client:
        duerp = client.duerp("UMR300")
        place = await duerp.add(WorkUnit(name="Atelier"))
        for at in range(LINES):
            await duerp.add(Line(work_unit=place.id, family="noise", hazard=f"Machine {at}", situation="Capot ouvert"))
    for viewport in (DESKTOP, PHONE):
        page = await site.visit(base_url=site.address, viewport=viewport)
        await page.context.add_init_script(WATCH)
        await page.goto("/people")
        await page.get_by_role("button", name=keeper.user).click()
        assert 0 < await weight(page, "/duerp/UMR300/lines", "document") <= TABLE_BYTES
        await expect(page.locator("table.lines tbody tr")).to_have_count(LINES)
        assert await page.evaluate("window.shift") <= SHIFT
        await page.get_by_role("link", name="Modifier Machine 0", exact=True).click()
        await expect(page.locator("tr.editing textarea").first).to_be_focused()
        assert await page.evaluate("window.refused") == 0
