"""A bucket and an index server that refuse until they are mended: what a process meets before an operator has been."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_OK, _FORBIDDEN, _NOT_FOUND = 200, 403, 404
_DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class _Server:
    """Answers on a port of its own.

    Attributes:
        mended: whether it lets people in.
    """

    def __init__(self) -> None:
        self.mended = False
        self.address = ""

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[None]:
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _reply(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                status, body = answer(self.command, self.path.partition("?")[0])
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.send_header("etag", '"1"')
                self.send_header("last-modified", "Tue, 24 Nov 2026 08:00:00 GMT")
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                self._reply()

            def do_PUT(self) -> None:
                self._reply()

            def do_POST(self) -> None:
                self._reply()

            def log_message(self, *_: Any) -> None:
                """Nothing: a test's output is the test's."""

        class Threads(ThreadingHTTPServer):
            daemon_threads = True

        with Threads(("127.0.0.1", 0), Handler) as server:
            self.address = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()


class RefusingBucket(_Server):
    """A bucket whose account has no rights; once mended it takes what is put there, and gives it back."""

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        if not self.mended:
            return _FORBIDDEN, _DENIED
        return (_OK, b"") if method == "PUT" or path.endswith("/ingest") else (_NOT_FOUND, b"<Error/>")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "VIGIE_OBJECTS_S3_URL": "s3://vigie/objects",
            "VIGIE_OBJECTS_S3_ENDPOINT": self.address,
            "VIGIE_OBJECTS_S3_REGION": "us-east-1",
            "VIGIE_OBJECTS_S3_ACCESS_KEY_ID": "key",
            "VIGIE_OBJECTS_S3_SECRET_ACCESS_KEY": "secret",
        }


class ReadOnlyIndex(_Server):
    """A Qdrant without our collection, whose key may not make one; once mended it does.

    Attributes:
        has_collection: whether somebody made one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.has_collection = False

    def answer(self, method: str, path: str) -> tuple[int, bytes]:
        if path.endswith("/exists"):
            return _OK, _told({"exists": self.has_collection})
        if method == "PUT":
            if not self.mended:
                return _FORBIDDEN, _told(None)
            self.has_collection = True
            return _OK, _told(True if path.count("/") == 2 else {"operation_id": 0, "status": "completed"})
        return (_OK, _told([])) if self.has_collection else (_NOT_FOUND, b'{"status": {"error": "no such collection"}}')


def _told(result: object) -> bytes:
    return json.dumps({"result": result, "status": "ok", "time": 0}).encode()
