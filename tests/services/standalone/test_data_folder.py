import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.standalone.data_folder import DataFolder, FolderInUse


def test_what_is_announced_is_found_while_the_folder_is_held(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data"
    folder = DataFolder(path)
    assert folder.announced() is None
    with folder.held():
        assert folder.announced() is None
        folder.announce("http://127.0.0.1:8080")
        assert DataFolder(path).announced() == "http://127.0.0.1:8080"
    assert folder.announced() is None


def test_a_second_stack_is_refused_at_once(tmp_path: Path) -> None:
    with DataFolder(tmp_path).held():
        DataFolder(tmp_path).announce("http://127.0.0.1:8080")
        with pytest.raises(FolderInUse), DataFolder(tmp_path).held():
            pytest.fail("two stacks in one folder")
        assert DataFolder(tmp_path).announced() == "http://127.0.0.1:8080"
    with DataFolder(tmp_path).held():
        assert DataFolder(tmp_path).announced() is None


@pytest.mark.processes
def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from services.standalone.data_folder import DataFolder\n"
        f"folder = DataFolder(Path({str(tmp_path)!r}))\n"
        "with folder.held():\n"
        "    folder.announce('http://127.0.0.1:9')\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(FolderInUse), DataFolder(tmp_path).held():
            pass
        process.kill()
        process.wait()
    assert DataFolder(tmp_path).announced() == "http://127.0.0.1:9"  # nobody was left to take it back
    with DataFolder(tmp_path).held():
        assert DataFolder(tmp_path).announced() is None


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff\xfe", b"[1]", b'{"pid": 1}'])
def test_a_damaged_address_is_no_address(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "vigie.url").write_bytes(content)
    assert DataFolder(tmp_path).announced() is None
