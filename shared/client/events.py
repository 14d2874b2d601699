"""Server-sent events, as the gateway writes them. Source: HTML Living Standard, 9.2.6."""

import re
from collections.abc import AsyncGenerator, Iterator

import httpx

_LINE_END = re.compile(r"\r\n|\n|\r")


async def server_sent_events(response: httpx.Response) -> AsyncGenerator[tuple[str, str], None]:
    """The name and the data of each event, as they come."""
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
    """Lines that end as the standard says: httpx would end them at characters too that JSON may contain as they are."""
    pending = ""
    async for text in response.aiter_text():
        pending += text
        complete, pending = _cut(pending)
        for line in complete:
            yield line
    if pending.endswith("\r"):
        yield pending[:-1]


def _cut(text: str) -> tuple[Iterator[str], str]:
    """The lines that are whole, and the rest. A carriage return at the end waits for the line feed that may follow."""
    held = text.endswith("\r")
    *lines, rest = _LINE_END.split(text[:-1] if held else text)
    return iter(lines), f"{rest}\r" if held else rest
