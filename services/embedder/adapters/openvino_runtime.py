"""OpenVINO without its conversion tools, which report to their maker.

`import openvino` imports the tools where they are installed, and their import sends an event over `openvino_telemetry`.
None of them is needed: a module that is None in `sys.modules` cannot be imported, which OpenVINO allows for.
"""

import sys

_TOOLS = "openvino.tools.ovc"

if _TOOLS not in sys.modules:  # already there: somebody else has imported it, with what it sends
    sys.modules[_TOOLS] = None  # type: ignore[assignment]  # the import system's own sign for "not to be found"

import openvino  # noqa: E402 (behind the line that keeps its tools out)
from openvino import opset15  # noqa: E402

__all__ = ["openvino", "opset15"]
