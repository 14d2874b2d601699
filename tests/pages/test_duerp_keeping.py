"""Keeping a DUERP in a browser: rating in words, a line in its row with the keyboard alone, many at once, actions."""

import re
from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from services.standalone.local_issuer import LocalIssuer
from services.standalone.pages import link
from tests.pages.conftest import CHROMIUM, REASON, Site, tab_to
from tests.pages.example_unit import CODE, KEEPER, ExampleUnit, example_unit
from tests.pages.test_duerp import as_person
from tests.pages.test_duerp_for_the_council import looked_at

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(not CHROMIUM, reason=REASON),
]

LISTED: tuple[Literal["link"], Literal["cell"]] = ("link", "cell")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def unit(running: Site) -> AsyncIterator[ExampleUnit]:
    LocalIssuer(running.stack.data / "keys").remember(KEEPER)
    yield await example_unit(running.stack)


async def lines(site: Site, query: str = "") -> Page:
    return await as_person(site, KEEPER, f"/duerp/{CODE}/lines{query}")


async def test_a_line_is_edited_in_its_row_with_the_keyboard_alone(site: Site, unit: ExampleUnit) -> None:
    page = await lines(site, "?search=fraiseuse")
    await tab_to(page, "Modifier Bruit de la fraiseuse")
    await page.keyboard.press("Enter")
    hazard = page.get_by_label("Danger", exact=True).first
    await expect(hazard).to_be_focused()
    assert await site.findings(page) == []
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("Une heure par jour, casque à disposition")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    row = page.get_by_role("row", name="Bruit de la fraiseuse")
    await expect(row).to_contain_text("Une heure par jour")
    await expect(row.get_by_role("link", name="Modifier")).to_be_focused()
    await page.reload()
    await expect(page.get_by_role("row", name="Bruit de la fraiseuse")).to_contain_text("Une heure par jour")


async def test_a_line_is_rated_in_words_and_no_answer_is_given_for_anybody(site: Site, unit: ExampleUnit) -> None:
    page = await lines(site, "?search=armoire électrique")
    await page.get_by_role("link", name="Armoire électrique", exact=True).click()
    rating = page.get_by_role("group", name="Risque résiduel")
    for axis in ("Gravité", "Fréquence", "Maîtrise"):
        await expect(rating.get_by_label(axis)).to_have_value("")
    await rating.get_by_label("Gravité").select_option("4")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("alert")).to_contain_text("demande une réponse à chaque question")
    await expect(rating.get_by_label("Gravité")).to_have_value("4")
    await rating.get_by_label("Fréquence").select_option("4")
    await rating.get_by_label("Maîtrise").select_option("4")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("Enregistré.")).to_be_visible()
    await expect(rating).to_contain_text("critique")


async def sent_after_the_session(site: Site, page: Page, button: str) -> None:
    """Send a form on a session that has ended, sign in again as the same person, and come back to its page."""
    address = page.url
    await page.context.clear_cookies()
    await page.get_by_role("button", name=button).first.click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.goto(link(site.address, site.stack.data))
    await page.goto(f"{site.address}/people")
    await page.get_by_role("button", name=KEEPER.user).click()
    await expect(page.get_by_role("link", name=KEEPER.user)).to_be_visible()
    await page.goto(address)


async def test_what_is_chosen_and_dated_outlives_the_session_and_is_forgotten_once_it_has_arrived(
    site: Site, unit: ExampleUnit
) -> None:
    page = await as_person(site, KEEPER, unit.line)
    element = page.get_by_role("checkbox", name="Salle B12")
    family = page.get_by_label("Famille de risque")
    rating = page.get_by_role("group", name="Risque résiduel").get_by_label("Maîtrise")
    before = await rating.input_value()
    await element.check()
    await family.select_option("heat_cold")
    await rating.select_option("")
    await sent_after_the_session(site, page, "Enregistrer")
    await expect(element).to_be_checked()
    await expect(family).to_have_value("heat_cold")
    await expect(rating).to_have_value("")
    await rating.select_option(before)
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("Enregistré.")).to_be_visible()
    assert [key for key in await page.evaluate("Object.keys(sessionStorage)") if key.startswith("typed-")] == []
    await page.get_by_role("link", name="Modifier les mesures existantes").click()
    checked = page.get_by_role("group", name="Consigne affichée").get_by_label("Vérifiée le")
    await checked.fill("2026-10-02")
    await sent_after_the_session(site, page, "Enregistrer")
    await expect(checked).to_have_value("2026-10-02")


async def test_answers_of_the_year_and_ticks_of_the_table_outlive_the_session(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, f"{unit.home}/year?everything=true")
    answer = page.get_by_role("group", name="Benzène").get_by_role("radio").last
    await answer.check()
    await sent_after_the_session(site, page, "Envoyer")
    await expect(answer).to_be_checked()
    await page.goto(f"{site.address}{unit.home}/lines")
    tick = page.get_by_role("checkbox", name="Choisir").first
    await tick.check()
    await page.reload()
    await expect(tick).not_to_be_checked()
    await tick.check()
    await sent_after_the_session(site, page, "Accepter")
    await expect(tick).to_be_checked()
    await page.reload()
    await expect(tick).not_to_be_checked()


async def test_many_are_accepted_at_once(site: Site, unit: ExampleUnit) -> None:
    page = await lines(site, "?state=proposed")
    boxes = page.get_by_role("checkbox", name="Choisir")
    count = await boxes.count()
    assert count >= 1
    for at in range(count):
        await boxes.nth(at).check()
    await page.get_by_role("button", name="Accepter").click()
    await page.goto(f"{site.address}/duerp/{CODE}/lines?state=proposed")
    await expect(page.get_by_role("checkbox", name="Choisir")).to_have_count(0)


async def test_lines_that_units_share_stand_in_the_table(site: Site, unit: ExampleUnit) -> None:
    page = await lines(site, "?search=incendie escalier")
    row = page.get_by_role("row", name="Évacuation par un seul escalier")
    await expect(row).to_contain_text("Toutes")
    await row.get_by_role("link", name="Incendie").click()
    await expect(page.get_by_role("heading", name="Incendie", level=1)).to_be_visible()


async def test_an_action_is_begun_at_its_line_and_closed_with_a_reason(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, unit.line)
    await page.get_by_role("link", name="Nouvelle action").click()
    await expect(page.get_by_role("checkbox", name="Azote liquide")).to_be_checked()
    await page.get_by_role("textbox", name="Quoi (à remplir)").fill("Former au remplissage")
    await page.get_by_role("button", name="Ajouter").click()
    await expect(page).to_have_url(re.compile("/actions/new"))
    await page.get_by_label("Avancement").select_option(label="prévue")
    await page.get_by_role("button", name="Ajouter").click()
    await page.get_by_role("link", name="Former au remplissage").click()
    await page.get_by_label("Pourquoi fermer").fill("Formation faite le 3 novembre")
    await page.get_by_role("button", name="Fermer\u00a0: réalisée").click()
    await expect(page.get_by_text("Formation faite le 3 novembre")).to_be_visible()
    assert await site.findings(page) == []


async def test_measures_are_rows_and_people_are_counted_by_status(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, unit.line)
    await page.get_by_role("link", name="Modifier les mesures existantes").click()
    kept = page.get_by_role("group", name="Consigne affichée")
    await expect(kept.get_by_label("Vérifiée le")).to_have_value("2026-09-01")
    new = page.get_by_role("group", name="Nouvelle mesure (2)")
    await new.get_by_label("Mesure", exact=True).fill("Détecteur d'oxygène à demeure")
    await new.get_by_label("Principe de prévention").select_option("8")
    await new.get_by_label("Preuve").fill("Registre de la salle B12")
    interns = page.get_by_role("group", name="stagiaires")
    await interns.get_by_label("Femmes").fill("deux")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(interns.get_by_label("Femmes")).to_have_value("deux")
    await looked_at(site, page, "measures")
    await interns.get_by_label("Femmes").fill("6")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_text("Enregistré.")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Détecteur d'oxygène à demeure")).to_contain_text(
        "Registre de la salle B12"
    )
    assert await site.findings(page) == []


async def test_the_employers_decide_what_the_programme_is(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, f"{unit.home}/description")
    await page.get_by_role("link", name="Employeurs, sites, instances et fonctions").click()
    employer = page.get_by_role("group", name="Nouvel employeur (1)")
    await employer.get_by_label("Nom").fill("CNRS")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("alert")).to_contain_text("un employeur un régime")
    employer = page.get_by_role("group", name="CNRS")
    await employer.get_by_label("Régime").select_option("public")
    await employer.get_by_label("Cinquante personnes").select_option("yes")
    await page.get_by_role("group", name="Nouvelle instance (1)").get_by_label("Nom").fill("F3SCT")
    await looked_at(site, page, "parties")
    await page.get_by_role("button", name="Enregistrer").click()
    await page.get_by_role("link", name="Employeurs, sites, instances et fonctions").click()
    await expect(page.get_by_role("group", name="F3SCT")).to_be_visible()
    await page.goto(f"{site.address}{unit.home}/programme")
    await expect(page.get_by_role("heading", level=1)).not_to_contain_text("selon que")


async def test_a_family_is_assessed_without_risk_with_its_reason(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, f"{unit.work_unit}/families")
    row = page.get_by_role("row", name="Bruit")
    await row.get_by_label("Raison").fill("Pas de machine dans cette salle")
    await row.get_by_role("button", name="Évaluée, sans risque").click()
    await expect(page.get_by_role("row", name="Bruit")).to_contain_text("Pas de machine dans cette salle")
    await expect(page.get_by_role("row", name="Bruit")).to_contain_text("Évaluée sans risque")


async def test_without_scripts_a_form_that_is_sent_twice_adds_and_freezes_once(site: Site, unit: ExampleUnit) -> None:
    page = await site.visit(java_script_enabled=False)
    await page.goto(f"{site.address}/people")
    await page.get_by_role("button", name=KEEPER.user).click()
    home = unit.home
    for path, field, words, button, listed, name in (
        (home, "Nouvelle unité de travail", "Serre du toit", "Ajouter", home, "Serre du toit"),
        (f"{home}/lines", "Danger", "Marche branlante", "Ajouter", f"{home}/lines", "Marche branlante"),
        (f"{home}/freeze", "Titre de la version", "Deux clics", "Figer une version", home, "3. Deux clics"),
    ):
        await page.goto(f"{site.address}{path}")
        await page.get_by_label(field, exact=True).fill(words)
        form = page.locator("form", has=page.get_by_label(field, exact=True))
        fields = await form.evaluate("form => Object.fromEntries(new FormData(form))")
        target = f"{site.address}{await form.get_attribute('action')}"
        first = await page.request.post(target, form=fields, max_redirects=0)
        assert first.status == 303, "a click whose answer nobody waits for"
        await form.get_by_role("button", name=button).click()
        await page.goto(f"{site.address}{listed}")
        link, cell = (page.get_by_role(role, name=name, exact=True) for role in LISTED)
        await expect(link.or_(cell)).to_have_count(1)


async def test_without_scripts_a_line_is_edited_on_a_page_of_its_own(site: Site, unit: ExampleUnit) -> None:
    page = await site.visit(java_script_enabled=False)
    await page.goto(f"{site.address}/people")
    await page.get_by_role("button", name=KEEPER.user).click()
    await page.goto(f"{site.address}/duerp/{CODE}/lines?search=benzène")
    await page.get_by_role("link", name="Modifier").click()
    await page.get_by_label("Situation").fill("Pesée sous sorbonne")
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.get_by_role("row", name="Benzène")).to_contain_text("Pesée sous sorbonne")


async def test_no_name_of_a_level_is_cut_in_the_picture_of_figures_or_runs_into_the_next(
    site: Site, unit: ExampleUnit
) -> None:
    page = await as_person(site, KEEPER, f"/duerp/{CODE}/figures")
    heads = page.locator("svg.matrix > text[text-anchor=middle]:not(.count)")
    boxes = [box for each in await heads.all() if (box := await each.bounding_box())]
    picture = await page.locator("svg.matrix").bounding_box()
    assert picture is not None
    assert len(boxes) > 2
    ends = [box["x"] + box["width"] for box in boxes]
    assert all(end < box["x"] for end, box in zip(ends, boxes[1:], strict=False))
    assert ends[-1] <= picture["x"] + picture["width"]


async def test_a_field_is_as_high_as_the_button_beside_it(site: Site, unit: ExampleUnit) -> None:
    page = await as_person(site, KEEPER, f"/duerp/{CODE}")
    for form in await page.locator("form.filter").all():
        field = await form.locator("input:not([type=hidden])").bounding_box()
        button = await form.locator("button").bounding_box()
        assert field is not None
        assert button is not None
        assert abs(field["height"] - button["height"]) < 1
