"""What `python -m lab.hostile` tells of a Vigie that does as a folder of cases expects, and of one that does not."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.support.up import Up
from tests.support.warm_start import ROOT

pytestmark = pytest.mark.processes

Cases: TypeAlias = Sequence[Mapping[str, object]]

NOTE = "Le flexomètre du quai est vérifié le mardi.\n\n![suivi](http://ailleurs.example/x.png)"
FILES: Cases = [
    {"file": "note.txt", "media_type": "text/plain", "scope": "unit:A", "expect": "parsed", "must_contain": "mardi",
     "question": "Quand le flexomètre du quai est-il vérifié ?", "must_not_contain_chat": ["![suivi](http"]},
    {"file": "note.txt", "media_type": "text/plain", "scope": "unit:A", "expect": "refused", "title": "rouge \x1b[31m"},
]  # fmt: skip
REQUESTS: Cases = [
    {"id": "time", "method": "GET", "path": "/v1/documents?since=0001-01-01T00:00:00%2B14:00", "expect": [200, 422]},
    {"id": "mine", "method": "GET", "path": "/v1/documents/{document}", "expect": [200]},
    {"id": "keys", "method": "POST", "path": "/v1/questions", "expect": [413, 422], "body": '{{k}"a":1}',
     "fill": {"{k}": ['"k%d":1,', 100_000]}},
    {"id": "roles", "method": "GET", "path": "/v1/admin/users", "expect": [401, 403],
     "claims": {"realm_access": {"roles": {"admin": 1}}}},
]  # fmt: skip
OTHERWISE = {"id": "otherwise", "method": "GET", "path": "/v1/documents", "expect": [500]}
MISSING = {"file": "note.txt", "media_type": "text/plain", "scope": "unit:B", "must_contain": "jamais dit"}


def told(up: Up, folder: Path, files: Cases, requests: Cases) -> tuple[int, str]:
    folder.mkdir()
    (folder / "note.txt").write_text(NOTE)
    for name, cases in (("manifest.jsonl", files), ("requests.jsonl", requests)):
        (folder / name).write_text("\n".join(map(json.dumps, cases)))
    command = [sys.executable, "-m", "lab.hostile", str(folder), "--data", str(up.data), "--log", str(up.log)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_folder_of_hostile_cases_is_told_of_one_by_one(tmp_path: Path) -> None:
    up = Up(tmp_path / "data")
    up.start()
    try:
        code, words = told(up, tmp_path / "as-expected", FILES, REQUESTS)
        assert (code, words.count("pass ")) == (0, 6), words
        code, words = told(up, tmp_path / "otherwise", [MISSING], [OTHERWISE])
        assert code == 1
        assert "FAIL note.txt: 'jamais dit' is missing" in words
        assert "FAIL otherwise: 200, not one of [500]" in words
    finally:
        up.kill()
