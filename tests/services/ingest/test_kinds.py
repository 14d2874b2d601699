"""Kinds of loss and change in many formats and spellings: files in kinds/, each with what is right of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.ingest.chunking import STRATEGIES
from services.ingest.extraction import Extracted, extract
from services.ingest.parsers import FORMATS
from services.ingest.parsers.ocr import Tesseract
from services.ingest.ports import ExtractionRequest
from shared.errors import InvalidInput

KINDS = Path(__file__).parent / "kinds"
CASES: list[dict[str, Any]] = json.loads((KINDS / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pictures end in the same way on every machine."""
    monkeypatch.setattr(Tesseract, "languages", property(lambda _: ""))


def read(name: str) -> Extracted:
    request = ExtractionRequest("application/octet-stream", name, None, 1_800)
    data = (KINDS / name).read_bytes()
    return extract(request, data, formats=FORMATS, strategies=STRATEGIES, max_text=1_000_000, budget=None)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_each_file_of_the_folder_is_a_case() -> None:
    files = {each.name for each in KINDS.iterdir()} - {"README.md", "expected.json"}
    assert files == {case["file"] for case in CASES}


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case], ids=lambda case: case["file"])
def test_what_cannot_be_read_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(case["file"])
    assert refused.value.code == case.get("code", refused.value.code)
    assert refused.value.code != case.get("not_code")


@pytest.mark.parametrize("case", [case for case in CASES if "refused" not in case], ids=lambda case: case["file"])
def test_what_a_file_shows_is_read(case: dict[str, Any]) -> None:
    try:
        found = read(case["file"])
    except InvalidInput:
        assert case.get("may_be_refused")
        return
    texts = [plain(found.text_of(chunk).text) for chunk in found.chunks]
    lines = [plain(line) for chunk in found.chunks for line in found.text_of(chunk).text.split("\n")]
    whole = " ".join(texts)
    assert_words(case, whole)
    for words in case.get("together", []):
        assert any(all(plain(word) in text for word in words) for text in texts), words
    for cells in case.get("lines", []):
        assert any(all(plain(cell) in line for cell in cells) for line in lines), cells
    for cells in case.get("not_one_line", []):
        assert not any(all(plain(cell) in line for cell in cells) for line in lines), cells
    codes = {each.code for each in found.document.remarks}
    assert "remarks_any" not in case or codes & set(case["remarks_any"])


def assert_words(case: dict[str, Any], whole: str) -> None:
    for words in case.get("contains", []):
        assert plain(words) in whole
    some = case.get("contains_any", [])
    assert not some or any(plain(words) in whole for words in some)
    for words in case.get("lacks", []):
        assert plain(words) not in whole
    marked = case.get("marked_or_absent")
    assert not marked or re.search(rf"(?<!~~)\b{re.escape(marked)}", whole) is None
    assert "once" not in case or whole.count(case["once"]) == 1
    places = [whole.find(plain(words)) for words in case.get("ordered", [])]
    assert places == sorted(places)
    assert -1 not in places
