"""S22: whatever people wrote, the words of a command do nothing in a terminal and stand on lines of their own.

Every command that talks to a gateway is given on a stack where each text of tests/support/injections.py was written
into whatever takes text. The stack runs beside it, and has announced itself in the folder: else a command would start
another one on the same data.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli import COMMANDS, app
from shared.language.names import is_name
from tests.support.injected_site import ALICE, SEEN_AT_LEAST, Site, ask, seen, write_a_duerp, write_documents
from tests.support.injections import INJECTIONS
from tests.support.up import Up

pytestmark = [pytest.mark.processes, pytest.mark.thorough]

Vigie = Callable[..., Result]
UNIT = "UMR5219"
FORGED = re.compile("^(X-Canari|Set-Cookie|event: answer|2026-11-29 00:00:00 ERROR)", re.MULTILINE)
"""What a text of several lines would say in the name of the command."""

OF_THE_OPERATOR = {"status", "backends", "people", "reindex", "feedback-export"}
"""These take no `--as`, or an admin."""

NO_WORDS_OF_PEOPLE = {
    *("up", "demo", "link", "corpus add", "model add", "model list", "backup", "restore", "reembed", "token"),
    *("login", "logout", "whoami", "eval retrieval", "eval answers", "eval drafting", "topics apply", "topics show"),
    *("dead-letters list", "dead-letters show", "dead-letters send", "dead-letters drop"),  # where a record lies
    "questions-for",  # a model writes them: there is none
}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    stack = Up(tmp_path_factory.mktemp("injected") / "data")
    stack.start()
    stack.issuer.remember(ALICE)
    asyncio.run(filled(stack))
    yield stack
    stack.kill()


async def filled(stack: Up) -> None:
    headers = {"authorization": f"Bearer {stack.issuer.token(ALICE)}"}
    async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=60, trust_env=False) as http:
        site = Site(stack, "", http)
        await write_documents(site)
        await write_a_duerp(site)
        await ask(site)


@pytest.fixture(scope="module")
def vigie(up: Up) -> Vigie:
    def run(*arguments: str, typed: str | None = None) -> Result:
        environment = {"VIGIE_STANDALONE_DATA": str(up.data), "VIGIE_LANG": "fr", "COLUMNS": "160"}
        person = () if arguments[0] in OF_THE_OPERATOR else ("--as", "alice")
        result = CliRunner().invoke(app, [*person_behind(arguments, person)], env=environment, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, result.exception)
        assert [line for line in result.output.split("\n") if not is_name(line)] == [], arguments
        assert FORGED.search(result.output) is None, arguments
        return result

    return run


def person_behind(arguments: tuple[str, ...], person: tuple[str, ...]) -> tuple[str, ...]:
    """Return the arguments with the person before whatever is no option."""
    name = 2 if arguments[0] == "duerp" else 1
    return (*arguments[:name], *person, *arguments[name:])


@pytest.fixture(scope="module")
def names(vigie: Vigie, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What commands are about, and a folder whose files are named as people like."""

    def first(*arguments: str) -> dict[str, str]:
        result = vigie(*arguments, "--json")
        assert result.exit_code == 0, result.output
        found: dict[str, str] = json.loads(result.stdout.splitlines()[0])
        return found

    folder = tmp_path_factory.mktemp("files")
    for text in INJECTIONS:
        name = text.replace("/", "_").replace("\0", "")[:80] + ".md"
        (folder / name).write_text(f"# {text}\n\n{text}\n", encoding="utf-8")
    document = first("documents", "--state", "indexed")["id"]
    return {
        "{folder}": str(folder),
        "{to}": str(tmp_path_factory.mktemp("to")),
        "{document}": document,
        "{passage}": first("passages", document)["id"],
        "{question}": first("questions")["id"],
        "{import}": first("duerp", "imports", UNIT)["id"],
    }


ONE = 1 / len(INJECTIONS)

COMMANDS_GIVEN: dict[str, tuple[int, float]] = {
    "documents": (0, SEEN_AT_LEAST),
    "documents --json": (0, SEEN_AT_LEAST),
    "documents --state failed": (0, 0),
    "questions": (0, SEEN_AT_LEAST),
    "questions --json": (0, SEEN_AT_LEAST),
    "feedback {question}": (0, ONE),
    "feedback-export": (0, 0),  # without any text
    "status": (0, 0),
    "backends": (0, 0),
    "people": (0, 0),
    "passages {document}": (0, ONE),
    "open {passage}": (0, ONE),
    "ask Quand|se|règle|la|pompe|canari11q|?": (0, ONE),
    "duerp show UMR5219": (0, SEEN_AT_LEAST),
    "duerp show UMR5219 --json": (0, SEEN_AT_LEAST),
    "duerp review UMR5219": (0, SEEN_AT_LEAST),
    "duerp obligations UMR5219": (0, 0),
    "duerp reminders UMR5219": (0, 0.2),
    "duerp programme UMR5219": (0, SEEN_AT_LEAST),
    "duerp figures UMR5219": (0, 0.2),
    "duerp versions UMR5219": (0, 3 * ONE),
    "duerp verify UMR5219": (0, 0),
    "duerp imports UMR5219": (0, ONE),
    "duerp compare UMR5219 1 2": (0, 0),
    "duerp statistics DR14": (1, 0),  # they are for who advises the delegation
    "duerp year UMR5219 --begin 2026": (0, 0),
    "duerp year UMR5219 --all": (0, SEEN_AT_LEAST / 2),  # each other line was rejected
    "duerp export UMR5219 {to}/duerp.csv": (0, 0),
    "duerp show {to}/duerp.csv": (0, SEEN_AT_LEAST),
    "duerp sheet UMR5219 {to}/door.pdf --work-unit Salle": (0, 0),
    "duerp extract UMR5219 {to}/all.zip --work-unit Salle --since 2020-01-01": (0, 0),
    "duerp import {to}/duerp.csv --dry-run": (0, 0),
    "duerp duplicate UMR5219 Salle Copie": (0, 0),
    "ingest {folder} --scope unit:UMR5219 --dry-run": (0, SEEN_AT_LEAST),
    "edit {document} --title Autre": (0, 0),
    "rechunk {document} --chunking sentences": (0, 0),
    "forget {question} --yes": (0, 0),
    "withdraw {document} --yes": (0, 0),
    "reindex": (0, 0),
}
"""Exit code of each in turn, and the share of them whose word is in what it prints at least."""

WITH_WORDS = (
    "open {}", "passages {}", "withdraw {} --yes", "edit {} --title x", "rechunk {} --chunking {}", "forget {} --yes",
    "feedback {}", "feedback {} up --comment {}", "documents --search {}", "documents --metadata {}",
    "ask {} --backend {}", "ingest {}", "ingest tests/support --scope {} --dry-run --include {}", "duerp show {}",
    "duerp review {}", "duerp compare UMR5219 {} {}",
    "duerp sheet UMR5219 {} --work-unit {}", "duerp duplicate UMR5219 {} {}", "duerp revise UMR5219 {} --in {}",
    "duerp share UMR5219 {}", "duerp answer UMR5219 {} {}",
    "duerp draft {} --unit {} --work-unit {}", "duerp import {}", "duerp take-back UMR5219 {} --why {}",
    "duerp freeze {} --title {}", "duerp year {} --begin {}", "duerp statistics {}",
)  # fmt: skip
"""Commands that are given one of them where they want something else, in turns."""


def test_each_command_that_tells_words_of_people_is_given() -> None:
    given = {" ".join(each.split()[: 2 if each.startswith("duerp ") else 1]) for each in (*COMMANDS_GIVEN, *WITH_WORDS)}
    assert given == set(COMMANDS) - NO_WORDS_OF_PEOPLE


@pytest.mark.parametrize(("command", "expected"), COMMANDS_GIVEN.items(), ids=COMMANDS_GIVEN)
def test_s22_what_a_command_tells_does_nothing_in_a_terminal(
    vigie: Vigie, names: dict[str, str], command: str, expected: tuple[int, float]
) -> None:
    for name, value in names.items():
        command = command.replace(name, value)
    result = vigie(*(word.replace("|", " ") for word in command.split()))
    assert (result.exit_code, seen(result.output) >= expected[1]) == (expected[0], True), result.output[-2000:]


@pytest.mark.parametrize("number", range(len(INJECTIONS)))
def test_s22_what_somebody_types_comes_back_as_words(vigie: Vigie, number: int) -> None:
    """A process takes no NUL, and what begins with a hyphen is an option."""
    text = INJECTIONS[number].replace("\0", "")
    for command in WITH_WORDS[number % 5 :: 5]:
        words = [text if word == "{}" else word for word in command.split()]
        if not text.startswith("-"):
            assert vigie(*words).exit_code in {0, 1, 2}, command
