"""What commands print of what people wrote."""

import json

import pytest
from rich.table import Table

from services.cli import context
from services.cli.output import print_json_text
from shared.language.names import is_name
from tests.support.injections import INJECTIONS


def test_s22_json_for_a_terminal_means_the_same_and_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    told = {text: [text] for text in INJECTIONS}
    print_json_text(json.dumps(told, ensure_ascii=False))
    printed = capsys.readouterr().out
    assert is_name(printed.removesuffix("\n"))
    assert json.loads(printed) == told


@pytest.mark.parametrize("text", ["fin [/INST]", "[link=file:///x]ici[/link]", "[red]", "a :warning: b"])
def test_s22_what_looks_like_a_style_is_printed_as_it_stands(text: str) -> None:
    table = Table(text, box=None)
    table.add_row(text)
    for console in (context.out, context.err):
        with console.capture() as captured:
            console.print(text, table, style="red")
        assert captured.get().count(text) == 3
