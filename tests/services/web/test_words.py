"""What pages say stands in the catalogues: each key that they look up is there, and no words stand in templates."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from services.web.http.assets import FOLDER
from shared.language.catalogue import Catalogue

WEB = FOLDER.parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}
ANYTHING = ".+"
PREFIX = {"t": "web.", "say": ""}
NO_WORDS = {"vigie"}
"""What is written so in every language."""
ATTRIBUTES = re.compile(r"\{% (?:set|macro) [^=%]*%\}[^<]*?\{% end(?:set|macro) %\}|<code>.*?</code>", re.DOTALL)
"""Pieces of a template without an element, which are put into one; and what is typed as it stands."""


def shapes(node: nodes.Node) -> Iterator[str]:
    """The keys that an expression of a template may give, as regular expressions."""
    match node:
        case nodes.Const(value=str() as value):
            yield re.escape(value)
        case nodes.CondExpr(expr1=first, expr2=other):
            yield from shapes(first)
            yield from shapes(other if other is not None else nodes.Const(""))
        case nodes.Mod(left=nodes.Const(value=str() as value)):
            yield ANYTHING.join(map(re.escape, re.split("%[sd]", value)))
        case nodes.Add(left=left, right=right):
            yield from (first + second for first in shapes(left) for second in shapes(right))
        case nodes.Concat(nodes=parts):
            yield "".join(next(shapes(part)) for part in parts)
        case _:
            yield ANYTHING


def looked_up(template: str) -> Iterator[str]:
    """The keys of the catalogue that a template looks up, as regular expressions."""
    for call in Environment(autoescape=True).parse(template).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in PREFIX:
            prefix = re.escape(PREFIX[call.node.name])
            yield from (prefix + shape for shape in shapes(call.args[0]) if shape != ANYTHING)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_each_text_that_a_template_looks_up_is_in_the_catalogue(template: Path, keys: frozenset[str]) -> None:
    text = template.read_text(encoding="utf-8")
    assert [shape for shape in looked_up(text) if not any(re.fullmatch(shape, key) for key in keys)] == []


def test_each_text_that_code_looks_up_is_in_the_catalogue() -> None:
    catalogue, seen = Catalogue(), 0
    for file in WEB.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            is_direct = isinstance(call.func, ast.Name) and call.func.id in PREFIX
            is_made = isinstance(call.func, ast.Call) and ast.unparse(call.func.func).endswith("translator")
            if is_direct or is_made:
                name = call.func.id if isinstance(call.func, ast.Name) else "t"
                assert catalogue.has(PREFIX[name] + str(call.args[0].value)), (file.name, call.args[0].value)
                seen += 1
    assert seen > 5


class Words(HTMLParser):
    """The words of a template that a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += re.findall(r"[^\W\d_]{2,}", data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ_ALOUD:
                self.handle_data(value or "")


def words_of(template: str) -> list[str]:
    found = Words()
    template = ATTRIBUTES.sub("", template)
    found.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", template, flags=re.DOTALL))
    return [word for word in found.found if word.lower() not in NO_WORDS]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_no_words_stand_in_a_template(template: Path) -> None:
    assert words_of(template.read_text(encoding="utf-8")) == []


def test_words_of_people_stand_in_no_code_and_no_script() -> None:
    for file in [*WEB.rglob("*.py"), *FOLDER.glob("*.js")]:
        assert not re.search("[à-öø-ÿß]", file.read_text(encoding="utf-8"), re.IGNORECASE), file.name


def test_what_is_missing_would_be_seen() -> None:
    assert list(looked_up('{{ t("a.b") }}{{ t("c-" + x) }}{{ t("d" if y else "e-%s" % z) }}')) == [
        r"web\.a\.b", r"web\.c\-.+", r"web\.d", r"web\.e\-.+",
    ]  # fmt: skip
    assert words_of('<p class="x">{{ t("a") }} Bonjour<input title="Nom"{% if a %} checked{% endif %}></p>') == [
        "Bonjour", "Nom",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def keys() -> frozenset[str]:
    text = resources.files("shared.language.catalogues").joinpath("fr.toml").read_text(encoding="utf-8")
    return frozenset(flat(tomllib.loads(text)))


def flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        yield from flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [f"{prefix}{name}"]
