"""The documents lead somewhere: their links and anchors, the files and ADRs that they and the code name."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "services", "shared", "lab", "tests", "deploy", ".github")
DOCUMENTS = sorted(
    path for place in (ROOT.glob("*.md"), *((ROOT / name).rglob("*.md") for name in FOLDERS)) for path in place
)
CURRENT = [document for document in DOCUMENTS if document.name != "CHANGELOG.md"]  # which tells what was
ADRS = sorted((ROOT / "docs/adr").glob("[0-9]*.md"))
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?![a-z]+:)([^)\s]*)\)")
CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
PATH = re.compile(rf"`((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*(?:/|\.[a-z]+))(?:::\w+|:\d+)?`")
DOCUMENT_NAMED = re.compile(r"(?<![\w/.-])docs/(?!\S*NN)[\w./-]+\.(?:md|json)\b(?! of the)")
"""Of this repository: what is cited from another one is said to be `of the` other."""
ADR_NAMED = re.compile(r"\bADRs? (\d+)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def anchors(document: Path) -> Iterator[str]:
    """Those that GitHub and GitLab give to the headings."""
    for heading in re.findall(r"^#{1,6} +(.+?) *$", CODE.sub("", read(document)), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def code() -> Iterator[Path]:
    for folder in ("services", "shared", "lab", "deploy", ".github"):  # tests name documents that they make
        for ending in ("py", "toml", "yml", "yaml"):
            yield from (ROOT / folder).rglob(f"*.{ending}")
    yield from (ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "docker-compose.yml")


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_relative_link_and_its_anchor_lead_somewhere(document: Path) -> None:
    lost = []
    for link in LINK.findall(CODE.sub("", read(document))):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert not lost


@pytest.mark.parametrize("document", CURRENT, ids=names(CURRENT))
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    """But for those that a recipe makes, whose number is NN."""
    assert [path for path in PATH.findall(read(document)) if "NN" not in path and not (ROOT / path).exists()] == []


def test_every_document_and_adr_that_the_code_names_is_there() -> None:
    numbers = {int(path.name[:4]) for path in ADRS}
    for path in (*code(), *CURRENT):
        text = read(path)
        assert [name for name in DOCUMENT_NAMED.findall(text) if not (ROOT / name).exists()] == [], path
        assert {int(number) for number in ADR_NAMED.findall(text)} <= numbers, path


def test_every_adr_stands_in_the_table_under_its_own_title() -> None:
    rows = re.findall(r"^\| \[(\d+)\]\((\S+)\) \| (.+?) \|", read(ROOT / "docs/adr/README.md"), re.MULTILINE)
    told = [(path.name, *re.findall(r"\A# (\d+)\. (.+)", read(path))) for path in ADRS]
    assert [(name, (number, title)) for number, name, title in rows] == told


@pytest.mark.parametrize("adr", ADRS, ids=names(ADRS))
def test_an_adr_has_the_four_parts_in_their_one_spelling(adr: Path) -> None:
    parts = ["Context", "Decision", "Consequences", "What would change our mind"]
    assert re.findall(r"^\*\*(.+?)\.\*\*", read(adr), re.MULTILINE)[:1] == ["Context"]
    assert [part for part in parts if not re.search(rf"^\*\*{part}\.\*\*", read(adr), re.MULTILINE)] == []
    assert "\n## " not in read(adr)


def test_nobody_is_told_to_install_what_an_index_has_under_our_name() -> None:
    """It is somebody else's: every install of ours names a file or a folder."""
    told = [read(path) for path in (*DOCUMENTS, *ROOT.glob("shared/language/catalogues/*.toml"), *code())]
    told += [read(path) for path in (ROOT / "deploy").rglob("*.txt")]
    assert not [
        found for text in told for found in re.findall(r"pip3? install (?:-\S+ )*['\"`]?vigie(?!\S* @).*", text)
    ]


# --- the rooms -------------------------------------------------------------------------------------------------------

MOST_SHARED_ROOMS = 14
"""Folders of shared/ that one can still keep in mind (ADR 19)."""


def packages(folder: str) -> set[str]:
    return {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}


def test_shared_has_no_more_rooms_than_one_can_keep_in_mind_and_each_is_told() -> None:
    found = packages("shared")
    table = read(ROOT / "docs/architecture.md").partition("| `shared/` | holds |")[2].partition("\n\n")[0]
    assert found <= {*re.findall(r"^\| `(\w+)/`", table, re.MULTILINE), "access"}
    assert "`access/`" in table
    assert len(found) <= MOST_SHARED_ROOMS


def test_the_order_of_the_gateway_s_rooms_is_told_as_it_is_checked() -> None:
    contracts = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    [layers] = [each["layers"] for each in contracts if each.get("containers") == ["services.gateway"]]
    told = read(ROOT / "docs/architecture.md").partition("In the gateway\n")[2].partition("\n5. ")[0]
    rooms = [room.strip() for layer in layers for room in layer.split("|") if not room.strip().startswith("__")]
    named = re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", told)))
    assert named == [room for room in rooms if room != "app"]
