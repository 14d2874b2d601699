"""Answers as Markdown, parsed by a real CommonMark parser, and as plain text."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from shared.contracts.passages import Origin
from shared.contracts.questions import Citation, Notice, Outcome
from shared.rendering.addresses import official_address
from shared.rendering.markdown import markdown_answer, markdown_sentence
from shared.rendering.parts import Quote, paragraphs_of
from shared.rendering.plain import barred_answer, plain_answer
from shared.rendering.shown import shown_citation
from shared.rendering.sources import provenance, reference

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LAW = "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000045388773"
OURS = "https://vigie.example/v1/passages/"


def cited(quote: str, n: int = 1, **fields: object) -> Citation:
    given = {"title": "Consignes", "scope": "unit:UMR5219", "origin": Origin.UNIT} | fields
    return Citation(n=n, passage=f"p{n}", document=UUID(int=n), quote=quote, url=f"/v1/passages/p{n}", **given)


def quoting(*citations: Citation) -> Outcome:
    sentences = [f"«\u00a0{each.quote}\u00a0» [{each.n}]" for each in citations]
    return Outcome(answer="\n\n".join(sentences), citations=list(citations))


def rendered(outcome: Outcome) -> str:
    return markdown_answer(outcome, "fr", "https://vigie.example").content


def tokens(markdown: str) -> Iterator[Token]:
    for token in PARSER.parse(markdown):
        yield token
        yield from token.children or ()


def words(text: str) -> str:
    """Without white space, and with all quotation marks alike: what must be the same before and after."""
    unseen = r"[\s\u00a0\u202f\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff\x1c-\x1f\x85]"
    return re.sub(unseen, "", re.sub(r"[«»“”]", '"', text))


def shown(markdown: str) -> str:
    return "".join(each.content for each in tokens(markdown) if each.type in {"text", "code_inline"})


def links(markdown: str) -> list[str]:
    return [str(each.attrGet("href")) for each in tokens(markdown) if each.type == "link_open"]


ALLOWED = {
    *("paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close", "inline", "text", "softbreak"),
    *("hardbreak", "code_inline", "link_open", "link_close", "bullet_list_open", "bullet_list_close"),
    *("list_item_open", "list_item_close"),
}

HOSTILE = [
    'Vérifié. ![suivi](http://127.0.0.1/md?d=x) <img src="http://127.0.0.1/h"> [la fiche](javascript:alert(1))',
    "![a][b]\n\n[b]: http://127.0.0.1/p.png",
    '[1]: http://127.0.0.1/ "titre"\n\nVoir [1] et [fiche].',
    "<http://127.0.0.1/auto> <script>alert(1)</script> <!-- rien --> <a href='//x'>ici</a> &#60;b&#62; &lt;b&gt;",
    "Lu. » [1]\n\nSources :\n\n- [1] Code du travail, article R4121-2\n  <https://www.legifrance.gouv.fr/x>\n\n« Fin.",
    "# Titre\n## Autre ##\nSouligné\n===\nEncore\n---\n***\n- - -",
    "- un\n* deux\n+ trois\n1. quatre\n2) cinq\n> six",
    "a | b\n--- | ---\nc | d\n\n| a |\n|:-:|\n| b |",
    "```\ncode\n```\n~~~\nautre\n~~~\n    quatre espaces\n\tune tabulation",
    "*em* _em_ **gras** __gras__ ~~barré~~ `code` nom_de_fichier 2*3*4",
    r"C:\temp\nouveau \[x\](y) \` \\ fin\\"[:-1],
    "fin \\",
    "www.example.com, ftp://example.com/a_b_c, jean.dupont@example.com, example.com/x?y=*z*.",
    "`http://127.0.0.1/` \\http://127.0.0.1/ _http://127.0.0.1/_ <http://127.0.0.1/",
    "<details><summary>x</summary>\n\n<table>\n<tr>",
    "\u202efdp.exe\u202c \x1b[31mrouge\x07",
    '« a » “b” "c" \u2039d\u203a',
    "[x]\n(javascript:alert(1))",
    "[^1]: note\n[ ] tâche [x] faite",
]  # fmt: skip


def assert_inert(outcome: Outcome) -> None:
    markdown = rendered(outcome)
    kinds = {each.type for each in tokens(markdown)}
    assert kinds <= ALLOWED, kinds - ALLOWED
    assert all(link.startswith(OURS) or link == LAW for link in links(markdown)), markdown


@pytest.mark.parametrize("quote", HOSTILE)
def test_s22_what_a_document_says_is_shown_and_does_nothing(quote: str) -> None:
    outcome = quoting(cited(quote))
    assert_inert(outcome)
    markdown = markdown_sentence(outcome.answer, outcome.citations)
    assert links(markdown) == []
    assert words(shown(markdown)) == words(re.sub(r"\x1b\[31m|[\x07\u202a-\u202e]", "", outcome.answer))


@pytest.mark.parametrize("quote", HOSTILE)
def test_s22_no_quote_ends_its_own_quotation(quote: str) -> None:
    other = cited("Le second.", 2)
    outcome = quoting(cited(quote), other)
    top = [each for each in PARSER.parse(rendered(outcome)) if each.level == 0 and each.nesting >= 0]
    kinds = [each.type for each in top]
    assert kinds[:2] == ["blockquote_open", "blockquote_open"]
    assert kinds[2:] == ["paragraph_open", "paragraph_open", "bullet_list_open"], (
        "mode, heading and one list of sources"
    )
    quotes = markdown_sentence(outcome.answer, outcome.citations)
    assert [quotes.count("«"), quotes.count("»")] == [2, 2]
    plain = plain_answer(outcome.answer, outcome.citations)
    assert [plain.count("«"), plain.count("»"), plain.count("\n\n")] == [2, 2, 1]


SIGNS = [*"[]()!<>`*_#-+=|~:&;\\/.\"'«» \n\t1aé@", "http://", "javascript:", "www.", "    "]
MARKUP = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)
TEXTS = st.one_of(MARKUP, st.text(), st.lists(st.sampled_from(HOSTILE)).map("\n".join)).filter(
    lambda text: text.strip()
)


@given(TEXTS)
@example("\\")
@example("a\n    b")
def test_s22_any_quote_is_shown_word_for_word_and_does_nothing(quote: str) -> None:
    quote = re.sub(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", "\n", quote).strip()
    if not words(quote):
        return
    outcome = quoting(cited(quote))
    assert_inert(outcome)
    markdown = markdown_sentence(outcome.answer, outcome.citations)
    assert markdown.startswith("> «")
    assert links(markdown) == []
    assert words(shown(markdown)) == words(outcome.answer)


@given(TEXTS)
def test_s22_any_sentence_of_a_model_does_nothing(text: str) -> None:
    citations = [cited("autre chose")]
    outcome = Outcome(answer=f"{text} [1]{text}", citations=citations, mode="generated", model="m")
    assert_inert(outcome)


@given(TEXTS)
def test_s22_any_title_is_one_line_that_does_nothing(title: str) -> None:
    outcome = quoting(cited("Un.", title=title, sheet=title, cells=title, article=title))
    assert_inert(outcome)
    assert rendered(outcome).count("\n- ") == 1
    assert "\n" not in reference(outcome.citations[0], "fr")


@given(TEXTS)
def test_plain_text_is_rendered_once(quote: str) -> None:
    outcome = quoting(cited(quote))
    plain = plain_answer(outcome.answer, outcome.citations)
    assert plain_answer(plain, outcome.citations) == plain


def test_only_what_markdown_would_act_on_is_escaped() -> None:
    quote = (
        "L'employeur (art. R. 4121-2) met à jour, au moins 1 fois/an, le « DUERP » : 2.5 < 3 & 4 > 3 - soit 80 %.\n"
        "1° Lors de toute décision d'aménagement ;\n\n- à 10 h ; nom_de_fichier.docx ; C\N{DEGREE SIGN}!"
    )
    outcome = quoting(cited(quote))
    assert markdown_sentence(outcome.answer, outcome.citations) == (
        "> «\u00a0L'employeur (art. R. 4121-2) met à jour, au moins 1 fois/an, le “ DUERP ” : "
        "2.5 < 3 & 4 > 3 - soit 80 %.  \n"
        "> 1° Lors de toute décision d'aménagement ;\n"
        ">\n"
        "> \\- à 10 h ; nom_de_fichier.docx ; C\N{DEGREE SIGN}!\u00a0» [1]"
    )


def test_s22_a_hostile_text_reads_so() -> None:
    outcome = quoting(cited(HOSTILE[0]), cited(HOSTILE[4], 2))
    assert markdown_sentence(outcome.answer, outcome.citations) == (
        '> «\u00a0Vérifié. !\\[suivi\\]\\(`http://127.0.0.1/md?d=x`) &lt;img src="`http://127.0.0.1/h`"> '
        "\\[la fiche\\]\\(javascript:alert(1))\u00a0» [1]\n\n"
        "> «\u00a0Lu. ” \\[1\\]\n"
        ">\n"
        "> Sources :\n"
        ">\n"
        "> \\- \\[1\\] Code du travail, article R4121-2  \n"
        "> &lt;`https://www.legifrance.gouv.fr/x`&gt;\n"
        ">\n"
        "> “ Fin.\u00a0» [2]"
    )


def test_s22_a_terminal_shows_a_quote_behind_a_bar() -> None:
    outcome = quoting(cited(HOSTILE[4]))
    assert barred_answer(outcome.answer, outcome.citations) == (
        "│ «\u00a0Lu. ” [1]\n│ Sources :\n│ - [1] Code du travail, article R4121-2\n"
        "│ <https://www.legifrance.gouv.fr/x>\n│ “ Fin.\u00a0» [1]"
    )


def test_sentences_make_up_the_answer() -> None:
    citations = [cited(HOSTILE[4]), cited("Le second.", 2), cited("foo » [2]\n\n« bar", 3)]
    outcome = quoting(*citations)
    parts = [markdown_sentence(f"«\u00a0{each.quote}\u00a0» [{each.n}]", [each]) for each in citations]
    assert rendered(outcome).startswith("\n\n".join(parts) + "\n\n")


def test_a_quote_is_told_by_its_own_marker() -> None:
    longer = cited("Un. » [2]\n\n« Deux.", 3)
    answer = "« Un. » [2]\n\n« Deux. » [4]"
    found = paragraphs_of(answer, [cited("Un.", 2), cited("Deux.", 4), longer])
    assert [part.text for paragraph in found for part in paragraph if isinstance(part, Quote)] == ["Un.", "Deux."]


def test_s22_a_marker_makes_no_link_of_what_a_model_writes_behind_it() -> None:
    for text in ("Lu [1](http://127.0.0.1/).", "[1]: http://127.0.0.1/", "[1]:x", "Lu [1][fiche]"):
        assert_inert(Outcome(answer=text, citations=[cited("Lu")], mode="generated", model="m"))


def test_s22_an_abstention_and_a_notice_do_nothing() -> None:
    notice = Notice(code="backend-down", params={"backend": "![m](http://127.0.0.1/)\n# x"})
    assert_inert(Outcome(answer="Rien sur ![x](http://127.0.0.1/).", abstained=True, notice=notice))


@pytest.mark.parametrize(
    "address",
    [
        "http://www.legifrance.gouv.fr/codes",
        "https://www.legifrance.gouv.fr.example.com/",
        "https://moi@www.legifrance.gouv.fr/",
        "https://www.legifrance.gouv.fr:8443/",
        "https://www.legifrance.gouv.fr\\@example.com/",
        "https://example.com/#www.legifrance.gouv.fr",
        "javascript:alert(1)",
        "https://www.legifrance.gouv.fr/> <http://127.0.0.1/",
        "https://www.legifrance.gouv.fr/\n",
        "https://[www.legifrance.gouv.fr/",
        "//www.legifrance.gouv.fr/",
    ],
)
def test_s22_an_address_of_anybody_else_is_no_link(address: str) -> None:
    assert official_address(address) is None
    citation = cited("Un.", source_url=address)
    assert links(rendered(quoting(citation))) == [f"{OURS}p1"]
    assert shown_citation(citation).source_url is None


def test_an_address_of_a_publisher_is_a_link() -> None:
    citation = cited("Un.", source_url=LAW, origin=Origin.CORPUS, scope="public")
    assert links(rendered(quoting(citation))) == [LAW, f"{OURS}p1"]
    assert shown_citation(citation).source_url == LAW


def test_s23_a_source_says_whose_document_it_is() -> None:
    said = [
        provenance(cited("Un.", scope=scope, origin=origin), "fr")
        for scope, origin in (
            ("public", Origin.CORPUS), ("unit:UMR5219", Origin.UNIT), ("delegation:DR14", Origin.DELEGATION),
            ("public", Origin.UPLOAD), (None, None),
        )
    ]  # fmt: skip
    assert said == [
        "corpus public",
        "document de l'unité UMR5219",
        "document de la délégation DR14",
        "fichier déposé pour tous",
        "provenance non enregistrée",
    ]
    assert "(document de l'unité UMR5219)" in rendered(quoting(cited("Un.")))
    assert "in force" in provenance(cited("Un.", origin=Origin.CORPUS, in_force_from="2008-05-01"), "en")
    assert provenance(cited("Un.", in_force_from="2008-05-01"), "en") == "document of the unit UMR5219"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "page iv (page 6 du fichier)"),
        ("en", "page iv (page 6 of the file)"),
        ("de", "Seite iv (Seite 6 der Datei)"),
    ],
)
def test_a_source_names_the_printed_page_beside_that_of_the_file(language: str, words: str) -> None:
    assert reference(cited("Un.", title="Guide", page=6, page_label="iv"), language) == f"Guide, {words}"
    assert "(" not in reference(cited("Un.", title="Guide", page=6), language)
