"""What the pages of a DUERP ask the gateway for: all entries of a kind, their names, what a unit is called."""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from typing import TypeVar

from services.web.conflicts import as_read, watched
from services.web.duerp.entries import Names, name_of
from services.web.duerp.forms import Shape
from shared.client import Problem, UnitDuerp
from shared.http_api.duerp.entries import Entry, EntryQuery
from shared.http_api.duerp.fields import Content
from shared.http_api.duerp.lines import Line, SharedLine, Statement
from shared.http_api.duerp.scales import Scale
from shared.http_api.duerp.unit import Element, WorkUnit

C = TypeVar("C", bound=Content)

_NOT_FOUND = 404
_PAGE = 1000
_REFERRED: dict[Shape, tuple[type[Content], ...]] = {
    Shape.WORK_UNITS: (WorkUnit,),
    Shape.ELEMENT: (Element,),
    Shape.ELEMENTS: (Element,),
    Shape.LINES: (Line, SharedLine),
}


async def all_of(duerp: UnitDuerp, content: type[C], query: EntryQuery | None = None) -> list[Entry[C]]:
    """Return the entries with this kind of content, oldest first."""
    query = (query or EntryQuery()).model_copy(update={"limit": _PAGE})
    async with aclosing(duerp.entries(content, query)) as entries:
        return [each async for each in entries]


async def names_of(duerp: UnitDuerp, shapes: Iterable[Shape]) -> Names:
    """Return the names of the entries that fields of these shapes refer to."""
    wanted = [shape for shape in _REFERRED if shape in set(shapes)]
    return dict(zip(wanted, await asyncio.gather(*(_names(duerp, shape) for shape in wanted)), strict=True))


async def unit_name(duerp: UnitDuerp, unit: str) -> str:
    """The unit's own name; its code where nobody has described it yet."""
    try:
        return (await duerp.description()).content.name
    except Problem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return unit


async def _names(duerp: UnitDuerp, shape: Shape) -> dict[str, str]:
    found = await asyncio.gather(*(all_of(duerp, content) for content in _REFERRED[shape]))
    return {str(each.id): name_of(each.content) for entries in found for each in entries}


async def keep_statement(duerp: UnitDuerp, said: Statement, revision: int) -> None:
    """Say something of a family in a work unit.

    Args:
        revision: of what was said before when a person read it; 0: nothing.

    Raises:
        ChangedMeanwhile: somebody else has said something by now.
    """
    here = EntryQuery(work_unit=said.work_unit, family=said.family)
    known = next(iter(await all_of(duerp, Statement, here)), None)
    read = as_read(known, revision)
    if read is None:
        await duerp.add(said)
        return
    async with watched(lambda: duerp.find(Statement, read.id)):
        await duerp.replace(read, said)


async def scale_of(duerp: UnitDuerp) -> Entry[Scale] | None:
    """Return the scale that the unit rates on; None where none was chosen yet."""
    description = await duerp.described()
    chosen = description.content.scale if description else None
    return await duerp.find(Scale, chosen) if chosen else None
