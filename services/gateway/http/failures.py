"""A job's failure in the JSON of the API."""

from typing import Any

from services.gateway.http.problems import problem, status_of
from shared.contracts.base import Failure


def problem_of_failure(failure: Failure | None, language: str) -> dict[str, Any] | None:
    return problem(failure, status_of(failure.code), language) if failure else None
