"""A typed client of Vigie's HTTP API. It needs httpx and pydantic, and none of what a service needs.

Programs of others import it from `vigie`, the package's public face; docs/client.md shows its use.
"""

from shared.client.duerp import UnitDuerp
from shared.client.duerp_figures import UnitFigures
from shared.client.duerp_imports import UnitImports
from shared.client.duerp_year import UnitYear
from shared.client.errors import Problem, UnexpectedResponse
from shared.client.transport import LIMITS, TIMEOUT, Retries, Token
from shared.client.vigie import VigieClient

__all__ = [
    "LIMITS",
    "TIMEOUT",
    "Problem",
    "Retries",
    "Token",
    "UnexpectedResponse",
    "UnitDuerp",
    "UnitFigures",
    "UnitImports",
    "UnitYear",
    "VigieClient",
]
