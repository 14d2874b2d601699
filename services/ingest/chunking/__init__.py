"""Chunking strategies by name; shared/contracts/chunking.py has their parameters."""

from collections.abc import Mapping

from services.ingest.chunking.by_article import ByArticle
from services.ingest.chunking.by_heading import ByHeading
from services.ingest.chunking.by_rows import ByRows
from services.ingest.chunking.by_windows import BySentences, ByTokens
from services.ingest.ports import Chunker

STRATEGIES: Mapping[str, Chunker] = {
    "article": ByArticle(),
    "heading": ByHeading(),
    "rows": ByRows(),
    "sentences": BySentences(),
    "tokens": ByTokens(),
}
