"""Asking in a browser: with the keyboard, over a reload, without scripts; sources that open; what is stopped."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.conftest import CHROMIUM, REASON, Site

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
    await mark.focus()
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
    assert await page.locator("main img, #source img, main script, #source script").count() == 0
    assert await page.locator("a[href^='javascript']").count() == 0


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
