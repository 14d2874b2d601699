"""Files of DUERP in the layouts that people send."""

from pathlib import Path

import pytest

from services.ingest.workbooks import read_workbook
from shared.duerp.importing.reading import preview
from tests.services.ingest.duerp_files import (
    apart,
    eighth,
    eighth_apart,
    eleventh,
    fifth,
    first,
    fourth,
    fourth_apart,
    ninth,
    ninth_apart,
    seventh,
    sixth,
    sixth_apart,
    tenth,
    third,
    third_apart,
)
from tests.services.ingest.duerp_files.expected import File, differences

FILES = [
    *first.FILES,
    *apart.FILES,
    *third.FILES,
    *third_apart.FILES,
    *fourth.FILES,
    *fourth_apart.FILES,
    *fifth.FILES,
    *sixth.FILES,
    *sixth_apart.FILES,
    *seventh.FILES,
    *eighth.FILES,
    *eighth_apart.FILES,
    *ninth.FILES,
    *ninth_apart.FILES,
    *tenth.FILES,
    *eleventh.FILES,
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_understood_as_people_read_it(file: File) -> None:
    assert differences(file, preview(read_workbook(file.data, file.name))) == []


OFFICE = Path(__file__).parent / "duerp_files" / "office"
"""The same files, opened and saved by LibreOffice 7.4 in other formats."""


@pytest.mark.parametrize("path", sorted(OFFICE.iterdir()), ids=lambda path: path.name)
def test_what_an_office_program_saved_in_another_format_is_understood_alike(path: Path) -> None:
    (file,) = [file for file in FILES if file.name.startswith(f"{path.stem}.")]
    assert differences(file, preview(read_workbook(path.read_bytes(), path.name))) == []
