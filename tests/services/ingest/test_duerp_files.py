"""Files of DUERP in the layouts that people send."""

import pytest

from services.ingest.workbooks import read_workbook
from shared.duerp.importing.reading import preview
from tests.services.ingest.duerp_files import apart, first
from tests.services.ingest.duerp_files.expected import File, differences


@pytest.mark.parametrize("file", [*first.FILES, *apart.FILES], ids=lambda file: file.name)
def test_a_file_is_understood_as_people_read_it(file: File) -> None:
    assert differences(file, preview(read_workbook(file.data, file.name))) == []
