"""Requests of the yearly update, its programme and its figures."""

from collections.abc import Iterator, Mapping
from itertools import count

import httpx

from lab.duerp.asked import ROOT, Asked, Json
from lab.duerp.filled import DELEGATION, YEAR
from shared.http_api.duerp.figures import FigureName

_ANSWERED = 50


class Yearly:
    """What the year asks: its cycle, answers, reminders, programme, figures, and a delegation's statistics."""

    def __init__(self, http: httpx.AsyncClient, entries: Mapping[str, list[Json]]) -> None:
        self._http = http
        self._lines = entries["lines"]
        self._years = count(YEAR + 1)
        self._answers: Json = {}

    def all(self) -> Iterator[Asked]:
        """Generate the requests."""
        yield Asked("POST /year", "POST /year", self._opened)
        yield self._read("/year", f"?year={YEAR}&limit=50")
        yield Asked(f"POST /year/answers of {_ANSWERED} lines", "POST /year/answers", self._answered, self._to_answer)
        yield self._read("/reminders")
        yield self._read("/programme", f"?year={YEAR}")
        yield self._read("/figures")
        for name in FigureName:
            yield self._read("/figures/{figure}.svg", figure=name.value)
        route = "GET /v1/duerp-statistics/{delegation}"
        yield Asked(route, route, lambda: self._http.get(f"/v1/duerp-statistics/{DELEGATION}"))

    def _read(self, path: str, query: str = "", figure: str = "") -> Asked:
        url = f"{ROOT}{path.format(figure=figure)}{query}"
        return Asked(f"GET {path} {figure}".strip(), f"GET {path}", lambda: self._http.get(url))

    async def _opened(self) -> httpx.Response:
        return await self._http.post(f"{ROOT}/year", json={"year": next(self._years)})

    async def _to_answer(self) -> None:
        found = (await self._http.get(f"{ROOT}/year?year={YEAR}&everything=true&limit={_ANSWERED}")).json()
        answers = [{"id": each["line"], "revision": each["revision"], "answer": "yes"} for each in found["asked"]]
        self._answers = {"year": YEAR, "answers": answers}

    async def _answered(self) -> httpx.Response:
        return await self._http.post(f"{ROOT}/year/answers", json=self._answers)
