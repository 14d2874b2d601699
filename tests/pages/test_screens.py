"""Every page in every look: no finding of axe, no sideways scrolling; its picture, where a folder for them is named.

`make screens` writes them into docs/screens.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import CDPSession, Page, ViewportSize, expect

from services.standalone.local_issuer import LocalIssuer
from shared.http_api.documents import DocumentQuery
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.pages.example_unit import KEEPER, ExampleUnit, example_unit
from tests.pages.test_accessible import DESKTOP, PHONE, TABLET, overflow

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

FOLDER = os.environ.get("VIGIE_TEST_SCREENS", "")
COLOURS = 48
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "tablet": {"viewport": TABLET, "touch": True},
    "phone": {"viewport": PHONE, "touch": True},
    "dark": {"viewport": DESKTOP, "scheme": "dark"},
}
SQUEEZED: dict[str, dict[str, Any]] = {
    "360 pixels": {"viewport": {"width": 360, "height": 740}, "touch": True},
    "zoom of 200 %": {"viewport": {"width": 720, "height": 450}},
    "zoom of 400 %": {"viewport": {"width": 320, "height": 256}},
}
"""Windows in which a page is read without sideways scrolling too: of small telephones, and zoomed from 1,440 and 1,280
pixels (WCAG 2.2, 1.4.4 and 1.4.10)."""
LANGUAGES = {"fr-FR": LOOKS, "de-DE": {"german": LOOKS["desktop"]}}


async def home(page: Page) -> None:
    await expect(page.locator(".examples")).to_be_visible()


async def answer(page: Page) -> None:
    await page.locator("#question").fill("Quels gants porter pour l'azote liquide ?")
    await page.locator(".ask button.primary").click()
    await expect(page.locator(".answer.answered")).to_be_visible()
    await page.locator(".answer.answered a.mark").first.click()
    await expect(page.locator("#source .passage")).to_be_visible()


async def abstention(page: Page) -> None:
    await page.goto("/")
    await page.locator("#question").fill("Combien coûte un sous-marin jaune ?")
    await page.locator(".ask button.primary").click()
    await expect(page.locator(".next")).to_be_visible()


async def document(page: Page) -> None:
    await page.goto("/documents?search=azote")
    address = await page.get_by_role("link", name="azote.md").get_attribute("href")
    await page.goto(address or "")
    await expect(page.locator(".passages")).to_be_visible()


async def found_within(page: Page) -> None:
    await document(page)
    await page.get_by_role("searchbox").fill("gants")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.locator(".passages mark").first).to_be_visible()


def at(path: str) -> Callable[[Page], Awaitable[None]]:
    async def go(page: Page) -> None:
        await page.goto(path)

    return go


VIEWS: dict[str, Callable[[Page], Awaitable[None]]] = {
    "home": home,
    "tour": at("/?tour=2"),
    "answer": answer,
    "abstention": abstention,
    "conversations": at("/conversations"),
    "nothing-found": at("/conversations?search=zzz"),
    "documents": at("/documents"),
    "document": document,
    "document-found": found_within,
    "documents-filtered": at("/documents?type=text&state=findable&order=key"),
    "no-article": at("/articles/R9999-9"),
    "about": at("/about"),
    "accessibility": at("/accessibility"),
    "people": at("/people"),
    "admin": at("/admin"),
    "admin-people": at("/admin/people"),
    "failures": at("/admin/failures"),
    "missing": at("/passages/none"),
}


async def conflict(page: Page) -> None:
    """Save a line that somebody else has saved since it was opened."""
    await page.get_by_label("Situation").fill("Remplissage du réservoir, porte ouverte")
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.locator("#comment").fill(f"{await other.locator('#comment').input_value()}+")
    await other.locator("form.ask button.primary").first.click()
    await expect(other.get_by_role("status")).to_be_visible()
    await other.close()
    await page.locator("form.ask button.primary").first.click()
    await expect(page.locator("section.conflict")).to_be_visible()


KEPT: dict[str, str] = {
    "duerp": "{home}",
    "lines": "{home}/lines",
    "lines-grouped": "{home}/lines?group=work_unit&order=hazard",
    "line": "{line}",
    "measures": "{line}/measures",
    "shared-line": "{shared_line}",
    "shared-rating": "{shared_rating}",
    "actions": "{home}/actions",
    "action": "{action}",
    "new-element": "{home}/elements/new",
    "elements": "{home}/elements",
    "nothing-yet": "{home}/events",
    "work-unit": "{work_unit}",
    "families": "{work_unit}/families",
    "describe": "{described}/describe",
    "proposals": "{described}/proposals",
    "review": "{home}/review",
    "print": "{work_unit}/print",
    "council": "{home}/council",
    "visit": "{work_unit}/visit",
    "figures": "{home}/figures",
    "year": "{home}/year",
    "reminders": "{home}/reminders",
    "programme": "{home}/programme?year=2026",
    "charts": "{home}/charts",
    "freeze": "{home}/freeze",
    "version": "{home}/versions/2",
    "comparison": "{home}/comparison?before=1&after=2",
    "extract": "{home}/extract",
    "imports": "{home}/imports",
    "import-sheets": "{imported}?step=sheets",
    "import-columns": "{imported}?step=columns",
    "import-scale": "{imported}?step=scale",
    "import-lines": "{imported}?step=lines",
    "import-write": "{imported}?step=write",
    "scale": "{home}/scale",
    "description": "{home}/description",
    "parties": "{home}/parties",
    "unit-people": "{home}/people",
    "conflict": "{line}",
}
THEN = {"conflict": conflict}
"""What is done on a page before it is looked at."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def unit(running: Site) -> ExampleUnit:
    LocalIssuer(running.stack.data / "keys").remember(KEEPER)
    async with running.stack.client() as client:  # what harms is looked at elsewhere; these are pictures to show
        async for each in client.documents(DocumentQuery(search="hostile")):
            await client.withdraw(each.id)
    return await example_unit(running.stack)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("views", [VIEWS, KEPT], ids=["platform", "duerp"])
async def test_every_page_in_every_look(
    site: Site, unit: ExampleUnit, views: Mapping[str, Any], language: str, tmp_path: Path
) -> None:
    page = await site.visit(base_url=site.address, locale=language, viewport=DESKTOP)
    folder = Path(FOLDER) if FOLDER else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    findings: list[str] = []
    device = await page.context.new_cdp_session(page)
    if views is KEPT:
        await page.goto("/people")
        await page.get_by_role("button", name=KEEPER.user).click()
    for name, view in views.items():
        await (at(view.format(**asdict(unit))) if isinstance(view, str) else view)(page)
        if name in THEN:
            await THEN[name](page)
        for look, options in LANGUAGES[language].items():
            await put_on(page, device, **options)
            told = await site.findings(page)
            wider = await overflow(page)
            told += [f"{wider} pixels wider than its window"] if wider else []
            findings += [f"{name}, {look}: {each}" for each in told]
            if FOLDER:
                (folder / f"{name}-{look}.png").write_bytes(reduced(await page.screenshot(animations="disabled")))
        for seen, options in SQUEEZED.items():
            await put_on(page, device, **options)
            findings += [f"{name}, {seen}: {wider} pixels too wide" for wider in [await overflow(page)] if wider]
        await put_on(page, device, **LOOKS["desktop"])
    assert findings == [], "\n".join(findings)


async def put_on(
    page: Page,
    device: CDPSession,
    viewport: ViewportSize,
    *,
    touch: bool = False,
    scheme: Literal["light", "dark"] = "light",
) -> None:
    """Show the page that is there on another device: loaded once, it is laid out for each."""
    await page.set_viewport_size(viewport)
    await device.send("Emulation.setTouchEmulationEnabled", {"enabled": touch})
    await page.emulate_media(color_scheme=scheme)
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await page.evaluate("innerWidth") == viewport["width"]


def reduced(picture: bytes) -> bytes:
    """Return a picture with few colours, as a page has them: a quarter of the bytes.

    They are spread over all that the page has: by their frequency, a legend's orange became its red.
    """
    file = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(file, "PNG", optimize=True)
    return file.getvalue()
