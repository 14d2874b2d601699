"""The sealer that seals nothing (port: Sealer)."""

from collections.abc import AsyncIterable


class Unsealed:
    """Leaves everything as it is."""

    def seal(self, data: bytes, *, scope: str, context: str) -> bytes:  # noqa: ARG002 (the port's)
        return data

    def seal_stream(self, chunks: AsyncIterable[bytes], *, scope: str, context: str) -> AsyncIterable[bytes]:  # noqa: ARG002 (the port's)
        return chunks

    def unseal(self, data: bytes, *, context: str) -> bytes:  # noqa: ARG002 (the port's)
        return data


UNSEALED = Unsealed()
