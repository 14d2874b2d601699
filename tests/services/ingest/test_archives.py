"""Zip containers: what is refused before anything is unpacked, and what is found out while it is."""

import warnings

import pytest

from services.ingest.archives import MAX_PARTS, Archive
from shared.errors import UnreadableDocument
from tests.support.zips import bomb, encrypted, lying, overlapping, zipped


def test_parts_are_read() -> None:
    archive = Archive(zipped({"word/document.xml": b"<w/>", "a.txt": b"x"}))
    assert list(archive.names) == ["word/document.xml", "a.txt"]
    assert archive.read("word/document.xml") == b"<w/>"
    assert "a.txt" in archive
    with pytest.raises(UnreadableDocument):
        archive.read("word/styles.xml")


def twice() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped([("a", b"1"), ("a", b"2")])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"PK\x03\x04", "damaged", id="nothing behind the signature"),
        pytest.param(zipped({"a": b"x" * 1000})[:-30], "damaged", id="truncated"),
        pytest.param(bomb("a", 50_000_000), "archive-bomb", id="a thousand to one"),
        pytest.param(overlapping(500), "archive-bomb", id="parts over each other"),
        pytest.param(zipped([(str(n), b"") for n in range(MAX_PARTS + 1)]), "archive-bomb", id="too many parts"),
        pytest.param(zipped({"../a": b""}), "archive-names", id="leads out"),
        pytest.param(zipped({"x/../../a": b""}), "archive-names", id="leads out later"),
        pytest.param(zipped({"/etc/passwd": b""}), "archive-names", id="absolute"),
        pytest.param(zipped({"C:\\a": b""}), "archive-names", id="a drive"),
        pytest.param(twice(), "archive-names", id="twice"),
        pytest.param(encrypted(zipped({"a": b"x"}), "a"), "password", id="encrypted"),
    ],
)
def test_s17_unsound_archives_are_refused_before_they_are_unpacked(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        Archive(data)
    assert refused.value.params["reason"] == reason


def test_s17_parts_are_counted_before_their_directory_is_read_whatever_number_it_gives() -> None:
    data = bytearray(zipped([(str(n), b"") for n in range(MAX_PARTS + 2)]))
    data[-14:-10] = b"\1\0\1\0"
    data[data.rfind(b"PK\1\2")] = 0  # whoever reads the directory stumbles here
    with pytest.raises(UnreadableDocument) as refused:
        Archive(bytes(data))
    assert refused.value.params["reason"] == "archive-bomb"


@pytest.mark.parametrize(("declared", "reason"), [(10, "archive-bomb"), (999, "archive-bomb"), (5000, "damaged")])
def test_s17_a_part_that_is_not_of_the_size_it_says_is_refused(declared: int, reason: str) -> None:
    archive = Archive(lying(zipped({"a": b"y" * 1000}), "a", declared))
    with pytest.raises(UnreadableDocument) as refused:
        archive.read("a")
    assert refused.value.params["reason"] == reason
