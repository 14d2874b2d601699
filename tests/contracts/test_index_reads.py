"""The index is read in one place, and the libraries that could read it are imported in adapters alone (S9)."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from services.retriever.ports import PassageReader

ROOT = Path(__file__).parents[2]
RETRIEVER = ROOT / "services/retriever"
READS = {name for name in vars(PassageReader) if not name.startswith("_")}
ENGINE_READS = {
    "count", "facet", "query", "query_batch", "query_batch_points", "query_points", "query_points_groups", "retrieve",
    "scroll", "search", "search_matrix_offsets", "search_matrix_pairs", "snapshot_manifest", "create_snapshot",
}  # fmt: skip


@cache
def texts(folder: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}


def files_that_name(words: Iterable[str], folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Parse the files in which one of the words stands at all: to parse every one takes seconds."""
    named = re.compile("|".join(map(re.escape, words)))
    return ((path, ast.parse(text)) for path, text in texts(folder).items() if named.search(text))


def called(tree: ast.AST) -> set[str]:
    return {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def imported(tree: ast.AST) -> set[str]:
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}


def test_s9_only_the_scoped_index_reads_the_index() -> None:
    assert {"query"} == READS
    readers = {path for folder in ("services", "shared") for path, tree in files_that_name(READS, ROOT / folder)
               if called(tree) & READS}  # fmt: skip
    assert readers == {RETRIEVER / "scoped_index.py"}


def test_s9_only_the_adapters_import_an_index_engine() -> None:
    engines = ("qdrant_edge", "qdrant_client")
    importers = {path.parent for path, tree in files_that_name(engines, ROOT / "services")
                 if any(name.split(".")[0] in engines for name in imported(tree))}  # fmt: skip
    assert importers == {RETRIEVER / "adapters"}


def test_s9_in_an_adapter_only_the_probe_brings_passages_back() -> None:
    """What else reads there sees a head, a model, a number, or the ids that a change is about.

    Or it hands points on to the index's next files and to nobody else.
    """
    allowed = {
        "qdrant_edge.py": {"_query": "query_batch"},
        "edge_shard.py": {"read_head": "retrieve", "put": "count", "select": "scroll", "outdated": "scroll"},
        "edge_rewriting.py": {"copy_some": "scroll"},
        "qdrant.py": {
            "query": "query_batch_points",
            "head": "retrieve",
            "_known_models": "retrieve",
            "finding": "retrieve",
            "outdated": "scroll",
            "stage": "count",
        },
    }
    for path, tree in files_that_name(ENGINE_READS, RETRIEVER / "adapters"):
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        reads = {(function.name, name) for function in functions for name in called(function) & ENGINE_READS}
        assert reads == set(allowed.get(path.name, {}).items()), path.name
