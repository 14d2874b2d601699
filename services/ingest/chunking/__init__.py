"""The strategies that a document may be cut by, by name."""

from collections.abc import Mapping

from services.ingest.chunking.by_article import ByArticle
from services.ingest.chunking.by_heading import ByHeading
from services.ingest.ports import Chunker

STRATEGIES: Mapping[str, Chunker] = {"article": ByArticle(), "heading": ByHeading()}
