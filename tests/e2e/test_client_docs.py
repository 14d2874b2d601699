"""Every piece of docs/client.md, in its order, against a running stack."""

import ast
import inspect
import re
from pathlib import Path
from types import CodeType

import pytest

from services.standalone.local_issuer import Person
from shared.access import Role
from tests.e2e.conftest import ended
from tests.support.stack import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = Path(__file__).parent.parent.parent / "docs/client.md"
AUTHOR = Person("autrice", units=("UMR5219",), roles=(Role.ADMIN, Role.PREVENTION_ASSISTANT))
ADDRESS = "http://127.0.0.1:8080"


def pieces() -> list[tuple[int, str]]:
    """The Python blocks with the lines where they begin."""
    page = PAGE.read_text(encoding="utf-8")
    return [
        (page[: block.start(1)].count("\n"), block[1]) for block in re.finditer(r"```python\n(.*?)```", page, re.DOTALL)
    ]


def compiled(line: int, piece: str, url: str) -> CodeType:
    source = "\n" * line + piece.replace(ADDRESS, url)
    code: CodeType = compile(source, str(PAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return code


async def test_every_piece_runs(
    stack: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(pieces()) >= 6
    monkeypatch.chdir(tmp_path)
    async with stack.client() as client:
        note = "# Azote\n\nPour l'azote liquide : gants isolants."
        await ended(client, await client.submit("gants.md", note.encode()))
    names = {"TOKEN": stack.token(AUTHOR)}
    for line, piece in pieces():
        done = eval(compiled(line, piece, stack.url), names)
        if inspect.iscoroutine(done):
            await done
    printed = capsys.readouterr().out
    for words in ("indexed 1 1 1", "Consignes azote", "down", "empty-document 422", "answered", "gants isolants"):
        assert words in printed, words
