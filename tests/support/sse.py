"""Server-sent events of a response that has ended."""

import json
from typing import Any


def events_of(stream: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the data of each event."""
    names, data = (
        [line[len(field) :].strip() for line in stream.splitlines() if line.startswith(field)]
        for field in ("event:", "data:")
    )
    return [(name, json.loads(each)) for name, each in zip(names, data, strict=True)]
