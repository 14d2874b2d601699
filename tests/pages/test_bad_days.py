"""What goes wrong around a page: services that stop, networks that drop, sessions that end, what cannot be sent."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.standalone.local_issuer import LocalIssuer
from services.standalone.pages import link, pages
from services.standalone.settings import StandaloneSettings
from tests.pages.conftest import CHROMIUM, REASON, Site
from tests.support.tcp_ports import claimed_ports
from tests.support.weak_link import WeakLink

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

QUESTION = "Quels gants porter pour l'azote liquide ?"
WORDS = "Le fluide « azote »\u00a0: quels gants\u202f?"


class Weak:
    """Pages whose way to the gateway a test weakens, and which it stops and starts."""

    def __init__(self, site: Site, gateway: WeakLink, port: int) -> None:
        self.site = site
        self.gateway = gateway
        self.address = f"http://127.0.0.1:{port}"
        self._settings = StandaloneSettings(data=site.stack.data, pages_port=port)

    def serving(self) -> AbstractAsyncContextManager[str]:
        """The service of the pages, for as long as this lasts."""
        return pages(self._settings, self.gateway.address, LocalIssuer(self.site.stack.data / "keys"))

    async def visit(self) -> Page:
        page = await self.site.stranger()
        page.__dict__["troubles"].clear()
        await page.goto(link(self.address, self.site.stack.data))
        return page


@asynccontextmanager
async def weak(site: Site) -> AsyncIterator[Weak]:
    """Pages of their own, on a known port; what fails in them for a while is looked at, and is no trouble."""
    known, site.address = site.address, "http://127.0.0.1:"
    try:
        async with WeakLink(site.stack.url).running() as gateway:
            yield Weak(site, gateway, claimed_ports())
    finally:
        site.address = known
        for context in site.contexts:
            await context.close()
        site.contexts.clear()


async def ask(page: Page, question: str = QUESTION) -> None:
    await page.get_by_label("Votre question").fill(question)
    await page.get_by_role("button", name="Demander").click()


async def test_a_service_that_stops_in_the_middle_of_an_answer_loses_none_of_it(
    site: Site, answers: asyncio.Event
) -> None:
    async with weak(site) as there:
        async with there.serving():
            page = await there.visit()
            await ask(page)
            await expect(page.locator(".answer.open")).to_contain_text("gants cryogéniques")
        answers.set()
        async with there.serving():
            await expect(page.locator(".answer.answered")).to_contain_text("gants cryogéniques")
            assert await page.locator(".answer q").filter(has_text="gants cryogéniques").count() == 1
            assert await page.locator(".answer.open").count() == 0


async def test_a_network_that_drops_in_the_middle_of_an_answer_is_made_up_for(
    site: Site, answers: asyncio.Event
) -> None:
    async with weak(site) as there, there.serving():
        page = await there.visit()
        await ask(page)
        await expect(page.locator(".answer.open")).to_contain_text("gants cryogéniques")
        await page.context.set_offline(True)
        there.gateway.cut()
        answers.set()
        await page.context.set_offline(False)
        await expect(page.locator(".answer.answered")).to_contain_text("gants cryogéniques")


async def test_a_gateway_that_says_too_much_or_nothing_is_told_in_words_and_the_question_stays(site: Site) -> None:
    problem = {
        "type": "urn:vigie:problem:too-many-requests",
        "title": "Trop",
        "status": 429,
        "detail": "Attendez un peu.",
    }
    body = json.dumps(problem).encode()
    head = b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/problem+json\r\nretry-after: 60\r\n"
    refusal = head + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    async with weak(site) as there, there.serving():
        page = await there.visit()
        there.gateway.refusals[b"POST /v1/questions"] = refusal
        await ask(page)
        await expect(page.get_by_role("alert")).to_have_text("Attendez un peu.")
        await expect(page.get_by_label("Votre question")).to_have_value(QUESTION)
        there.gateway.refusals[b"POST /v1/questions"] = b""
        await page.get_by_role("button", name="Demander").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("ne répond pas")
        there.gateway.refusals.clear()
        await page.get_by_role("link", name="Réessayer").click()
        await expect(page.get_by_label("Votre question")).to_have_value(QUESTION)
        await page.get_by_role("button", name="Demander").click()
        await expect(page.locator(".answer.answered")).to_contain_text("gants cryogéniques")


@pytest.mark.parametrize(
    ("path", "field", "button"),
    [("/", "Votre question", "Demander"), ("/documents", "Titre", "Enregistrer")],
    ids=["question", "document"],
)
async def test_what_is_typed_when_the_session_ends_is_there_after_signing_in_again(
    site: Site, path: str, field: str, button: str
) -> None:
    page = await site.visit(base_url=site.address)
    await page.goto(path)
    if path == "/documents":
        await page.get_by_role("link", name="azote.md").click()
        await page.get_by_text("Modifier le titre").click()
    form = page.url
    await page.get_by_label(field, exact=True).fill(WORDS)
    await page.context.clear_cookies(name="vigie-session")
    await page.context.clear_cookies(name="__Host-vigie-session")
    await page.get_by_role("button", name=button).click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    code = link(site.address, site.stack.data).partition("code=")[2]
    await page.get_by_label("Code").fill(code)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(form)
    await expect(page.get_by_label(field, exact=True)).to_have_value(WORDS)
    await page.reload()
    await expect(page.get_by_label(field, exact=True)).to_have_value(WORDS)


async def test_two_tabs_have_their_own_words_and_one_conversation(site: Site) -> None:
    page = await site.visit(base_url=site.address)
    await ask(page)
    await expect(page.locator(".answer.answered")).to_have_count(1)
    other = await page.context.new_page()
    other.__dict__["troubles"] = []
    await other.goto(page.url)
    await page.get_by_label("Votre question").fill("Et une visière ?")
    await expect(other.get_by_label("Votre question")).to_have_value("")
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator("article.turn")).to_have_count(2)
    await other.get_by_label("Votre question").fill("Et un tablier ?")
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await other.get_by_role("button", name="Demander").click()
    await expect(other).to_have_url(re.compile("/sign-in"))
    assert other.__dict__["troubles"] == []


async def test_a_question_of_5000_characters_from_word_is_refused_in_words_and_stays_whole(site: Site) -> None:
    page = await site.visit(base_url=site.address)
    pasted = ("“Azote”\u00a0: quels gants\u202f? l\u2019opérateur\u2011type\u00ad — 1°\t" * 150)[:5_000].strip()
    await ask(page, pasted)
    await expect(page.get_by_role("alert")).to_contain_text(re.compile("4.?000"))
    await expect(page.get_by_label("Votre question")).to_have_value(pasted)
    await ask(page, pasted[:900])
    await expect(page.locator(".turn")).to_be_visible()


async def test_files_that_cannot_be_taken_are_told_one_by_one_and_the_others_are(site: Site, tmp_path: Path) -> None:
    huge, empty = tmp_path / "enorme.pdf", tmp_path / "vide.txt"
    with huge.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    empty.write_bytes(b"")
    hostile = tmp_path / "<img src=x onerror=alert(1)>\u202etxt.md"
    tagged = tmp_path / "<img src=x onerror=alert(1)> étuve.md"
    for each in (hostile, tagged):
        each.write_text("# Étuve\n\nL'étuve se vérifie chaque automne.", encoding="utf-8")
    page = await site.visit(base_url=site.address)
    await page.goto("/documents")
    await page.get_by_label("Fichiers").set_input_files([huge, empty, hostile, tagged])
    await page.get_by_role("button", name="Envoyer").click()
    told = page.locator(".uploads li")
    await expect(told.filter(has_text="enorme.pdf")).to_contain_text("Plus de 100 Mo")
    await expect(told.filter(has_text="vide.txt")).to_contain_text("vide")
    await expect(told.nth(2)).to_contain_text("sans caractère de contrôle")
    await expect(told.nth(3)).to_contain_text("Reçu")
    assert await page.locator(".uploads img").count() == 0
    taken = page.locator("#documents tr", has_text="<img src=x onerror=alert(1)>")
    await expect(taken).to_contain_text("Trouvable")
    await taken.get_by_role("link").click()
    await expect(page.locator(".passages")).to_contain_text("chaque automne")
    assert await page.locator("main img").count() == 0
    page.__dict__["troubles"][:] = [each for each in troubles(page) if "422 of" not in each]


async def test_without_scripts_files_are_sent_a_document_is_edited_and_a_withdrawal_undone(
    site: Site, tmp_path: Path
) -> None:
    note = tmp_path / "hotte.md"
    note.write_text("# Hotte\n\nLa hotte se contrôle tous les ans.", encoding="utf-8")
    page = await site.visit(base_url=site.address, java_script_enabled=False)
    await page.goto("/documents")
    await page.get_by_label("Fichiers").set_input_files(note)
    await page.get_by_role("button", name="Envoyer").click()
    await page.get_by_role("link", name="hotte.md").click()
    await page.get_by_text("Retirer ce document").click()
    await page.get_by_role("button", name="Retirer", exact=True).click()
    await page.get_by_role("button", name="Annuler le retrait hotte.md").click()
    await expect(page.get_by_text("Retiré dans quelques secondes")).to_have_count(0)
    await page.get_by_role("link", name="hotte.md").click()
    await page.get_by_text("Modifier le titre").click()
    await page.get_by_label("Titre", exact=True).fill("La hotte du labo")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("heading", name="La hotte du labo")).to_be_visible()


async def test_a_withdrawal_is_undone_and_one_that_is_not_is_gone(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "fiches"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        (folder / name / "note.md").write_text(f"# Note {name}\n\nLe produit {name} se range à part.", encoding="utf-8")
    page = await site.visit(base_url=site.address)
    await page.goto("/documents")
    await page.get_by_label("Ou un dossier entier").set_input_files(folder)
    await page.get_by_role("button", name="Envoyer").click()
    rows = page.get_by_role("row", name="note.md")
    await expect(rows).to_have_count(2)
    await expect(rows.filter(has_text="Trouvable")).to_have_count(2)
    await rows.first.get_by_role("link").click()
    await page.get_by_text("Retirer ce document").click()
    await page.get_by_role("button", name="Retirer", exact=True).click()
    await page.get_by_role("button", name="Annuler le retrait").click()
    await expect(rows.filter(has_text="Trouvable")).to_have_count(2)
    await rows.first.get_by_role("link").click()
    await page.get_by_text("Retirer ce document").click()
    await page.get_by_role("button", name="Retirer", exact=True).click()
    await expect(page.get_by_text("Retiré dans quelques secondes")).to_be_visible()
    await expect(rows).to_have_count(1, timeout=60_000)


def troubles(page: Page) -> list[str]:
    found: list[str] = page.__dict__["troubles"]
    return found
