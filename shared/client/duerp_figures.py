"""The routes of one unit's programme and figures."""

from shared.client.routes import Routes, segment
from shared.client.transport import Transport
from shared.http_api.duerp.figures import FigureName, Figures
from shared.http_api.duerp.yearly_programme import Programme


class UnitFigures(Routes):
    """A unit's DUERP as its director reads it: the programme of a year, and figures."""

    def __init__(self, transport: Transport, unit: str) -> None:
        super().__init__(transport)
        self._url = f"/v1/duerp/{segment(unit)}"

    async def programme(self, year: int | None = None) -> Programme:
        """The programme of a year, this one where none is named."""
        params = {"year": year} if year else {}
        return await self._model(Programme, "GET", f"{self._url}/programme", params=params)

    async def all(self) -> Figures:
        """All figures, as tables."""
        return await self._model(Figures, "GET", f"{self._url}/figures")

    async def picture(self, figure: FigureName) -> bytes:
        """A figure as SVG."""
        return (await self._transport.send("GET", f"{self._url}/figures/{figure.value}.svg")).content
