"""What of a page or a file runs, loads or leads elsewhere."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import lxml.html

from tests.support.injections import ELSEWHERE

FRAMES = {"iframe", "frame", "object", "embed", "applet", "base", "math", "marquee"}
ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background", "content"}

OWN_REFRESH = re.compile(r"\d+(;url=/[^/\\].*)?")
"""A page of ours that waits, for a file or an answer, loads itself again."""


def active(html: str, address: str) -> Iterator[str]:
    """What of a page would run, load or lead elsewhere, by what somebody wrote."""
    if not html.strip():
        return
    for element in lxml.html.fromstring(f"<div>{html}</div>" if "<html" not in html[:500] else html).iter():
        tag: object = element.tag
        if not isinstance(tag, str):  # a comment
            if re.search(r"canari\d+q", element.text or ""):
                yield f"a comment: {element.text}"
            continue
        if tag in FRAMES or (tag == "script" and not str(element.get("src", "")).startswith("/static/")):
            yield f"<{tag}>"
        for name, value in ((str(name), str(value)) for name, value in element.attrib.items()):
            if name.startswith("on"):
                yield f"{name}={value}"
            there = urlsplit(urljoin(address, value.strip())) if name in ADDRESSES and name != "content" else None
            if there and (there.hostname == ELSEWHERE or there.scheme in {"javascript", "vbscript", "file", "data"}):
                yield f"{name}={value}"
            is_refresh = name == "content" and element.get("http-equiv")
            if is_refresh and not OWN_REFRESH.fullmatch(value):
                yield f"meta {value}"


def onward(html: str, address: str) -> Iterator[str]:
    """Paths that a page of the site links to; at most a few of each kind, since a hundred lines have the same page."""
    kinds: Counter[str] = Counter()
    for element in lxml.html.fromstring(html).iter("a"):
        there = urlsplit(urljoin(address, element.get("href", "")))
        if there.netloc != urlsplit(address).netloc or "sign-out" in there.path:
            continue
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", there.path)
        kinds[kind] += 1
        if kinds[kind] <= 4:
            yield f"{there.path}?{there.query}" if there.query else there.path


def assert_docx_is_still(file: bytes) -> None:
    """It names nothing outside but what is ours, and has no field that an office program fills in by itself."""
    with ZipFile(io.BytesIO(file)) as parts:
        for name in parts.namelist():
            content = parts.read(name).decode("utf-8", "replace")
            assert not (name.endswith(".rels") and ELSEWHERE in content), name
            instructions = " ".join(re.findall(r"<w:instrText[^>]*>([^<]*)", content))
            assert "canari" not in instructions, name
            assert "DDE" not in instructions, name
