"""Scales to begin with, as data: the files beside this one, in the words of the documents that they come from."""

import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources

from services.gateway.duerp.scales.model import check
from shared.http_api.duerp.scales import Scale

EXAMPLES = ("vigie", "uneven_product", "sum_in_words", "quotient", "kinney_table")
"""Names of the files in examples/, the one of risk_families.yaml first."""


@cache
def example(name: str) -> Scale:
    """Return the scale of a file in examples/."""
    text = resources.files("services.gateway.duerp.scales").joinpath("examples", f"{name}.toml").read_text("utf-8")
    scale = Scale.model_validate(tomllib.loads(text, parse_float=Decimal))
    check(scale)
    return scale
