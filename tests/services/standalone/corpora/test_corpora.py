"""Getting the public corpora through npm, and what becomes of their files."""

import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from services.standalone.corpora import code_du_travail, fiches_travail
from services.standalone.corpora.npm import fetch_package
from shared.errors import CorpusUnavailable, UnknownCorpusLayout
from tests.fakes.ingest import article, code, guide, guide_section, section

NAME = "@exemple/paquet"
FILE = "data/lois.json"


class FakeNpm:
    """An npm on PATH that packs what it is told and counts its calls."""

    def __init__(self, folder: Path) -> None:
        self.tarball = folder / "prepared.tgz"
        self._calls = folder / "calls"
        self._program = folder / "npm"
        self.behave(f"""
import pathlib, shutil, sys
assert sys.argv[1:3] == ["pack", "{NAME}"], sys.argv
with open({str(self._calls)!r}, "a") as calls:
    calls.write("x")
target = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
shutil.copy({str(self.tarball)!r}, target / "exemple-paquet.tgz")
""")

    def behave(self, program: str) -> None:
        self._program.write_text(f"#!{sys.executable}\n{program}")
        self._program.chmod(0o755)

    def publish(self, version: str = "1.2.3", **extra: Any) -> None:
        manifest = json.dumps({"name": NAME, "version": version})
        self.publish_files({"package/package.json": manifest, f"package/{FILE}": f"lois {version}", "package/x": "y"})

    def publish_files(self, files: dict[str, str]) -> None:
        with tarfile.open(self.tarball, "w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(text.encode())
                archive.addfile(member, io.BytesIO(text.encode()))

    @property
    def calls(self) -> int:
        return len(self._calls.read_text()) if self._calls.exists() else 0


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeNpm:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    fake = FakeNpm(folder)
    fake.publish()
    return fake


def test_a_package_is_fetched_once(npm: FakeNpm, tmp_path: Path) -> None:
    folder = tmp_path / "corpora"
    package = fetch_package(NAME, folder, [FILE])
    assert package == folder / "exemple-paquet-1.2.3"
    assert (package / FILE).read_text() == "lois 1.2.3"
    assert [path for path in package.rglob("*") if path.is_file()] == [package / FILE]
    assert list(folder.iterdir()) == [package]
    assert fetch_package(NAME, folder, [FILE]) == package
    assert npm.calls == 1


def test_the_newest_version_is_taken_and_can_be_asked_for(npm: FakeNpm, tmp_path: Path) -> None:
    fetch_package(NAME, tmp_path, [FILE])
    npm.publish("1.10.0")
    assert fetch_package(NAME, tmp_path, [FILE], refresh=True).name == "exemple-paquet-1.10.0"
    assert fetch_package(NAME, tmp_path, [FILE]).name == "exemple-paquet-1.10.0"
    assert fetch_package(NAME, tmp_path, [FILE], refresh=True).name == "exemple-paquet-1.10.0"


def test_half_a_package_is_fetched_again(npm: FakeNpm, tmp_path: Path) -> None:
    (fetch_package(NAME, tmp_path, [FILE]) / FILE).unlink()
    assert (fetch_package(NAME, tmp_path, [FILE]) / FILE).is_file()
    assert npm.calls == 2


def test_without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CorpusUnavailable) as refusal:
        fetch_package(NAME, tmp_path, [FILE])
    assert refusal.value.params == {"reason": "npm-missing", "package": NAME}


def test_an_npm_that_fails_leaves_nothing_behind(npm: FakeNpm, tmp_path: Path) -> None:
    npm.behave("import sys\nsys.exit('npm error code E404\\nnpm error 404 Not Found - GET https://registre.exemple/')")
    with pytest.raises(CorpusUnavailable) as refusal:
        fetch_package(NAME, tmp_path / "corpora", [FILE])
    assert refusal.value.params == {"reason": "npm-failed", "package": NAME, "detail": "E404"}
    assert list((tmp_path / "corpora").iterdir()) == []


def test_an_npm_that_gives_nothing(npm: FakeNpm, tmp_path: Path) -> None:
    npm.behave("")
    with pytest.raises(CorpusUnavailable):
        fetch_package(NAME, tmp_path / "corpora", [FILE])


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({"package/package.json": '{"version": "1"}'}, FILE),
        ({f"package/{FILE}": "x"}, "package.json"),
        ({f"package/{FILE}": "x", "package/package.json": "[]"}, "package.json"),
        ({f"package/{FILE}": "x", "package/package.json": '{"version": "../../x"}'}, "package.json"),
        ({f"package/../package/{FILE}": "x", "package/package.json": '{"version": "1"}'}, FILE),
    ],
)
def test_a_package_that_lacks_what_we_need(npm: FakeNpm, tmp_path: Path, files: dict[str, str], missing: str) -> None:
    npm.publish_files(files)
    with pytest.raises(UnknownCorpusLayout) as refusal:
        fetch_package(NAME, tmp_path / "corpora", [FILE])
    assert refusal.value.params == {"reason": "missing-file", "package": NAME, "file": missing}
    assert list((tmp_path / "corpora").iterdir()) == []


def test_a_tarball_that_is_none(npm: FakeNpm, tmp_path: Path) -> None:
    npm.tarball.write_bytes(b"no archive")
    with pytest.raises(UnknownCorpusLayout):
        fetch_package(NAME, tmp_path / "corpora", [FILE])


def written(folder: Path, file: str, data: bytes) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return folder


LAWS = code(
    section(
        "Partie législative  ",
        section("Première partie : Relations", article("L1111-1")),
        section(" Quatrième partie : Santé", section("Livre Ier", article("L4121-1", "<p>Texte é.</p>"))),
    ),
    section("Partie réglementaire", section("Quatrième partie : Santé\n", article("R4121-1"), article("R4121-2"))),
    section("Partie législative ancienne", section("Livre IV : Groupements", article("L411-1"))),
)


def numbers(node: dict[str, Any]) -> list[str]:
    own = [node["data"]["num"]] if node["type"] == "article" else []
    return own + [number for child in node.get("children", []) for number in numbers(child)]


def test_the_whole_code(tmp_path: Path) -> None:
    folder = written(tmp_path, code_du_travail.FILE, LAWS)
    (document,) = code_du_travail.documents(folder)
    assert document.key == "code-du-travail"
    assert document.media_type == "application/vnd.vigie.legi-data+json"
    assert document.content == folder / code_du_travail.FILE
    assert document.read() == LAWS


def test_a_part_of_the_code_keeps_the_layout_and_the_key(tmp_path: Path) -> None:
    (document,) = code_du_travail.documents(written(tmp_path, code_du_travail.FILE, LAWS), part=4)
    tree = json.loads(document.read())
    assert document.key == "code-du-travail"
    assert numbers(tree) == ["L4121-1", "R4121-1", "R4121-2"]
    assert tree["data"] == json.loads(LAWS)["data"]
    assert [child["data"]["title"] for child in tree["children"]] == ["Partie législative  ", "Partie réglementaire"]


@pytest.mark.parametrize("data", [None, b"{}", b"[]", b'{"type": "code", "data": {}, "children": [1]}', code()])
def test_a_code_of_another_layout(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        written(tmp_path, code_du_travail.FILE, data)
    with pytest.raises(UnknownCorpusLayout) as refusal:
        list(code_du_travail.documents(tmp_path, part=4))
    assert refusal.value.params["package"] == "@socialgouv/legi-data"


GUIDES = [
    guide("Le bruit", guide_section("A", "<p>a</p>", "R4431-1", "L. 4121-1"), slug="bruit"),
    guide("Les congés", guide_section("A", "<p>a</p>", "L3141-1", "L3141-2", "R4121-1"), slug="conges"),
    guide("À moitié", guide_section("A", "", "L3141-1"), guide_section("B", "", "D4121-6"), slug="moitie"),
    guide("Sans article", guide_section("A", "<p>a</p>"), slug="sans"),
    guide("Le bruit", guide_section("A", "<p>a</p>", "R4431-1"), slug="bruit"),
]


def test_guides(tmp_path: Path) -> None:
    folder = written(tmp_path, fiches_travail.FILE, json.dumps(GUIDES).encode())
    documents = list(fiches_travail.documents(folder))
    assert [document.key for document in documents] == [
        f"fiches-travail/{slug}" for slug in ("bruit", "conges", "moitie", "sans")
    ]
    assert json.loads(documents[0].read()) == GUIDES[0]
    assert documents[0].media_type == "application/vnd.vigie.fiche-travail+json"


def test_guides_about_health_and_safety(tmp_path: Path) -> None:
    folder = written(tmp_path, fiches_travail.FILE, json.dumps(GUIDES).encode())
    documents = fiches_travail.documents(folder, health_and_safety=True)
    assert [document.title for document in documents] == ["Le bruit", "À moitié"]


@pytest.mark.parametrize("data", [None, b"{}", b"[1]", b'[{"title": "x"}]', json.dumps([guide("x", slug="")]).encode()])
def test_guides_of_another_layout(tmp_path: Path, data: bytes | None) -> None:
    if data is not None:
        written(tmp_path, fiches_travail.FILE, data)
    with pytest.raises(UnknownCorpusLayout):
        list(fiches_travail.documents(tmp_path))
