"""Documents are read in a child process: what comes back, what it may not do, and what a hostile one costs."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.ports import Extraction, ExtractionRequest
from services.ingest.sandbox.limits import DocumentLimits
from shared.contracts.object_layout import BATCH
from shared.errors import EmptyDocument, InvalidInput, UnreadableDocument, VigieError
from tests.fakes.ingest import InProcessExtractor, article, code, section

pytestmark = pytest.mark.processes

LEGI = "application/vnd.vigie.legi-data+json"
NOTE = "# Gaz\n\nFermer la bouteille d'oxygène — même vide. 🧯".encode()


def request_for(name: str = "note.md", media_type: str = "", strategy: str | None = None) -> ExtractionRequest:
    return ExtractionRequest(media_type, name, strategy, 1500)


def told(found: Extraction) -> tuple[object, ...]:
    batches = [found.batch(number) for number in range(-(-found.count // BATCH))]
    return found.title, found.language, found.count, b"".join(found.text), batches


@pytest.fixture
async def extractor() -> AsyncIterator[ChildProcess]:
    child = ChildProcess(DocumentLimits(seconds=20, memory_mb=512, text_mb=2))
    async with child.opened():
        yield child


async def refusal(extractor: ChildProcess, request: ExtractionRequest, source: bytes) -> VigieError:
    with pytest.raises(InvalidInput) as refused:
        await extractor.extract(request, source)
    return refused.value


async def test_what_comes_back_is_what_was_read(extractor: ChildProcess) -> None:
    articles = [article(f"R4121-{number}", f"<p>Règle n° {number}.</p>") for number in range(BATCH + 5)]
    for each, source in (
        (request_for(), NOTE),
        (request_for(media_type=LEGI), code(section("Partie", *articles))),
        (request_for("large.txt"), "Une règle œuvrée. ".encode() * 60_000),
    ):
        assert told(await extractor.extract(each, source)) == told(await InProcessExtractor().extract(each, source))


async def test_refusals_keep_their_words(extractor: ChildProcess) -> None:
    empty = await refusal(extractor, request_for("vide.txt"), b" ")
    assert (type(empty), empty.params) == (EmptyDocument, {"name": "vide.txt"})
    binary = await refusal(extractor, request_for("binaire.txt"), b"a\0b")
    assert (type(binary), binary.params) == (UnreadableDocument, {"reason": "binary"})
    long = await refusal(extractor, request_for("long.txt"), b"mot " * 600_000)
    assert long.params == {"reason": "too-much-text", "limit": 2}
    unknown = await refusal(extractor, request_for(strategy="nimporte"), NOTE)
    assert unknown.params["reason"] == "chunking"


async def test_headings_that_nobody_would_read_are_cut_short(extractor: ChildProcess) -> None:
    source = b"# " + b"Titre " * 100_000 + b"\n\n" + b"Une phrase courte. " * 5_000
    found = await extractor.extract(request_for(), source)
    assert {len(chunk.section.headings[0]) for chunk in found.batch(0)} == {300}
    assert found.title is not None
    assert len(found.title) == 300


async def test_the_service_s_own_secrets_do_not_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    from services.ingest.adapters import child_process

    monkeypatch.setenv("VIGIE_OBJECTS_S3_SECRET_ACCESS_KEY", "rossignol")
    monkeypatch.setenv("PATH", "/usr/bin")
    environment = child_process._environment()
    assert environment["PATH"] == "/usr/bin"
    assert not [name for name in environment if name.startswith("VIGIE_")]


HOSTILE = """
import os, signal, socket, sys, time
from services.ingest.sandbox import child, wire
from services.ingest.ports import ExtractionRequest

def misbehave(request, source, budget, **_):
    known = {"os": os, "signal": signal, "socket": socket, "time": time, "wire": wire, "budget": budget}
    exec(source.decode(), known)
    raise KeyError("secret words of the document")

child.extract = misbehave
from services.ingest.sandbox.zygote import main
main()
"""
"""A zygote whose children do what the document says: the worst parser there can be."""


@pytest.fixture
async def obedient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ChildProcess]:
    from services.ingest.adapters import child_process

    (tmp_path / "obedient_zygote.py").write_text(HOSTILE)
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{root}")
    monkeypatch.setattr(child_process, "_MODULE", "obedient_zygote")
    child = ChildProcess(DocumentLimits(seconds=1, memory_mb=300, text_mb=2, ocr_seconds=60, page_seconds=0.1))
    async with child.opened():
        yield child


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("while True: pass", "too-much-time"),
        ("time.sleep(60)", "too-much-time"),
        ("signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", "too-much-time"),
        ("a = bytearray(400_000_000)", "too-much-memory"),
        ("a = []\nwhile True: a.append(bytearray(1_000_000))", "too-much-memory"),
        ("os.abort()", "crashed"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed"),
        ("os._exit(0)", "crashed"),
        ("def f(): f()\nf()", "damaged"),
        ("1 / 0", "damaged"),
        ("open('/etc/passwd')", "damaged"),
        ("socket.socket()", "damaged"),
    ],
)
async def test_a_child_that_misbehaves_costs_its_document(obedient: ChildProcess, does: str, reason: str) -> None:
    assert (await refusal(obedient, request_for(), does.encode())).params["reason"] == reason
    assert (await refusal(obedient, request_for(), b"1 / 0")).params["reason"] == "damaged"  # the next one is served


async def test_a_page_that_a_library_never_finishes_ends_the_child(obedient: ChildProcess) -> None:
    source = (
        b"from services.ingest.ports import NeedsOcr\n"
        b"if budget is None: raise NeedsOcr\n"
        b"with budget.spending():\n    while True: pass"
    )
    assert (await refusal(obedient, request_for(), source)).params == {"reason": "page-time", "limit": 0}
    assert (await refusal(obedient, request_for(), b"1 / 0")).params["reason"] == "damaged"


async def test_a_child_that_answers_without_end_is_stopped(obedient: ChildProcess) -> None:
    flood = (
        "import stat\n"
        "for fd in range(3, 30):\n"
        "    try:\n"
        "        if stat.S_ISSOCK(os.fstat(fd).st_mode):\n"
        "            peer = socket.socket(fileno=fd)\n"
        "            wire._send(peer, wire.AnswerHeader(None, None, 1, 10 ** 12))\n"
        "            while True: wire._send(peer, wire.TextBlock(b'a' * 100_000))\n"
        "    except OSError: pass\n"
    )
    error = await refusal(obedient, request_for(), flood.encode())
    assert error.params["reason"] == "crashed"


def processes() -> str:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


async def test_nothing_that_a_child_started_is_left(obedient: ChildProcess, tmp_path: Path) -> None:
    mark = f"3{os.getpid()}"
    source = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True)"
    await refusal(obedient, request_for(), source.encode())
    assert f"sleep {mark}" not in processes()


async def test_what_a_parser_stumbles_over_is_logged_without_the_document_s_words(
    obedient: ChildProcess, caplog: pytest.LogCaptureFixture
) -> None:
    await refusal(obedient, request_for(), b"pass")
    assert "KeyError" in caplog.text
    assert "secret words" not in caplog.text


async def test_a_zygote_that_dies_is_replaced(extractor: ChildProcess) -> None:
    await extractor.extract(request_for(), NOTE)
    assert extractor._zygote is not None
    extractor._zygote._process.send_signal(signal.SIGKILL)
    extractor._zygote._process.wait()
    assert (await refusal(extractor, request_for(), NOTE)).params["reason"] == "crashed"
    assert (await extractor.extract(request_for(), NOTE)).count == 1


async def test_a_stop_in_the_middle_ends_child_and_zygote(obedient: ChildProcess) -> None:
    work = asyncio.create_task(obedient.extract(request_for(), b"time.sleep(60)"))
    while obedient._zygote is None:
        await asyncio.sleep(0.01)
    process = obedient._zygote._process
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert process.wait(5) is not None


def test_a_service_that_is_killed_takes_zygote_and_child_with_it(tmp_path: Path) -> None:
    (tmp_path / "obedient_zygote.py").write_text(HOSTILE)
    root = Path(__file__).parents[3]
    mark = f"4{os.getpid()}"
    source = f"import subprocess; subprocess.run(['sleep', '{mark}'])"
    program = (
        "import asyncio\n"
        "from services.ingest.adapters import child_process\n"
        "from services.ingest.ports import ExtractionRequest\n"
        "from services.ingest.sandbox.limits import DocumentLimits\n"
        "child_process._MODULE = 'obedient_zygote'\n"
        "child = child_process.ChildProcess(DocumentLimits(seconds=60))\n"
        f"asyncio.run(child.extract(ExtractionRequest('', 'a.md', None, 1500), {source!r}.encode()))\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    service = subprocess.Popen([sys.executable, "-c", program], env=environment)

    def wait_until(there: bool) -> None:
        while (f"sleep {mark}" in processes()) is not there:
            assert not there or service.poll() is None

    wait_until(there=True)
    service.kill()
    service.wait()
    wait_until(there=False)
