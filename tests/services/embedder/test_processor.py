import platform
from pathlib import Path

import pytest

from services.embedder import settings as embedder_settings
from services.embedder.processor import has_vnni
from services.embedder.settings import EmbedderSettings

HASWELL = "flags\t\t: fpu sse4_2 avx fma avx2 bmi2 erms"


@pytest.fixture
def x86(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")


@pytest.mark.usefixtures("x86")
@pytest.mark.parametrize(
    ("flags", "has"),
    [
        (f"{HASWELL} avx512f avx512_vnni", True),
        (f"{HASWELL} avx_vnni", True),
        (f"{HASWELL} avx512f avx512_vnni_not", False),
        (HASWELL, False),
        ("model name\t: avx_vnni", False),
        ("", False),
    ],
)
def test_a_processor_has_vnni_when_linux_lists_a_flag_of_it(tmp_path: Path, flags: str, has: bool) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text(f"processor\t: 0\n{flags}\n\nprocessor\t: 1\n{flags}\n", encoding="ascii")
    assert has_vnni(told) is has


@pytest.mark.usefixtures("x86")
def test_a_machine_that_tells_nothing_has_none(tmp_path: Path) -> None:
    assert not has_vnni(tmp_path / "none")


def test_another_kind_of_processor_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    told = tmp_path / "cpuinfo"
    told.write_text("flags : avx_vnni", encoding="ascii")
    assert not has_vnni(told)


@pytest.mark.parametrize(
    ("vnni", "installed", "backend"),
    [(True, True, "openvino"), (True, False, "onnx"), (False, True, "onnx")],
)
def test_the_default_is_the_quicker_engine_of_the_processor(
    vnni: bool, installed: bool, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIGIE_EMBEDDER_BACKEND", raising=False)
    monkeypatch.setattr(embedder_settings, "has_vnni", lambda: vnni)
    monkeypatch.setattr(embedder_settings, "find_spec", lambda name: object() if installed else None)
    assert EmbedderSettings().backend == backend


def test_what_is_set_goes_before_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_settings, "has_vnni", lambda: True)
    assert EmbedderSettings(backend="onnx").backend == "onnx"
