"""What failed, in a browser: told by class with its reason, and sent through the chain again."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.e2e.conftest import ended
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_accessible import overflow

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

BROKEN = {"plan <b>.pdf": b"%PDF-1.7\n1 0 obj\n<<", "vide.docx": b"PK\x03\x04 no archive"}


async def test_what_failed_is_told_with_its_reason_and_sent_again(site: Site) -> None:
    async with site.stack.client() as client:
        states = [(await ended(client, await client.submit(name, data))).state for name, data in BROKEN.items()]
    assert {each.value for each in states} == {"failed"}
    page = await site.visit(base_url=site.address)
    await page.goto("/admin")
    await page.get_by_role("link", name="Ce qui a échoué").click()
    await expect(page.get_by_role("row", name="plan <b>")).to_be_visible()
    await expect(page.locator("code", has_text="unreadable-document").first).to_be_visible()
    assert await site.findings(page) == []
    await page.set_viewport_size(ViewportSize(width=390, height=844))
    assert await overflow(page) == 0
    assert await site.findings(page) == []
    await page.get_by_role("button", name="Renvoyer vide").click()
    await expect(page.get_by_role("status")).to_have_text("C'est renvoyé. Ce qui échoue encore revient ici.")
    assert await site.findings(page) == []
