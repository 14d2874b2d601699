"""Fakes of ingest's ports, and small corpora of our own texts in the layouts of the real ones."""

import asyncio
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from services.ingest.article_questions import by_article
from services.ingest.chunking import STRATEGIES
from services.ingest.duerp_files import Previewer
from services.ingest.duerp_preview import PreviewRequest, preview_file
from services.ingest.extraction import extract
from services.ingest.parsers import FORMATS
from services.ingest.parsers.ocr import Grey, Tesseract
from services.ingest.parsers.ocr_budget import OcrBudget, ocr_budget
from services.ingest.ports import ArticleQuestions, Extraction, ExtractionRequest, Extractor, KnownQuestions
from shared.contracts.object_layout import BATCH
from shared.contracts.remarks import bounded

OPEN_END = 32472144000000


def milliseconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


def article(number: str, html: str | None = "<p>Un texte.</p>", **fields: Any) -> dict[str, Any]:
    """An article's node, in force since 2022-03-31 unless `fields` say otherwise."""
    identifier = f"LEGIARTI{zlib.crc32(number.encode()):012d}"
    data = {
        "id": identifier,
        "cid": identifier,
        "num": number,
        "etat": "VIGUEUR",
        "dateDebut": milliseconds("2022-03-31"),
        "dateFin": OPEN_END,
        "texte": "Le texte sur une ligne.",
        "texteHtml": html,
        "nota": "",
        "articleVersions": [],
    }
    return {"type": "article", "data": {**data, **fields}}


def section(title: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "data": {"title": title, "cid": "LEGISCTA", "intOrdre": 1}, "children": list(children)}


def code(*children: dict[str, Any]) -> bytes:
    data = {"title": "Code  du travail ", "dateDebutVersion": "2026-03-27", "id": "LEGITEXT"}
    return json.dumps({"type": "code", "data": data, "children": list(children)}, ensure_ascii=False).encode()


def guide(title: str, *sections: dict[str, Any], slug: str = "un-guide", intro: str = "") -> dict[str, Any]:
    return {
        "date": "01/01/2026",
        "description": "",
        "intro": intro,
        "pubId": f"article-{slug}",
        "sections": list(sections),
        "title": title,
        "url": f"https://exemple.gouv.fr/{slug}",
    }


def guide_section(title: str, html: str, *articles: str, anchor: str = "") -> dict[str, Any]:
    cited = {"LEGITEXT": {"articles": [{"fmt": number} for number in articles], "name": "code"}} if articles else {}
    return {"anchor": anchor, "description": "", "html": html, "references": cited, "text": "", "title": title}


class InProcessExtractor:
    """Extracts documents in this process (port: services.ingest.ports.Extractor)."""

    async def extract(self, request: ExtractionRequest, source: bytes) -> Extraction:
        found = await asyncio.to_thread(
            extract, request, source, formats=FORMATS, strategies=STRATEGIES, max_text=50_000_000, budget=None
        )
        document, chunks = found.document, found.chunks
        return Extraction(
            document.title,
            document.language,
            len(chunks),
            [document.text.encode()],
            lambda number: [found.text_of(chunk) for chunk in chunks[number * BATCH : (number + 1) * BATCH]],
            bounded(document.remarks),
        )


class InProcessPreviewer:
    """Understands files of DUERPs in this process (port: services.ingest.duerp_files.Previewer)."""

    async def preview(self, request: PreviewRequest, source: bytes) -> str:
        return await asyncio.to_thread(preview_file, request, source)


class FakeQuestions:
    """Knows the questions that it is given (port: services.ingest.ports.KnownQuestions)."""

    def __init__(self, *known: ArticleQuestions) -> None:
        self._known = known

    def load(self) -> Mapping[str, Sequence[ArticleQuestions]]:
        return by_article(self._known)


class Pages:
    """A clock that only pages move: each takes the next of `seconds`, further ones the last."""

    def __init__(self, *seconds: float) -> None:
        self.now = 1000.0
        self._seconds = [*reversed(seconds)]

    def __call__(self) -> float:
        return self.now

    def turn(self) -> None:
        self.now += self._seconds.pop() if len(self._seconds) > 1 else self._seconds[0]


class FakeRecogniser(Tesseract):
    """Returns the same lines for every image, in the time of `pages`, within a budget; records the images."""

    def __init__(
        self, lines: Sequence[str] = ("Texte reconnu.",), *, installed: bool = True, pages: Pages | None = None
    ) -> None:
        self.seen: list[Grey] = []
        self._lines = list(lines)
        self._pages = pages or Pages(0)
        self._budget = OcrBudget(clock=self._pages)
        self.languages = "fra" if installed else ""

    def require(self) -> None:
        with ocr_budget(self._budget):
            super().require()

    def read(self, images: Iterable[Grey], pages: Sequence[int], *, needed: bool = True) -> list[list[str]]:
        with ocr_budget(self._budget):
            return super().read(images, pages, needed=needed)

    def lines(self, image: Grey, seconds: float) -> list[str]:
        self.seen.append(image)
        self._pages.turn()
        return self._lines


if TYPE_CHECKING:  # a port that gains a method fails here
    _ports: tuple[type[Extractor], type[KnownQuestions], type[Previewer]] = (
        InProcessExtractor,
        FakeQuestions,
        InProcessPreviewer,
    )
