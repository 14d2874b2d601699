"""S22 in a browser: whatever people have written, no page runs it, asks elsewhere for it or leads to it.

The texts are those of tests/support/injections.py that a browser might act on, written into whatever takes text; the
fixture `site` fails a test on each script that ran, each request to elsewhere and each refusal of the policy.
"""

import re
from collections import Counter

import httpx
import pytest
from playwright.async_api import Page, expect

from services.standalone.local_issuer import LocalIssuer
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.test_budgets import WATCH
from tests.support import injected_site
from tests.support.active_content import onward
from tests.support.injected_site import ALICE, SEEN_AT_LEAST, ask, seen, write_a_duerp, write_documents
from tests.support.injections import INJECTIONS

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

OF_BROWSERS = 24
"""How many of the texts, the first ones, are Markdown and HTML."""
MOST_OF_A_KIND, MOST_PAGES, KINDS = 2, 90, 20
ACTIVE = "a:is([href^='javascript' i], [href^='data' i], [href^='vbscript' i]), main iframe, main script, base"
FILE = re.compile(r"/file|/extract|format=|\.svg|\.png|/sign-out")


async def test_s22_in_a_browser_no_page_runs_asks_for_or_leads_to_what_people_wrote(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(injected_site, "INJECTIONS", INJECTIONS[:OF_BROWSERS])
    LocalIssuer(site.stack.data / "keys").remember(ALICE)
    headers = {"authorization": f"Bearer {site.stack.token(ALICE)}"}
    async with httpx.AsyncClient(base_url=site.stack.url, headers=headers, timeout=60, trust_env=False) as http:
        written = injected_site.Site(site.stack, site.address, http)
        await write_documents(written)
        await write_a_duerp(written)
        await ask(written)
    page = await site.visit(base_url=site.address)
    await page.context.add_init_script(WATCH)
    await page.goto("/people")
    await page.get_by_role("button", name=ALICE.user).click()
    await expect(page.get_by_role("link", name=ALICE.user)).to_be_visible()
    kinds, words = await looked_at(page)
    assert len(kinds) > KINDS, sorted(kinds)
    assert seen(words) > SEEN_AT_LEAST


async def looked_at(page: Page) -> tuple[Counter[str], str]:
    """Open pages that lead to one another, some of each kind; return the kinds, and what they all say."""
    waiting, known, kinds, words = ["/", "/documents", "/duerp/UMR5219/lines"], {"/"}, Counter[str](), ""
    while waiting and kinds.total() < MOST_PAGES:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|\?.*", "*", path)
        if kinds[kind] == MOST_OF_A_KIND or FILE.search(path):
            continue
        kinds[kind] += 1
        await page.goto(path)
        html = await page.content()
        assert await page.evaluate("window.refused") == 0, path
        assert await page.locator(ACTIVE).count() == 0, path
        words += html
        waiting += sorted(new := set(onward(html, page.url)) - known)
        known |= new
    return kinds, words
