"""Cases of a folder: what is sent, and what is expected of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.access import PUBLIC


class FileCase(BaseModel):
    """A line of `manifest.jsonl`.

    Attributes:
        file: its name in the folder; `title`, `scope` and `media_type` go with it.
        expect: `parsed`: it becomes findable; `refused`: at the door, or by who reads it; `either`: it ends.
        must_contain: words of its passages.
        question: what is asked afterwards; `must_not_contain_chat` of the answer on the OpenAI surface.
        must_not_contain_log: words that the log may not have.
    """

    model_config = ConfigDict(extra="ignore")

    file: str
    folder: Path = Path()
    media_type: str = "application/octet-stream"
    scope: str = PUBLIC
    title: str | None = None
    expect: Literal["parsed", "refused", "either"] = "either"
    must_contain: str | None = None
    question: str | None = None
    must_not_contain_chat: list[str] = []
    must_not_contain_log: list[str] = []

    @property
    def name(self) -> str:
        return self.file

    def content(self) -> bytes:
        return (self.folder / self.file).read_bytes()


class RequestCase(BaseModel):
    """A line of `requests.jsonl`.

    Attributes:
        path: `{document}` stands for the id of a document that the person may change.
        body: text; `fill` has a word of it, and what stands there so many times (`%d`: numbered).
        claims: of the token, signed with the issuer's own key.
        expect: the statuses that are right.
    """

    model_config = ConfigDict(extra="ignore")

    id: str
    method: str
    path: str
    expect: list[int]
    body: str | None = None
    fill: Mapping[str, tuple[str, int]] = {}
    claims: Mapping[str, Any] = {}
    max_answer_bytes: int = 50_000
    max_seconds: float = 10
    max_memory_mb: int = 200

    def content(self) -> bytes | None:
        if self.body is None:
            return None
        body = self.body
        for word, (piece, times) in self.fill.items():
            pieces = (piece % number for number in range(times)) if "%d" in piece else (piece for _ in range(times))
            body = body.replace(word, "".join(pieces))
        return body.encode()


def file_cases(folder: Path) -> Iterator[FileCase]:
    for line in _lines(folder / "manifest.jsonl"):
        yield FileCase.model_validate_json(line).model_copy(update={"folder": folder})


def request_cases(folder: Path) -> Iterator[RequestCase]:
    for line in _lines(folder / "requests.jsonl"):
        yield RequestCase.model_validate_json(line)


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if line.strip()] if file.exists() else []
