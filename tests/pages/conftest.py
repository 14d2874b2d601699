"""The pages of the embedded stack in a real browser: Debian's Chromium, driven by Playwright."""

import asyncio
import hashlib
import os
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response, async_playwright, expect

from services.generator.service import GeneratorService
from services.standalone.local_issuer import LocalIssuer
from services.standalone.pages import link, pages
from services.standalone.settings import StandaloneSettings
from tests.e2e.conftest import ended
from tests.support.stack import Running, running_stack

CHROMIUM = os.environ.get("VIGIE_TEST_CHROMIUM", "")
AXE = "axe-core@4.14.1"
AXE_SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="

DOCUMENTS = {
    "azote.md": "# Azote liquide\n\nPour manipuler l'azote liquide, porter des gants cryogéniques et une visière.",
    "hostile.txt": "Solvant <script>alert(1)</script>\n\nLe solvant zéphyr ![](http://127.0.0.1:9/x.png) se range "
    "<img src=x onerror=alert(2)> dans [l'armoire](javascript:alert(3)) ou [ici](data:text/html,<b>4</b>) "
    "<svg/onload=alert(5)> \u202eventilée.",
}

REASON = "VIGIE_TEST_CHROMIUM is not set: no browser"

expect.set_options(timeout=15_000)


@dataclass
class Site:
    """The pages of a stack, and a browser to look at them with."""

    stack: Running
    address: str
    browser: Browser
    axe: str
    contexts: list[BrowserContext] = field(default_factory=list)

    async def visit(self, **options: Any) -> Page:
        """Sign in with a new link, in a browser of its own; what goes wrong in a page fails the test at its end."""
        page = await self.stranger(**options)
        await page.goto(link(self.address, self.stack.data))
        return page

    async def stranger(self, **options: Any) -> Page:
        """A page of a browser that is not signed in."""
        context = await self.browser.new_context(**({"locale": "fr-FR"} | options))
        self.contexts.append(context)
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: _note_message(message, troubles))
        page.on("response", lambda response: _note_response(response, troubles))
        page.on("dialog", lambda dialog: troubles.append(f"a script ran: {dialog.message}"))
        page.on("request", lambda request: _note_foreign(request.url, self.address, troubles))
        page.__dict__["troubles"] = troubles
        return page

    async def findings(self, page: Page) -> list[str]:
        """Return what axe finds on a page, of any level."""
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(self.axe)
        found = await page.evaluate("axe.run().then(result => result.violations)")
        return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def _note_message(message: ConsoleMessage, troubles: list[str]) -> None:
    """Note an error; a page that is itself a refusal is none, and what a page loads is seen as a response."""
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        troubles.append(message.text)


def _note_response(response: Response, troubles: list[str]) -> None:
    if response.status >= 400 and not response.request.is_navigation_request():
        troubles.append(f"{response.status} of {response.url}")


def _note_foreign(url: str, address: str, troubles: list[str]) -> None:
    if not url.startswith((address, "data:")):
        troubles.append(f"asked elsewhere: {url}")


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker of accessibility, from its npm package."""
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run(["npm", "pack", "--silent", AXE], cwd=folder, check=True, capture_output=True, timeout=120)
    (archive,) = folder.glob("*.tgz")
    assert b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() == AXE_SHA512
    with tarfile.open(archive) as package:
        script = package.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory, axe: str) -> AsyncIterator[Site]:
    data = tmp_path_factory.mktemp("pages") / "data"
    async with (
        running_stack(data) as stack,
        pages(StandaloneSettings(data=data, pages_port=0), stack.url, LocalIssuer(data / "keys")) as address,
        async_playwright() as playwright,
    ):
        async with stack.client() as client:
            for name, text in DOCUMENTS.items():
                await ended(client, await client.submit(name, text.encode()))
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield Site(stack, address, browser, axe)
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site(running: Site) -> AsyncIterator[Site]:
    """The pages; at the end of a test its browsers are closed, and nothing that went wrong in them is passed over."""
    yield running
    troubles = [trouble for context in running.contexts for page in context.pages for trouble in troubles_of(page)]
    for context in running.contexts:
        await context.close()
    running.contexts.clear()
    assert troubles == []


def troubles_of(page: Page) -> list[str]:
    """What went wrong in a page: errors, broken policies, scripts of others that ran, requests to elsewhere."""
    found: list[str] = page.__dict__["troubles"]
    return found


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """While it is not set, an answer ends behind its first sentence."""
    may_go_on, publish, said = asyncio.Event(), GeneratorService._publish, []

    async def published(*args: Any) -> None:
        said.append(args)
        if len(said) > 1:
            await may_go_on.wait()
        await publish(*args)

    monkeypatch.setattr(GeneratorService, "_publish", published)
    return may_go_on


async def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab, or what `key` says, until something with this name has the focus and shows it."""
    for _ in range(60):
        await page.keyboard.press(key)
        told = await page.evaluate(
            "(({ innerText, labels }) => innerText || labels?.[0]?.innerText || '')(document.activeElement)"
        )
        if " ".join(told.split()).startswith(name):
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert await page.evaluate(outline) != "none", f"{name} does not show that it has the focus"
            return
    pytest.fail(f"{name} is not reached with {key}")
