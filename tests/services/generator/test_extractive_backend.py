from dataclasses import replace

import pytest

from services.generator.answering.extractive_backend import ExtractiveBackend
from services.generator.answering.ports import WritingRequest
from services.generator.answering.quote_selection import QuoteLimits, best_quote
from services.generator.answering.read_question import ReadQuestion
from services.generator.french.terms import stems
from services.generator.grounding.citations import DraftSentence
from services.generator.grounding.sources import Source
from tests.fakes.generator import source

SHORT = QuoteLimits(whole=60, run=90, introduced=160, named=400)
LIST = (
    "La remise est fermée à clé le soir.\n"
    "Avant l'hiver, chacun :\n"
    "1° Vide les tuyaux ;\n"
    "2° Graisse les sécateurs ;\n"
    "3° Rentre les pots.\n"
    "Le printemps revenu, la pompe est remise en marche par une personne formée."
)


def weights(question: str) -> dict[str, float]:
    return dict.fromkeys(stems(question), 1.0)


async def drafts(question: str, *sources: Source, quotes: int = 3) -> list[DraftSentence]:
    backend = ExtractiveBackend(quotes, SHORT)
    return [draft async for draft in backend.write(WritingRequest(ReadQuestion.read(question), "fr", sources))]


def test_a_short_passage_is_quoted_whole() -> None:
    assert best_quote(" Le râteau est propre.\n", weights("râteau"), SHORT) == "Le râteau est propre."


def test_a_long_passage_is_quoted_where_it_answers() -> None:
    quote = best_quote(LIST, weights("Qui remet la pompe en marche ?"), SHORT)
    assert quote == "Le printemps revenu, la pompe est remise en marche par une personne formée."


def test_an_item_comes_with_what_introduces_it_and_with_its_list() -> None:
    quote = best_quote(LIST, weights("Faut-il graisser les sécateurs ?"), SHORT)
    assert quote.startswith("Avant l'hiver, chacun :\n1° Vide")
    assert quote.endswith("3° Rentre les pots.")
    assert quote in LIST


def test_a_heading_that_asks_comes_with_what_answers_it() -> None:
    before = "Ce guide aide à prévenir les risques psychosociaux dans les services. " * 12
    text = f"{before}\n\nQuand mettre à jour le DUERP ?\n\nChaque année au moins, et à chaque aménagement. {before}"
    quote = best_quote(text, weights("Quand mettre à jour le DUERP ?"), QuoteLimits())
    assert quote.startswith("Quand mettre à jour le DUERP ?\n\nChaque année au moins")


def test_a_passage_without_any_boundary_is_cut_between_words() -> None:
    text = "mot " * 200
    quote = best_quote(text, weights("mot"), SHORT)
    assert quote in text
    assert len(quote) <= SHORT.introduced
    assert quote.endswith("mot")


async def test_every_sentence_is_a_quote_with_its_marker() -> None:
    rake, spade = source(0, "Le râteau est propre."), source(1, "La bêche est graissée en mars.")
    found = await drafts("Quand graisser la bêche ?", rake, spade)
    assert {draft.text for draft in found} == {
        "«\u00a0Le râteau est propre.\u00a0» [1]",
        "«\u00a0La bêche est graissée en mars.\u00a0» [2]",
    }
    for draft in found:
        (claim,) = draft.claims
        assert claim.quote is not None
        assert claim.quote in draft.text


async def test_an_article_that_is_asked_for_is_quoted_alone_and_whole() -> None:
    article = source(1, LIST, exact=True, article="R12-3")
    (only,) = await drafts("Que dit l'article R. 12-3 ?", source(0, "La bêche."), article)
    assert only.claims[0].quote == LIST
    more = await drafts("L'article R. 12-3 parle-t-il de la bêche ?", source(0, "La bêche."), article)
    assert [draft.claims[0].passage for draft in more] == [article.passage.id, source(0, "").passage.id]


async def test_a_quote_with_the_rare_word_of_the_question_comes_before_any_without() -> None:
    others = [source(n, f"Valeur limite d'exposition : règle {n} du tableau.") for n in range(3)]
    row = source(3, "Zirconium | 5 mg")
    found = await drafts("Quelle est la valeur limite d'exposition du zirconium ?", *others, row)
    assert found[0].text == "«\u00a0Zirconium | 5 mg\u00a0» [4]"


LIMITS = (
    "Nom | Numéro CAS | Valeur limite | Remarques\n8 h | court terme\nAcétone | 67-64-1 | 1210 | -\n"
    "Plomb métallique et ses composés | - | 0,1 | Limite\nBois (poussières de) | - | 1 | -\n"
    "Monoxyde d'azote | 10102-43-9 | 2,5 | -\nMonoxyde de carbone | 630-08-0 | 23 | -"
)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("VLEP de l'acétone", "Acétone | 67-64-1"),
        ("valeur limite 630-08-0", "Monoxyde de carbone"),
        ("Quelle valeur limite pour le monoxyde de carbone ?", "Monoxyde de carbone"),
        ("VLEP plomb", "Plomb métallique"),
        ("limite pour les poussières de bois", "Bois (poussières de)"),
    ],
)
@pytest.mark.parametrize("before", ["", "Les concentrations ne dépassent pas les valeurs limites suivantes :\n"])
async def test_a_row_of_an_article_s_table_is_quoted_with_its_head(question: str, row: str, before: str) -> None:
    (draft,) = await drafts(question, source(0, before + LIMITS, article="R1"))
    assert draft.claims[0].quote is not None
    assert draft.claims[0].quote.startswith(row)
    assert [claim.quote for claim in draft.claims[1:]] == LIMITS.split("\n")[1::-1]


async def test_a_table_that_is_not_about_the_question_is_quoted_as_text() -> None:
    before = "Les concentrations ne dépassent pas les valeurs limites suivantes :\n"
    (draft,) = await drafts("Quelles concentrations ne pas dépasser ?", source(0, before + LIMITS, article="R1"))
    assert draft.claims[0].quote is not None
    assert draft.claims[0].quote.startswith("Les concentrations")


async def test_the_same_words_are_quoted_once_and_only_so_many() -> None:
    twice = [source(n, "La bêche est  propre." if n else "La bêche est propre.") for n in range(2)]
    assert len(await drafts("bêche", *twice)) == 1
    many = [source(n, f"Outil {word}.") for n, word in enumerate(("rond", "carré", "plat", "long"))]
    assert len(await drafts("outil", *many, quotes=2)) == 2


async def test_of_a_sheet_the_row_that_answers_is_quoted_and_not_its_header() -> None:
    header = "Quantité d'acétone en armoire\n"
    sheet = source(0, f"{header}Acétone | 2 L\nÉthanol | 5 L")
    for repeated in (0, len(header)):
        place = {"rows": (5, 6, 7), "columns": ("B", "C"), "header": len(header), "repeated": repeated}
        placed = replace(sheet, passage=sheet.passage.model_copy(update=place))
        (draft,) = await drafts("Quelle quantité d'acétone en armoire ?", placed)
        assert draft.claims[0].quote == "Acétone | 2 L"


async def test_a_row_is_quoted_with_the_labels_of_its_cells() -> None:
    """`4 | 2 | 8` says nothing to who does not see what is what; a title above the labels is not quoted."""
    header = "Cotation 2026\nRisque | Gravité | Fréquence\nLaboratoire\n"
    sheet = source(0, f"{header}Bruit | 1 | 3\nBrûlure | 4 | 2")
    place = {"rows": (1, 2, 3, 4, 5), "columns": ("A", "B", "C"), "header": len(header)}
    (draft,) = await drafts(
        "Fréquence du risque de brûlure ?", replace(sheet, passage=sheet.passage.model_copy(update=place))
    )
    shown = ["Risque | Gravité | Fréquence", "Laboratoire", "Brûlure | 4 | 2"]
    assert draft.text == " ".join(f"«\u00a0{each}\u00a0»" for each in shown) + " [1]"
    assert [claim.quote for claim in draft.claims] == shown[::-1]


async def test_s23_an_article_is_quoted_from_the_law_first_and_a_unit_s_own_text_beside_it() -> None:
    own = source(0, "La mise à jour est facultative.", exact=True, article="R12-3", scope="unit:A")
    law = source(1, LIST, exact=True, article="R12-3")
    found = await drafts("R. 12-3", own, law)
    assert [draft.claims[0].passage for draft in found] == [law.passage.id, own.passage.id]


async def test_a_heading_is_no_quote() -> None:
    bare, told = source(0, "Les congés payés"), source(1, "Les congés payés durent cinq semaines.")
    bare = replace(bare, passage=bare.passage.model_copy(update={"headings": ("Les congés payés :",)}))
    found = await drafts("Combien durent les congés payés ?", bare, told)
    assert [draft.text for draft in found] == ["«\u00a0Les congés payés durent cinq semaines.\u00a0» [2]"]


async def test_a_passage_that_answers_a_like_question_is_quoted_before_one_that_is_only_alike() -> None:
    alike = source(0, "Le sécateur neuf est rangé.", dense=0.9)
    known = source(1, "La cisaille affûtée est offerte.", dense=0.9)
    sources = [
        replace(each, evidence=each.evidence.model_copy(update={"score": score, "question": question}))
        for each, score, question in ((alike, 0.80, 0.70), (known, 0.79, 0.95), (source(2, "Rien."), 0.1, 0.6))
    ]
    found = await drafts("Mon outil de jardin, qui le paie ?", *sources)
    assert found[0].text.endswith("[2]")


async def test_a_units_passage_is_not_put_behind_the_law_for_want_of_known_questions() -> None:
    own, law = source(0, "Le sécateur du labo se range ici."), source(1, "La cisaille se range fermée.")
    sources = [
        replace(each, evidence=each.evidence.model_copy(update={"score": score, "question": question}))
        for each, score, question in ((own, 0.9, None), (law, 0.4, 0.9))
    ]
    assert (await drafts("Où le ranger ?", *sources))[0].text.endswith("[1]")


async def test_an_article_of_people_who_are_not_named_is_not_quoted_before_one_that_binds_all() -> None:
    models = source(0, "L'agence fournit les chaussures de sécurité au mannequin.", article="R7123-20")
    everybody = source(1, "Les chaussures de sécurité sont fournies par l'employeur.", article="R4323-95")
    first, _ = await drafts("Qui paie les chaussures de sécurité ?", models, everybody)
    assert "l'employeur" in first.text
    first, _ = await drafts("Qui paie les chaussures de sécurité d'un mannequin ?", models, everybody)
    assert "mannequin" in first.text


def guide(ordinal: int, text: str) -> Source:
    told = source(ordinal, text)
    return replace(told, passage=told.passage.model_copy(update={"source_url": "https://travail-emploi.gouv.fr/x"}))


async def test_the_article_that_a_guide_names_stands_beside_it_where_guides_alone_would_be_quoted() -> None:
    sources = [
        guide(0, "Les risques psychosociaux entrent au document unique (article L. 4121-1 du code du travail)."),
        guide(1, "Les risques psychosociaux du document unique viennent de la charge, des conflits et de l'isolement."),
        guide(2, "Document unique et risques psychosociaux : une enquête anonyme aide souvent les équipes."),
        source(3, "Les congés sont pris en mai.", article="L3141-13"),
        source(4, "L'employeur protège des risques la santé de chacun.", article="L4121-1"),
    ]
    found = await drafts("risques psychosociaux, document unique", *sources)
    assert [draft.claims[0].passage for draft in found[:2]] == [sources[0].passage.id, sources[4].passage.id]


async def test_an_article_that_says_nothing_of_the_question_does_not_stand_beside_its_guide() -> None:
    sources = [
        guide(0, "Les risques psychosociaux entrent au document unique (article L. 3141-13)."),
        guide(1, "Les risques psychosociaux du document unique viennent de la charge, des conflits et de l'isolement."),
        guide(2, "Document unique et risques psychosociaux : une enquête anonyme aide souvent les équipes."),
        source(3, "Les congés sont pris en mai.", article="L3141-13"),
    ]
    found = await drafts("risques psychosociaux, document unique", *sources)
    assert sources[3].passage.id not in [draft.claims[0].passage for draft in found]


async def test_the_passage_on_what_is_taken_for_granted_is_the_last_one_that_is_quoted() -> None:
    prize = "Quelle prime pour les sécateurs que je paie ?"
    sources = [
        source(0, "La prime des sécateurs est annuelle."),
        source(1, "Une prime de sécateurs se demande en mai."),
        source(2, "La prime pour sécateurs que chacun reçoit."),
        source(3, "L'outil est fourni gratuitement."),
    ]
    granted = [*sources[:3], replace(sources[3], evidence=sources[3].evidence.model_copy(update={"granted": 1}))]
    assert (await drafts(prize, *sources))[2].claims[0].passage == sources[2].passage.id
    assert (await drafts(prize, *granted))[2].claims[0].passage == sources[3].passage.id
