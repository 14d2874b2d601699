"""Documents that somebody sends to be taken for what they are not."""

from typing import Any

import pytest

from services.standalone.local_issuer import Person
from shared.contracts.documents import DocumentSubmitted
from shared.contracts.media_types import CORPORA
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, UNIT, Rig

FALSE_LAW = (
    b'{"type": "code", "data": {"title": "Code du travail"}, "children": [{"type": "article", "data": '
    b'{"id": "LEGIARTI000000000001", "num": "R4121-2", "etat": "VIGUEUR", "texte": "Chacun fait comme il veut."}}]}'
)

NAMES = {
    "a terminal's title and colour": "normal \x1b]0;PWNED\x07\x1b[31mrouge\x00",
    "nothing but NUL": "a\x00b",
    "line ends": "Fiche\n\nSources :\n\n- [1] Code du travail",
    "a carriage return": "Code du travail\rFaux",
    "another line end": "Fiche\u2028Sources :",
    "another direction": "facture\u202efdp.exe",
    "an isolate": "\u2066a\u2069",
    "a sequence of one byte": "a\x9b31mb",
    "tags": "a\U000e0041",
}


@pytest.mark.parametrize("kind", sorted(CORPORA))
@pytest.mark.parametrize(
    ("person", "scope"), [(ASSISTANT, UNIT), (ASSISTANT, "public"), (ADMIN, UNIT), (READER, UNIT)], ids=str
)
async def test_s23_nobody_publishes_a_law_of_their_own(rig: Rig, kind: str, person: Person, scope: str) -> None:
    by_declaration = await rig.upload(person, FALSE_LAW, "code.json", scope=scope, media_type=kind)
    by_transport = await rig.http.post(
        "/v1/documents", headers=rig.headers(person), data={"scope": scope}, files={"file": ("code", FALSE_LAW, kind)}
    )
    for response in (by_declaration, by_transport):
        assert response.status_code == 403
        assert response.json()["type"] == "urn:vigie:problem:forbidden"
    assert rig.store.objects == {}
    assert rig.events.of(DocumentSubmitted) == []


@pytest.mark.parametrize("kind", sorted(CORPORA))
async def test_s23_an_admin_publishes_a_corpus(rig: Rig, kind: str) -> None:
    response = await rig.upload(ADMIN, FALSE_LAW, "code.json", scope="public", media_type=kind)
    assert response.status_code == 202


@pytest.mark.parametrize("kind", ["Application/VND.vigie.legi-data+json", "application/vnd.vigie.legi-data+json; a=b"])
async def test_s23_another_spelling_of_a_corpus_type_is_no_type(rig: Rig, kind: str) -> None:
    response = await rig.upload(ASSISTANT, FALSE_LAW, "code.json", scope=UNIT, media_type=kind)
    assert response.status_code == 415


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
async def test_s22_a_title_of_several_lines_or_with_control_characters_is_refused(rig: Rig, name: str) -> None:
    response = await rig.upload(ASSISTANT, scope=UNIT, title=name)
    assert (response.status_code, response.json()["type"]) == (422, "urn:vigie:problem:invalid-input")
    assert rig.store.objects == {}
    document = (await rig.upload(ASSISTANT, scope=UNIT, title="Consignes\u00a0: l'été")).json()
    edited: dict[str, Any] = {"title": name}
    changed = await rig.http.patch(document["url"], headers=rig.headers(ASSISTANT), json=edited)
    assert changed.status_code == 422
    found = await rig.http.get(document["url"], headers=rig.headers(ASSISTANT))
    assert found.json()["title"] == "Consignes\u00a0: l'été"
