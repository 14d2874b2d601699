"""Asking in a browser: with the keyboard, over a reload, without scripts; sources that open; what is stopped."""

import asyncio
import re
from io import BytesIO

import pytest
from docx import Document
from openpyxl import Workbook
from playwright.async_api import Page, expect

from tests.e2e.conftest import ended
from tests.pages.conftest import CHROMIUM, REASON, Site, tab_to

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

QUESTION = "Quels gants porter pour l'azote liquide ?"
CONVERSATION = re.compile(r"/conversations/[0-9a-f-]{36}")


async def test_a_question_is_asked_and_its_source_opened_with_the_keyboard_alone(site: Site) -> None:
    page = await site.visit()
    await expect(page.get_by_label("Votre question")).to_be_focused()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(CONVERSATION)
    mark = page.locator(".answer.answered a.mark").first
    await expect(mark).to_be_visible()
    await expect(page.get_by_text("gants cryogéniques").first).to_be_visible()
    for name in ("Reposer la question", "Document Word", "Copier", "Sources", "Comment Vigie répond", "Source 1"):
        await tab_to(page, name, "Shift+Tab")
    await expect(mark).to_be_focused()
    await page.keyboard.press("Enter")
    source = page.get_by_role("complementary", name="Source ouverte")
    await expect(source.get_by_role("heading", name="azote.md")).to_be_focused()
    await expect(source.locator("mark")).to_contain_text("gants cryogéniques")
    await page.keyboard.press("Escape")
    await expect(mark).to_be_focused()
    await expect(source.locator(".passage")).to_have_count(0)


async def test_shift_and_enter_begin_a_new_line(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type("Quels gants")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("porter ?")
    await expect(page.get_by_label("Votre question")).to_have_value("Quels gants\nporter ?")


async def test_what_is_typed_stays_over_a_reload_until_it_is_sent(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.reload()
    await expect(page.get_by_label("Votre question")).to_have_value(QUESTION)
    await page.get_by_role("button", name="Demander").click()
    await expect(page).to_have_url(CONVERSATION)
    await page.goto(f"{site.address}/")
    await expect(page.get_by_label("Votre question")).to_have_value("")


async def test_an_answer_is_whole_after_a_reload_and_under_its_own_address(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(CONVERSATION)
    await page.reload()
    await expect(page.locator(".answer.answered q").first).to_contain_text("gants cryogéniques")
    await page.get_by_role("link", name="Nouvelle question").click()
    await page.get_by_role("link", name=QUESTION).first.click()
    await expect(page.locator(".answer.answered q").first).to_contain_text("gants cryogéniques")
    await page.go_back()
    await expect(page.get_by_role("heading", name="Que voulez-vous savoir")).to_be_visible()


async def test_a_reload_in_the_middle_shows_each_sentence_once_and_goes_on(site: Site, answers: asyncio.Event) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.open")).to_contain_text("gants cryogéniques")
    await page.reload()
    written = page.locator(".answer.open q").filter(has_text="gants cryogéniques")
    await expect(written).to_have_count(1)
    answers.set()
    await expect(page.locator(".answer.answered q").filter(has_text="gants cryogéniques")).to_have_count(1)


async def test_an_answer_is_stopped_and_what_was_written_stays(site: Site, answers: asyncio.Event) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.open")).to_contain_text("gants cryogéniques")
    await page.get_by_role("button", name="Arrêter").click()
    await expect(page.locator(".answer.cancelled")).to_contain_text("gants cryogéniques")
    await expect(page.get_by_role("button", name="Arrêter")).to_have_count(0)
    assert await site.findings(page) == []
    answers.set()
    await page.get_by_role("button", name="Reposer la question").click()
    await expect(page.locator(".answer.answered")).to_contain_text("gants cryogéniques")
    await expect(page.locator("article.turn")).to_have_count(2)


async def test_a_follow_up_tells_what_was_searched_in_its_place(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type("Quelle est la valeur limite d'exposition professionnelle du benzène ?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.open")).to_have_count(0)
    await page.get_by_label("Votre question").fill("Et celle du plomb ?")
    await page.get_by_role("button", name="Demander").click()
    turn = page.get_by_role("article", name="Et celle du plomb")
    await expect(turn.get_by_text("Recherché")).to_contain_text("valeur limite d'exposition professionnelle du plomb")


async def test_a_cited_row_of_a_sheet_is_marked_in_its_table(site: Site) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (
        ("Produit", "Emplacement", "Quantité"),
        ("Éthanol", "Armoire ventilée A", "5 L"),
        ("Réactif zibeline", "Armoire forte du couloir nord", "2 flacons"),
    ):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    async with site.stack.client() as client:
        await ended(client, await client.submit("registre.xlsx", file.getvalue()))
    page = await site.visit()
    await page.keyboard.type("Où se trouve le réactif zibeline ?")
    await page.keyboard.press("Enter")
    await page.locator(".answer.answered", has_text="zibeline").locator("a.mark").first.click()
    table = page.get_by_role("complementary", name="Source ouverte").get_by_role("table")
    cited = table.get_by_role("row", name="(ligne citée)")
    await expect(cited).to_have_count(1)
    await expect(cited.get_by_role("rowheader")).to_contain_text("3")
    await expect(cited.get_by_role("cell").nth(1)).to_have_text("Armoire forte du couloir nord")
    await expect(table.get_by_role("columnheader", name="B", exact=True)).to_be_visible()
    assert await site.findings(page) == []


async def test_a_conversation_is_renamed_found_and_deleted(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type("Quelle visière pour l'azote liquide ?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.answered")).to_be_visible()
    await page.get_by_role("main").get_by_text("Renommer").click()
    await page.get_by_label("Nom de la conversation").fill("Le froid du sous-sol")
    await page.get_by_role("main").get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("heading", name="Le froid du sous-sol", level=1)).to_be_visible()
    await page.get_by_role("navigation", name="Conversations").get_by_role("searchbox").fill("quelle visière")
    await page.keyboard.press("Enter")
    found = page.get_by_role("main").get_by_role("listitem")
    await expect(found).to_have_count(1)
    await expect(found.get_by_role("link")).to_have_text("Le froid du sous-sol")
    await found.get_by_text("Supprimer", exact=False).first.click()
    await found.get_by_role("button", name="Supprimer la conversation").click()
    await expect(page.get_by_role("link", name="Le froid du sous-sol")).to_have_count(0)
    await page.go_back()
    await page.reload()
    await expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(0)


async def test_a_question_is_edited_judged_and_taken_away_as_a_word_document(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.answered")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Document Word").click()
    words = "\n".join(each.text for each in Document(str(await (await download.value).path())).paragraphs)
    assert QUESTION in words
    assert "gants cryogéniques" in words
    await page.get_by_text("Non…").click()
    await page.get_by_label("Ce qui ne va pas").select_option("incomplete")
    await page.get_by_label("En un mot").fill("Et la visière ?")
    await page.get_by_role("button", name="Envoyer cet avis").click()
    await expect(page.get_by_role("status").filter(has_text="elle ne vous a pas aidé")).to_be_visible()
    await expect(page.get_by_label("Ce qui ne va pas")).to_have_value("incomplete")
    await page.get_by_role("button", name="Oui", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="elle vous a aidé")).to_be_visible()
    await page.get_by_role("link", name="Modifier la question").click()
    field = page.get_by_label("Votre question")
    await expect(field).to_have_value(QUESTION)
    await field.fill("Quels gants et quelle visière porter pour l'azote liquide ?")
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator(".answer.answered")).to_have_count(2)


async def test_a_conversation_goes_on_and_a_question_is_forgotten(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.answered")).to_have_count(1)
    await page.get_by_label("Votre question").fill("Et une visière ?")
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator("article.turn")).to_have_count(2)
    await expect(page.locator(".answer.open")).to_have_count(0)
    await page.get_by_role("button", name="Supprimer cette question").first.click()
    await expect(page.locator("article.turn")).to_have_count(1)


async def test_without_scripts_a_question_is_answered_by_pages_that_come(site: Site) -> None:
    page = await site.visit(java_script_enabled=False)
    await page.get_by_label("Votre question").fill(QUESTION)
    await page.get_by_role("button", name="Demander").click()
    await expect(page.locator(".answer.answered q").first).to_contain_text("gants cryogéniques")
    await page.locator("a.mark").first.click()
    await expect(page.locator("mark")).to_contain_text("gants cryogéniques")
    await page.go_back()
    await expect(page.locator(".answer.answered")).to_have_count(1)


async def test_a_double_click_is_one_question(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.get_by_role("button", name="Demander").dblclick()
    await expect(page.locator(".answer.answered")).to_have_count(1)
    await expect(page.locator("article.turn")).to_have_count(1)


async def test_s22_what_a_document_says_runs_and_loads_nothing(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type("Où ranger le solvant zéphyr ?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.answered")).to_contain_text("onerror=alert(2)")
    await page.locator("a.mark").first.click()
    await expect(page.locator("#source .passage")).to_be_visible()
    await still(page)
    await page.get_by_role("link", name="Tout le document").click()
    await expect(page.locator(".passages")).to_contain_text("onerror=alert(2)")
    await still(page)


async def still(page: Page) -> None:
    """What a document says is words on the page, and nothing else."""
    active = "main :is(img, svg, script, iframe), #source :is(img, svg, script, iframe)"
    assert await page.locator(active).count() == 0
    assert await page.locator("a:is([href^='javascript'], [href^='data'])").count() == 0


async def test_a_session_that_has_ended_leads_back_to_where_one_was(site: Site) -> None:
    page = await site.visit()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer.answered")).to_be_visible()
    address = page.url
    await page.get_by_role("button", name="Se déconnecter").click()
    await expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    await page.goto(address)
    await expect(page).to_have_url(re.compile(r"/sign-in\?to=%2Fconversations"))
