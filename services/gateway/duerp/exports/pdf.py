"""A DUERP as a PDF that a director signs: Typst sets it (report.typ), tagged for screen readers (PDF/UA-1)."""

import json
from dataclasses import asdict
from importlib import resources

import typst

from services.gateway.duerp.exports.report import Report


def pdf(report: Report) -> bytes:
    """Write a report as a PDF, in landscape."""
    template = resources.files(__package__).joinpath("report.typ").read_bytes()
    return typst.compile(
        template, format="pdf", sys_inputs={"report": json.dumps(asdict(report))}, pdf_standards="ua-1"
    )
