"""The clean room's DUERP of `vigie demo`, on one stack that runs beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.demo_duerp import ASSISTANT, UNIT, say_opening, show_duerp
from services.standalone.clean_room.workbook import clean_room, workbook
from services.standalone.duerp_import import preview
from services.standalone.local_issuer import LocalIssuer
from services.standalone.session import Session
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.programme import Action
from tests.support.up import Up

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    stack = Up(tmp_path_factory.mktemp("demo") / "data")
    stack.start()
    yield stack
    stack.kill()


async def test_the_demo_takes_over_a_clean_room_freezes_it_once_and_hands_it_out(
    up: Up, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(up.url, up.issuer, "fr", own_stack=False)
    assert [await show_duerp(session, up.data) for _ in range(2)] == [0, 0]
    async with session.client(ASSISTANT) as client:
        duerp = client.duerp(UNIT)
        lines = [line.content async for line in duerp.entries(Line)]
        actions = [action.content async for action in duerp.entries(Action)]
        versions = [version.sequence async for version in duerp.versions()]
        assert (await duerp.verify()).intact
    assert versions == [1]
    assert {line.family for line in lines} >= {
        "chemical_general", "cryogenics_gases_anoxia", "optical_laser", "pressure_equipment",
        "work_organisation_time", "vulnerable_workers",
    }  # fmt: skip
    levels = {row[2]: row[8] for row in clean_room()["risks"]["rows"] if row[8]}
    assert {line.hazard: str(line.residual.score) for line in lines if line.residual} == levels
    assert len(actions) == 3
    assert all(action.lines for action in actions)
    printed = capsys.readouterr().out
    for ending in ("xlsx", "docx", "pdf"):
        file = up.data / "demo" / f"DUERP-{UNIT}-v1.{ending}"
        assert file.stat().st_size > 5_000
        assert str(file) in printed


def test_the_demo_ends_with_a_link_to_its_duerp_as_who_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issuer, link = LocalIssuer(tmp_path), f"http://127.0.0.1:8090/sign-in?code={'c' * 60}"
    say_opening(Session("http://x", issuer, "fr", own_stack=True, link=link))
    keeper, asking = capsys.readouterr().out.splitlines()
    assert keeper.endswith(f" {link}&name={ASSISTANT.user}&to=%2Fduerp%2F{UNIT}"), "whole, on one line"
    assert asking.endswith(" http://127.0.0.1:8090/")
    say_opening(Session("http://x", issuer, "fr", own_stack=True))
    assert capsys.readouterr().out == "", "no pages, no link"


async def test_what_the_demo_hands_out_can_be_taken_over_again(up: Up) -> None:
    await show_duerp(Session(up.url, up.issuer, "fr", own_stack=False), up.data)
    found = await preview(up.data / "demo" / f"DUERP-{UNIT}-v1.xlsx")
    assert len(found["exact"]["entries"]) > len(found["lines"]) == 8
    assert found["report"] == []


async def test_the_workbook_is_understood_but_for_the_reason_that_nobody_wrote(tmp_path: Path) -> None:
    file = tmp_path / clean_room()["file_name"]
    file.write_bytes(workbook())
    found = await preview(file)
    assert [finding["code"] for finding in found["report"]] == ["not_concerned"]
