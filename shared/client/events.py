"""Server-sent events, as the gateway writes them. Source: HTML Living Standard, 9.2.6."""

import re
from collections.abc import AsyncGenerator, Iterator

import httpx

_LINE_END = re.compile(r"\r\n|\n|\r")


async def server_sent_events(response: httpx.Response) -> AsyncGenerator[tuple[str, str], None]:
    """Yield the name and the data of each event of a response."""
    name, data = "message", list[str]()
    async for line in _lines(response):
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
        else:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)


async def _lines(response: httpx.Response) -> AsyncGenerator[str, None]:
    """Yield lines as the standard ends them. httpx's lines end at U+2028 too, which JSON may contain."""
    pending = ""
    async for text in response.aiter_text():
        pending += text
        complete, pending = _split(pending)
        for line in complete:
            yield line
    if pending.endswith("\r"):
        yield pending[:-1]


def _split(text: str) -> tuple[Iterator[str], str]:
    """Split text into whole lines and the rest, which keeps a final carriage return: a line feed may follow."""
    held = text.endswith("\r")
    *lines, rest = _LINE_END.split(text[:-1] if held else text)
    return iter(lines), f"{rest}\r" if held else rest
