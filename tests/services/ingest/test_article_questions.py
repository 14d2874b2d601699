"""The questions that are shipped, and an operator's own beside them."""

from pathlib import Path

import pytest

from services.ingest.adapters.question_files import QuestionFiles
from shared.errors import InternalError
from shared.references import canonical_article


def test_the_shipped_questions_are_whole() -> None:
    known = QuestionFiles().load()
    assert len(known) == 7330
    assert sum(len(line.questions) for lines in known.values() for line in lines) == 24_620
    for article, [line] in known.items():
        assert line.article == article == canonical_article(article)
        assert line.version is not None
        assert line.version.startswith("LEGIARTI")
        assert len({*line.questions}) == len(line.questions) >= 2
        assert all(text.strip() for text in (*line.questions, *line.terms))


def test_an_operator_s_files_come_beside_the_shipped_one(tmp_path: Path) -> None:
    own = '{"article": "R. 4121-2", "questions": ["Et chez nous ?"]}\n\n'
    (tmp_path / "own.jsonl").write_text(own, encoding="utf-8")
    shipped, added = QuestionFiles(tmp_path).load()["R4121-2"]
    assert shipped.version is not None
    assert (added.version, added.questions, added.terms) == (None, ("Et chez nous ?",), ())


@pytest.mark.parametrize("line", ["{", "[]", '{"questions": []}', '{"article": "L1", "questions": "Quoi ?"}'])
def test_a_file_of_another_shape_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "own.jsonl").write_text(f'{{"article": "L1"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(InternalError) as error:
        QuestionFiles(tmp_path).load()
    assert "own.jsonl: line 2" in str(error.value.params)
