"""`@command`: an async function as typer takes a command, with the options that its injected parameters stand for."""

import functools
import inspect
from collections.abc import Callable, Coroutine
from inspect import Parameter
from typing import Any

from services.cli.context import DEFAULT_DATA, DataOption, JsonOption, UrlOption, UserOption, run
from services.cli.gateway import Gateway, PersonalGateway
from services.cli.output import Output


def _option(name: str, annotation: Any, *, default: object) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


_JSON = _option("as_json", JsonOption, default=False)
_USER = _option("user", UserOption, default=None)
_DATA = _option("data", DataOption, default=DEFAULT_DATA)
_URL = _option("url", UrlOption, default=None)

_INJECTED: dict[Any, tuple[Callable[..., object], tuple[Parameter, ...]]] = {
    Output: (Output, (_JSON,)),
    Gateway: (Gateway, (_DATA, _URL)),
    PersonalGateway: (Gateway, (_USER, _DATA, _URL)),
}
"""Annotation of a parameter -> what it is made by, and the options that this takes, in the order of the help."""


def command(work: Callable[..., Coroutine[Any, Any, int | None]]) -> Callable[..., None]:
    """Make `work` a command; what it returns is the exit code, None is 0.

    A parameter annotated `Output` brings the option `--json`, `Gateway` brings `--data` and `--url`, `PersonalGateway`
    brings `--as` too; they follow the function's own options in its help.
    """
    parameters = inspect.signature(work).parameters.values()
    own = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in parameters if each.annotation not in _INJECTED]
    injected = {each.name: _INJECTED[each.annotation] for each in parameters if each.annotation in _INJECTED}
    shared = [option for option in (_JSON, _USER, _DATA, _URL) if any(option in take for _, take in injected.values())]

    @functools.wraps(work)
    def run_command(**values: Any) -> None:
        for name, (make, options) in injected.items():
            values[name] = make(**{option.name: values.pop(option.name) for option in options})
        run(work(**values))

    run_command.__dict__["__signature__"] = inspect.Signature([*own, *shared])
    return run_command
