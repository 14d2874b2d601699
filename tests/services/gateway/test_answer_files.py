"""Answers as files: all of an answer, its sources and how it was made; nothing of others, and nothing that acts."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from docx import Document

from shared.contracts.passages import Origin
from shared.contracts.questions import Citation, Outcome
from shared.language.catalogue import LANGUAGES
from tests.services.gateway.conftest import READER, STRANGER, Rig

HOSTILE = "Quand\x1b[31m agir ?\n# <img src=x> [ici](javascript:alert(1)) \u202e"
CITED = Citation(
    n=1, passage=f"{uuid4()}.0", document=uuid4(), title="Code du travail", article="R4121-2", quote="chaque année",
    url="/v1/passages/x", scope="public", origin=Origin.CORPUS,
    source_url="https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000045680938",
)  # fmt: skip
ANSWER = Outcome(
    answer="«\u00a0chaque année\u00a0» [1]\n\nIl le met à jour\x00. [1]", citations=[CITED], mode="generated",
    backend="maison", model="qwen", removed=2,
)  # fmt: skip


async def answered(rig: Rig, outcome: Outcome, question: str = "Quand agir ?") -> UUID:
    response = await rig.http.post(
        "/v1/questions",
        json={"question": question},
        headers=rig.headers(READER) | {"prefer": "respond-async"},
    )
    identity = UUID(response.json()["id"])
    await rig.ends.finish(identity, outcome)
    return identity


async def file_of(rig: Rig, question: UUID, kind: str, person: Any = READER, language: str = "fr") -> httpx.Response:
    headers = rig.headers(person) | {"accept-language": language}
    return await rig.http.get(f"/v1/questions/{question}/export", params={"format": kind}, headers=headers)


def words_of(file: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(file)).paragraphs)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["md", "docx"])
async def test_a_file_has_question_answer_sources_and_who_wrote(rig: Rig, kind: str, language: str) -> None:
    response = await file_of(rig, await answered(rig, ANSWER), kind, language=language)
    words = response.text if kind == "md" else words_of(response.content)
    for told in ("Quand agir", "chaque année", "Il le met à jour", "R4121-2", "legifrance.gouv.fr", "qwen", "[1]"):
        assert told in words.replace("\\", ""), told
    assert "/v1/passages" not in words, "an address that opens nothing for who is handed the file"
    assert f".{kind}" in response.headers["content-disposition"]


@pytest.mark.parametrize("kind", ["md", "docx"])
async def test_s22_what_others_wrote_does_nothing_in_a_file(rig: Rig, kind: str) -> None:
    cited = CITED.model_copy(update={"title": HOSTILE, "quote": HOSTILE, "source_url": "javascript:alert(1)"})
    outcome = ANSWER.model_copy(update={"answer": f"«\u00a0{HOSTILE}\u00a0» [1]", "citations": [cited]})
    response = await file_of(rig, await answered(rig, outcome), kind)
    words = response.text if kind == "md" else words_of(response.content)
    for forbidden in ("\x1b", "\u202e", *(["\n# <img", "](javascript"] if kind == "md" else [])):
        assert forbidden not in words


async def test_nobody_else_has_it_and_what_is_not_answered_is_no_file(rig: Rig) -> None:
    question = await answered(rig, ANSWER)
    assert (await file_of(rig, question, "docx", STRANGER)).status_code == 404
    assert (await file_of(rig, question, "exe")).status_code == 422
    asked = await rig.http.post(
        "/v1/questions", json={"question": "Qui agit ?"}, headers=rig.headers(READER) | {"prefer": "respond-async"}
    )
    assert (await file_of(rig, UUID(asked.json()["id"]), "md")).status_code == 404


@pytest.mark.parametrize("kind", ["md", "docx"])
async def test_s22_what_no_file_can_hold_is_replaced_in_every_part(rig: Rig, kind: str) -> None:
    """In question, answer, quote, title and who wrote: one of them as it stands, and there would be no file."""
    odd = "a\ufffeb\uffffc\x0bd\ufdd0"
    cited = CITED.model_copy(update={"title": odd, "quote": odd, "headings": (odd,)})
    answer = f"«\u00a0{odd}\u00a0» [1]\n\n{odd}. [1]"
    outcome = ANSWER.model_copy(update={"answer": answer, "citations": [cited], "model": odd})
    response = await file_of(rig, await answered(rig, outcome), kind)
    assert response.status_code == 200, response.text
    assert "\ufffe" not in (response.text if kind == "md" else words_of(response.content))
