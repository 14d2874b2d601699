"""No words of another library's error reach a failure, an event or the log: they may be a person's (S16)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import shared.errors
from shared.errors import VigieError

ROOT = Path(shared.errors.__file__).parents[1]
OWN = frozenset(
    name for name, each in vars(shared.errors).items() if isinstance(each, type) and issubclass(each, VigieError)
) | {"Problem"}
"""Errors of our tree, and problems that the gateway tells of them, say what catalogues say: their words may be told."""

LOGGED = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
WORDS_OF = frozenset({"str", "repr", "format", "ascii"})
WORDS = frozenset(
    {"args", "message", "msg", "strerror", "detail", "doc", "object", "errors", "orig", "output", "stderr", "body"}
)
"""Attributes of errors that hold words."""


def foreign_words(source: str) -> Iterator[int]:
    """Yield the lines in which a caught error of somebody else's is told in a failure or in the log."""
    for handler in ast.walk(ast.parse(source)):
        if isinstance(handler, ast.ExceptHandler) and handler.name and not _is_own(handler.type):
            for call in (each for step in handler.body for each in ast.walk(step) if isinstance(each, ast.Call)):
                yield from _told(call, handler.name)


def _told(call: ast.Call, error: str) -> Iterator[int]:
    arguments = [*call.args, *(each.value for each in call.keywords)]
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    is_logged = isinstance(call.func, ast.Attribute) and called in LOGGED
    if is_logged and any(isinstance(each, ast.Name) and each.id == error for each in arguments):
        yield call.lineno
    if is_logged or called[:1].isupper():
        for each in arguments:
            yield from (node.lineno for node in _said(each) if isinstance(node, ast.expr) and _is_words(node, error))


def _said(argument: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of an argument, but for those of comparisons: what is only looked at is not told."""
    if not isinstance(argument, ast.Compare):
        yield argument
        for each in ast.iter_child_nodes(argument):
            yield from _said(each)


def _is_words(node: ast.AST, error: str) -> bool:
    match node:
        case ast.FormattedValue(value=ast.Name(id=name)):
            return name == error
        case ast.Call(func=ast.Name(id=called), args=[ast.Name(id=name), *_]):
            return called in WORDS_OF and name == error
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return name == error and attribute in WORDS
    return False


def _is_own(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return all(isinstance(each, ast.Name) and each.id in OWN for each in kinds)


def test_s16_no_error_of_another_library_is_told_in_its_words() -> None:
    files = [path for room in ("services", "shared") for path in sorted((ROOT / room).rglob("*.py"))]
    assert len(files) > 300
    found = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in foreign_words(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "told",
    [
        "raise InvalidInput(reason=str(error)[:200]) from error",
        'raise InternalError(reason=f"it was {error}") from error',
        "raise InvalidInput(reason=repr(error))",
        "raise InvalidInput(detail=error.args[0])",
        "failed(Failure(code='x', params={'why': str(error)}))",
        'logger.warning("no: %s", error)',
        'logger.info(f"no: {error}")',
    ],
)
def test_each_way_to_tell_one_is_found(told: str) -> None:
    source = f"try:\n    read()\nexcept (ValueError, OSError) as error:\n    {told}\n"
    assert list(foreign_words(source)) == [4]
    assert list(foreign_words(source.replace("(ValueError, OSError)", "Unavailable"))) == []
