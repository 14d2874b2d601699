"""The gateway while its disk is short of room (docs/faults.md, row 22)."""

import asyncio
import errno

import pytest
from starlette.datastructures import UploadFile

from shared.contracts.questions import QuestionAsked
from shared.disk.reserve import MEGABYTE
from tests.fakes.shared import FakeDisk
from tests.services.gateway.conftest import ADMIN, Rig


@pytest.fixture
def disk(rig: Rig) -> FakeDisk:
    rig.gateway.disk._disk = found = FakeDisk(2**40)
    return found


async def test_fault_22_nothing_new_is_accepted_and_questions_go_on(rig: Rig, disk: FakeDisk) -> None:
    document = (await rig.upload(ADMIN)).json()["id"]
    disk.free = 500 * MEGABYTE
    refused = await rig.upload(ADMIN, name="more.txt")
    assert (refused.status_code, refused.headers["retry-after"]) == (507, "60")
    problem = refused.json()
    assert (problem["type"], problem["lacking_mb"]) == ("urn:vigie:problem:disk-reserve-reached", 64)
    headers = rig.headers(ADMIN)
    renamed = await rig.http.patch(f"/v1/documents/{document}", headers=headers, json={"title": "Autre"})
    model = await rig.http.post("/v1/embedding", headers=headers, json={"model": "hashing:32"})
    assert renamed.status_code == 507
    assert model.status_code == 507
    asking = asyncio.create_task(
        rig.http.post("/v1/questions", headers=headers, json={"question": "Que faire du radon ?"})
    )
    while not rig.events.of(QuestionAsked):
        assert not asking.done()
        await asyncio.sleep(0)
    asking.cancel()
    ready = await rig.http.get("/readyz")
    assert (ready.status_code, ready.json()["disk"][0]["part"]) == (200, "database")
    short = (await rig.http.get("/v1/status", headers=headers)).json()["disk"]
    assert short[0]["free_mb"] == 500
    assert (await rig.http.delete(f"/v1/documents/{document}", headers=headers)).status_code < 300
    disk.free = 2**40
    assert (await rig.upload(ADMIN, name="more.txt")).status_code == 202
    told = (await rig.http.get("/readyz")).json()
    assert (told["service"], told["status"], "disk" in told) == ("gateway", "ready", False)


async def test_fault_22_a_form_that_the_temporary_disk_cannot_take_is_507(
    rig: Rig, disk: FakeDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_file: UploadFile, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(UploadFile, "write", full)
    assert disk.free
    refused = await rig.upload(ADMIN)
    assert (refused.status_code, refused.json()["type"]) == (507, "urn:vigie:problem:insufficient-storage")
    assert not rig.store.objects
