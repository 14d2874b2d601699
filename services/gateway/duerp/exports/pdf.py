"""A DUERP as a PDF that a director signs: Typst sets it (report.typ), tagged for screen readers (PDF/UA-1)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib import resources
from typing import Literal

import typst

from services.gateway.duerp.exports.report import Report

_STANDARD: Literal["ua-1"] = "ua-1"
_SAMPLE = b'#set document(title: "-")\n#for each in json(bytes(sys.inputs.words)) { par(each) }'
_TRIALS = 60
"""Most samples that are set to find what no font has, 40 ms each: another script has hundreds of characters."""


def pdf(report: Report) -> bytes:
    """Write a report as a PDF, in landscape.

    A character that no font of this machine has is written as its code, `[U+AE28]`: PDF/UA-1 allows no glyph that is
    missing (ISO 14289-1, 7.21.4.1), and an empty box would tell nobody what was there.
    """
    words = json.dumps(asdict(report), ensure_ascii=False)
    try:
        return _set(words, _STANDARD)
    except typst.TypstError:
        codes = {ord(each): f"[U+{ord(each):04X}]" for each in _without_glyph(words)}
    told = words.translate(codes)
    try:
        return _set(told, _STANDARD)
    except typst.TypstError:  # characters that have a glyph alone and none together: tagged all the same
        return _set(told, None)


def _set(words: str, standard: Literal["ua-1"] | None) -> bytes:
    template = resources.files(__package__).joinpath("report.typ").read_bytes()
    return typst.compile(template, format="pdf", sys_inputs={"report": words}, pdf_standards=standard)


def _without_glyph(words: str) -> list[str]:
    """Return the characters of a text that no font has; some more when it has very many of them."""
    undecided: list[Sequence[str]] = [sorted({each for each in words if not each.isascii()})]
    missing: list[str] = []
    trials = 0
    while undecided:
        some = undecided.pop()
        if trials == _TRIALS:
            missing += some
            continue
        trials += 1
        if _is_shown(some):
            continue
        if len(some) == 1:
            missing += some
        else:
            half = len(some) // 2
            undecided += [some[half:], some[:half]]  # Latin first
    return missing


def _is_shown(characters: Sequence[str]) -> bool:
    try:
        typst.compile(_SAMPLE, format="pdf", sys_inputs={"words": json.dumps(characters)}, pdf_standards=_STANDARD)
    except typst.TypstError:
        return False
    return True
