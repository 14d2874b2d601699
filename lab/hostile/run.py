"""Sends hostile files and requests to a running Vigie, and tells what it does otherwise than expected."""

import asyncio
import json
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import jwt

from lab.bench.processes import peak_bytes
from lab.hostile.cases import FileCase, RequestCase
from services.standalone.data_folder import DataFolder
from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import PUBLIC, Role
from shared.client import Problem, VigieClient
from shared.http_api.documents import DocumentView

_MEGABYTE = 1024 * 1024
_PATIENCE_S = 120
_POLL_S = 0.1
_OF_SQL = ("[SQL:", "[parameters:")
_TESTER = "lab-hostile"
_UNIT = "LAB"


class Stack:
    """The `vigie up` that works on a data folder.

    Raises:
        RuntimeError: none does.
    """

    def __init__(self, data: Path) -> None:
        url = DataFolder(data).announced()
        if url is None:
            raise RuntimeError(f"no Vigie runs on {data}")
        self.url = url
        self.pid = int(json.loads((data / "vigie.url").read_bytes())["pid"])
        self._keys = data / "keys"
        self._issuer = LocalIssuer(self._keys)

    def token(self, *units: str, **claims: Any) -> str:
        """Return the token of an assistant of these units, with claims of its own."""
        token = self._issuer.token(Person(_TESTER, units=units, roles=(Role.PREVENTION_ASSISTANT,)))
        if not claims:
            return token
        whole = jwt.decode(token, options={"verify_signature": False}) | claims
        header = jwt.get_unverified_header(token)
        return jwt.encode(whole, (self._keys / "token.pem").read_bytes(), header["alg"], {"kid": header["kid"]})


class HostileRun:
    """A connection to a stack that is kept for all cases: one that is cut makes its case fail."""

    def __init__(self, stack: Stack, log: Path) -> None:
        self._stack = stack
        self._log = log
        self._read = log.stat().st_size
        self._http = httpx.AsyncClient(base_url=stack.url, timeout=_PATIENCE_S, trust_env=False)
        self._document: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def send_file(self, case: FileCase) -> list[str]:
        """Send a file, ask about it, and return what went otherwise than expected."""
        unit = () if case.scope == PUBLIC else (case.scope.partition(":")[2],)
        async with VigieClient(self._stack.url, self._stack.token(*unit), "en") as client:
            title = {} if case.title is None else {"title": case.title}
            try:
                sent = await client.submit(
                    case.file, case.content(), scope=case.scope, media_type=case.media_type, **title
                )
            except Problem as problem:
                wrong = _unlike(case.expect, "refused", f"{problem.status} {problem.code}")
            else:
                wrong = await self._ended(client, case, sent)
            if case.question is not None:
                words = await self._chat(self._stack.token(*unit), case.question)
                wrong += [f"the chat says {each!r}" for each in case.must_not_contain_chat if each in words]
            return wrong + await self._after(*case.must_not_contain_log)

    async def send_request(self, case: RequestCase) -> list[str]:
        """Send a request, and return what went otherwise than expected."""
        if self._document is None:
            self._document = await self._a_document()
        path = case.path.replace("{document}", self._document)
        token = self._stack.token(_UNIT, **case.claims)
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        before, since = peak_bytes(self._stack.pid), time.monotonic()
        try:
            answer = await self._http.request(case.method, path, headers=headers, content=case.content())
        except httpx.TransportError as error:
            return [f"the connection was cut ({type(error).__name__})", *await self._after()]
        took, grown = time.monotonic() - since, (peak_bytes(self._stack.pid) - before) / _MEGABYTE
        checks = {
            f"{answer.status_code}, not one of {case.expect}": answer.status_code not in case.expect,
            f"an answer of {len(answer.content)} bytes": len(answer.content) > case.max_answer_bytes,
            f"{took:.1f} s": took > case.max_seconds,
            f"{grown:.0f} MB": grown > case.max_memory_mb,
        }
        return [what for what, is_wrong in checks.items() if is_wrong] + await self._after()

    async def _ended(self, client: VigieClient, case: FileCase, document: DocumentView) -> list[str]:
        async with asyncio.timeout(_PATIENCE_S):
            while document.state not in {"indexed", "failed"}:
                await asyncio.sleep(_POLL_S)
                document = await client.document(document.id)
        reason = (document.failure or {}).get("reason", "")
        wrong = _unlike(
            case.expect, "parsed" if document.state == "indexed" else "refused", f"{document.state} {reason}"
        )
        if case.must_contain is not None and document.state == "indexed":
            texts = [passage.text async for passage in client.passages(document.id)]
            wrong += [] if any(case.must_contain in text for text in texts) else [f"{case.must_contain!r} is missing"]
        return wrong

    async def _chat(self, token: str, question: str) -> str:
        body = {"model": "vigie", "messages": [{"role": "user", "content": question}]}
        headers = {"authorization": f"Bearer {token}"}
        answer = await self._http.post("/v1/chat/completions", json=body, headers=headers)
        return str(answer.json()["choices"][0]["message"]["content"])

    async def _a_document(self) -> str:
        async with VigieClient(self._stack.url, self._stack.token(_UNIT), "en") as client:
            return str((await client.submit("plain.txt", b"Some plain words.", scope=f"unit:{_UNIT}")).id)

    async def _after(self, *words: str) -> list[str]:
        """What holds after each case: the next request is answered, and the log tells nothing."""
        answer = await self._http.get("/v1/status", headers={"authorization": f"Bearer {self._stack.token(_UNIT)}"})
        wrong = [] if answer.is_success else [f"the next request got {answer.status_code}"]
        with self._log.open("rb") as file:
            file.seek(self._read)
            told = file.read()
        self._read += len(told)
        return wrong + [f"the log has {each}" for each in (*_OF_SQL, *words) if each.encode() in told]


def _unlike(expected: str, seen: str, how: str) -> list[str]:
    return [] if expected in {seen, "either"} else [f"{seen} ({how.strip()}), not {expected}"]
