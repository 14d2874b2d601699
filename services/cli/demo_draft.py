"""The draft of `vigie demo`: the lines of a clean room that somebody describes and nothing is written of yet."""

from pathlib import Path

from rich.text import Text

from services.cli.context import err, out
from services.cli.demo_duerp import ASSISTANT, DRAFTED, FOLDER, hand_out, say_where
from services.cli.texts import text
from services.standalone.clean_room.workbook import clean_room
from services.standalone.session import Session
from shared.client import UnitDuerp
from shared.http_api.duerp.drafts import DraftView
from shared.http_api.duerp.entries import Entry
from shared.http_api.duerp.lines import Line
from shared.http_api.duerp.unit import Unit, WorkUnit


async def show_drafted(session: Session, data: Path) -> int:
    """Draft the described clean room, and write the DUERP that comes of it into three files below `data`.

    Lines that are there from the same words are not proposed again. Nothing is frozen: nobody has accepted a line.
    """
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    session.issuer.remember(ASSISTANT)
    async with session.client(ASSISTANT) as client:
        duerp = client.duerp(DRAFTED)
        place = await _place(duerp)
        async for item in duerp.drafting(place.id, clean_room()["described"]["text"]):
            if isinstance(item, DraftView) and item.notice:
                err.print(Text(item.notice), style="yellow")
        lines = [each.content async for each in duerp.entries(Line)]
        counts = {"lines": len(lines), "evidence": sum(bool(each.evidence) for each in lines)}
        out.print()
        out.print(Text(text("cli.demo.drafted", unit=DRAFTED, **counts), style="bold"), soft_wrap=True)
        await hand_out(duerp, folder / f"DUERP-{DRAFTED}")
    say_where(DRAFTED)
    return 0


async def _place(duerp: UnitDuerp) -> Entry[WorkUnit]:
    """Return the work unit that is described; it is added the first time, behind what the unit is."""
    if await duerp.described() is None:
        await duerp.describe(Unit.model_validate(clean_room()["described"]["unit"]))
    async for place in duerp.entries(WorkUnit):
        return place
    return await duerp.add(WorkUnit(name=clean_room()["described"]["work_unit"]))
