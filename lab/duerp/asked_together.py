"""Requests on many lines at once."""

from collections.abc import Iterator, Mapping
from itertools import count

import httpx

from lab.duerp.asked import ROOT, Asked, Json
from shared.http_api.duerp.together import MOST_AT_ONCE


class TogetherRequests:
    """Accepts, shares and copies; they come last, since they add lines."""

    def __init__(self, http: httpx.AsyncClient, entries: Mapping[str, list[Json]]) -> None:
        self._http = http
        self._line = entries["lines"][0]
        self._work_units = entries["work-units"]
        self._numbers = count(1)
        self._named: list[Json] = []

    def all(self) -> Iterator[Asked]:
        """Generate the requests."""
        yield Asked(f"POST /together of {MOST_AT_ONCE} lines", "POST /together", self._together, self._read_lines)
        yield Asked("POST /share of 3 lines", "POST /share", self._share, self._add_three)
        route = "POST /work-units/{entry_id}/duplicate"
        yield Asked(route, route, self._duplicate)

    async def _read_lines(self) -> None:
        found = (await self._http.get(f"{ROOT}/lines", params={"limit": MOST_AT_ONCE})).json()["entries"]
        self._named = [{"id": each["id"], "revision": each["revision"]} for each in found]

    async def _together(self) -> httpx.Response:
        what = "accept" if next(self._numbers) % 2 else "propose"
        return await self._http.post(f"{ROOT}/together", json={"what": what, "lines": self._named})

    async def _add_three(self) -> None:
        number, self._named = next(self._numbers), []
        for each in self._work_units[:3]:
            said = {"work_unit": each["id"], "hazard": f"Danger commun {number}"}
            found = await self._http.post(f"{ROOT}/lines", json=self._line["content"] | said)
            self._named.append({"id": found.json()["id"], "revision": found.json()["revision"]})

    async def _share(self) -> httpx.Response:
        return await self._http.post(f"{ROOT}/share", json={"lines": self._named})

    async def _duplicate(self) -> httpx.Response:
        copied = f"{ROOT}/work-units/{self._work_units[0]['id']}/duplicate"
        return await self._http.post(copied, json={"name": f"Copie {next(self._numbers)}"})
