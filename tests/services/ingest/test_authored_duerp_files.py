"""Files of an author who had not seen how files are read; what came of them at first sight stands in ADR 34."""

from pathlib import Path

import pytest

from services.ingest.workbooks import read_workbook
from shared.duerp.importing.reading import preview
from tests.services.ingest.duerp_files.authored import authored, differences


@pytest.mark.parametrize("file", [*authored("open"), *authored("kept")], ids=lambda file: file.name)
def test_a_file_of_another_author_is_understood_as_they_read_it(file: Path) -> None:
    assert differences(file, preview(read_workbook(file.read_bytes(), file.name))) == []
