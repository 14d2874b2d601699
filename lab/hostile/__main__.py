"""Send a folder of hostile files and requests to a running Vigie, and print what it did otherwise than expected.

python -m lab.hostile FOLDER --data DIR [--log FILE]

FOLDER has `manifest.jsonl` (a line a file) and `requests.jsonl` (a line a request), either or both; their fields are in
lab/hostile/cases.py. DIR is the data folder of the `vigie up` that is asked; --log its output, which may tell no SQL
parameter then. Ends with 1 when something was otherwise.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from lab.hostile.cases import file_cases, request_cases
from lab.hostile.run import HostileRun, Stack


async def run(options: argparse.Namespace) -> int:
    """Send everything; return how many cases went otherwise."""
    failed = 0
    async with HostileRun(Stack(options.data), options.log) as vigie:
        for file in file_cases(options.folder):
            failed += told(file.name, await vigie.send_file(file))
        for request in request_cases(options.folder):
            failed += told(request.id, await vigie.send_request(request))
    return failed


def told(name: str, wrong: list[str]) -> bool:
    """Print what became of a case; return whether it went otherwise."""
    print(f"{'FAIL' if wrong else 'pass'} {name}{': ' if wrong else ''}{'; '.join(wrong)}", flush=True)
    return bool(wrong)


def main() -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m lab.hostile", description=about)
    parser.add_argument("folder", type=Path, help="with manifest.jsonl, requests.jsonl and the files")
    parser.add_argument("--data", type=Path, required=True, help="data folder of the Vigie that runs")
    parser.add_argument("--log", type=Path, help="its output")
    return 1 if asyncio.run(run(parser.parse_args())) else 0


if __name__ == "__main__":
    sys.exit(main())
