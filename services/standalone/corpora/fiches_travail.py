"""The ministry of labour's guides, from the npm package @socialgouv/fiches-travail-data."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from services.standalone.corpora import CorpusDocument
from shared.errors import UnknownCorpusLayout, place_of
from shared.references import canonical_article

PACKAGE = "@socialgouv/fiches-travail-data"
FILE = "data/fiches-travail.json"
FILES = (FILE,)

_MEDIA_TYPE = "application/vnd.vigie.fiche-travail+json"
_HEALTH_AND_SAFETY = re.compile(r"[LRD]4\d{3}")
"""Numbers of the code's fourth part."""


class _Article(msgspec.Struct, frozen=True):
    number: str = msgspec.field(name="fmt", default="")


class _Reference(msgspec.Struct, frozen=True):
    articles: list[_Article] = []


class _GuideSection(msgspec.Struct, frozen=True):
    references: dict[str, _Reference] = {}


class _Guide(msgspec.Struct, frozen=True):
    """Of a guide, what tells whether it is wanted and what it is called."""

    title: str
    url: str
    sections: list[_GuideSection]


def documents(folder: Path, *, health_and_safety: bool = False) -> Iterator[CorpusDocument]:
    """One document per guide. Guides that the package lists twice, under two ids, come once.

    Args:
        folder: the unpacked package (npm.fetch_package).
        health_and_safety: only the guides of which at least half of the cited articles are in the fourth part of the
            labour code: the package has no theme by which to choose.

    Raises:
        UnknownCorpusLayout: the file is missing or has another shape.
    """
    path = folder / FILE
    if not path.is_file():
        raise UnknownCorpusLayout(reason="missing-file", package=PACKAGE, file=FILE)
    try:
        guides = [
            (raw, msgspec.json.decode(raw, type=_Guide))
            for raw in msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
        ]
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=place_of(error)) from error
    seen: set[str] = set()
    for raw, guide in guides:
        slug = _slug(guide.url)
        if slug in seen or (health_and_safety and not _is_health_and_safety(guide)):
            continue
        seen.add(slug)
        title = " ".join(guide.title.split())
        yield CorpusDocument(f"fiches-travail/{slug}", title, f"{slug}.json", _MEDIA_TYPE, bytes(raw))


def _is_health_and_safety(guide: _Guide) -> bool:
    cited = [
        canonical_article(article.number)
        for section in guide.sections
        for reference in section.references.values()
        for article in reference.articles
    ]
    within = sum(1 for number in cited if _HEALTH_AND_SAFETY.match(number))
    return bool(cited) and within * 2 >= len(cited)


def _slug(url: str) -> str:
    """The last part of the guide's address, which the ministry keeps when it rewrites the guide."""
    slug = re.sub(r"[^a-z0-9-]+", "-", urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()).strip("-")
    if not slug:
        raise UnknownCorpusLayout(reason="json", package=PACKAGE, detail=f"url {url[:100]}")
    return slug
