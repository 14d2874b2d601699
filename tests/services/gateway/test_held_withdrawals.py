"""A withdrawal that is held back can be taken back until it is due, and is then as any other (ADR 54)."""

from datetime import timedelta

from sqlmodel import select

from services.gateway.database.tables import DocumentRow
from shared.contracts.documents import DocumentWithdrawn
from tests.services.gateway.conftest import ASSISTANT, READER, STRANGER, Json, Rig
from tests.services.gateway.test_documents import indexed
from tests.services.gateway.test_withdrawals import SECRET, on_the_disk, receipts, sent


async def held(rig: Rig, document: Json, grace_s: int = 10) -> Json:
    response = await rig.http.delete(document["url"], params={"grace_s": grace_s}, headers=rig.headers(ASSISTANT))
    assert response.status_code == 202
    found: Json = response.json()
    return found


async def time_passes(rig: Rig) -> None:
    """What is held back was asked for an hour ago."""
    async with rig.gateway.database.writing() as session:
        for row in (await session.exec(select(DocumentRow))).all():
            row.withdraws_at = row.withdraws_at and row.withdraws_at - timedelta(hours=1)
            session.add(row)


async def shown(rig: Rig, document: Json) -> Json:
    found: Json = (await rig.http.get(document["url"], headers=rig.headers(ASSISTANT))).json()
    return found


async def test_until_it_is_due_a_document_is_as_it_was_and_can_be_kept(rig: Rig) -> None:
    document = await sent(rig)
    await rig.reported(indexed(document))
    told = await held(rig, document)
    assert (told["state"], told["withdraws_at"] is not None) == ("indexed", True)
    assert (await held(rig, document, 3600))["withdraws_at"] == (await shown(rig, document))["withdraws_at"]
    await rig.work_once()
    assert (await shown(rig, document))["state"] == "indexed"
    kept = await rig.http.post(f"{document['url']}/keep", headers=rig.headers(ASSISTANT))
    assert (kept.status_code, kept.json()["withdraws_at"]) == (200, None)
    await time_passes(rig)
    await rig.work_once()
    assert (await shown(rig, document))["state"] == "indexed"
    assert await receipts(rig) == []


async def test_s13_once_due_it_is_withdrawn_in_the_name_of_who_asked_and_leaves_no_word(rig: Rig) -> None:
    document = await sent(rig)
    await rig.reported(indexed(document))
    await held(rig, document)
    await time_passes(rig)
    await rig.work_once()
    gone = await shown(rig, document)
    assert (gone["state"], gone["withdraws_at"], gone["title"]) == ("withdrawn", None, "")
    (receipt,) = await receipts(rig)
    assert receipt.withdrawn_by == ASSISTANT.user
    assert len(rig.events.of(DocumentWithdrawn)) == 1
    await rig.work_once()
    assert len(await receipts(rig)) == 1
    assert SECRET.encode() not in on_the_disk(rig)
    assert (await rig.http.post(f"{document['url']}/keep", headers=rig.headers(ASSISTANT))).status_code == 404


async def test_who_sends_or_changes_a_document_keeps_it(rig: Rig) -> None:
    document = await sent(rig)
    await rig.reported(indexed(document))
    await held(rig, document)
    await sent(rig, b"Other words.")
    assert (await shown(rig, document))["withdraws_at"] is None


async def test_who_may_not_withdraw_neither_holds_back_nor_keeps(rig: Rig) -> None:
    document = await sent(rig)
    await held(rig, document)
    for person, refused in ((READER, {403, 404}), (STRANGER, {404})):
        options: Json = {"headers": rig.headers(person)}
        assert (await rig.http.delete(document["url"], params={"grace_s": 1}, **options)).status_code in refused
        assert (await rig.http.post(f"{document['url']}/keep", **options)).status_code in refused
    assert (await shown(rig, document))["withdraws_at"] is not None
