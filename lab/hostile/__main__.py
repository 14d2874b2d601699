"""Send a folder of hostile files and requests to a running Vigie, and print what it did otherwise than expected.

python -m lab.hostile FOLDER [--data DIR --log FILE]

FOLDER has `manifest.jsonl` (a line a file) and `requests.jsonl` (a line a request), either or both; their fields are in
lab/hostile/cases.py. DIR is the data folder of the `vigie up` that is asked, FILE its output, which may tell no SQL
parameter; without DIR one is started for this alone, on a folder of its own. Ends with 1 when something was otherwise.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from lab.bench.stack import StackProcess
from lab.hostile.cases import file_cases, request_cases
from lab.hostile.run import HostileRun, Stack


async def run(options: argparse.Namespace) -> int:
    """Send everything; return how many cases went otherwise.

    Raises:
        RuntimeError: no Vigie runs there, the one of its own does not start, or the folder has no case.
    """
    if options.data is not None:
        return await _sent(options.folder, options.data, options.log)
    with tempfile.TemporaryDirectory(prefix="vigie-hostile-") as folder:
        stack = StackProcess(Path(folder) / "data")
        async with stack.running():
            return await _sent(options.folder, stack.data, stack.log)


async def _sent(folder: Path, data: Path, log: Path) -> int:
    files, requests = [*file_cases(folder)], [*request_cases(folder)]
    if not files and not requests:
        raise RuntimeError(f"no case in {folder}")
    failed = 0
    async with HostileRun(Stack(data), log) as vigie:
        for file in files:
            failed += told(file.name, await vigie.send_file(file))
        for request in requests:
            failed += told(request.id, await vigie.send_request(request))
    print(f"{len(files) + len(requests) - failed} of {len(files) + len(requests)} as expected")
    return failed


def told(name: str, wrong: list[str]) -> bool:
    """Print what became of a case; return whether it went otherwise."""
    print(f"{'FAIL' if wrong else 'pass'} {name}{': ' if wrong else ''}{'; '.join(wrong)}", flush=True)
    return bool(wrong)


def main() -> int:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m lab.hostile", description=about)
    parser.add_argument("folder", type=Path, help="with manifest.jsonl, requests.jsonl and the files")
    parser.add_argument("--data", type=Path, help="data folder of a Vigie that runs; without it one is started")
    parser.add_argument("--log", type=Path, help="the output of the one that runs")
    options = parser.parse_args()
    if (options.data is None) != (options.log is None):
        parser.error("--data and --log go together")
    return 1 if asyncio.run(run(options)) else 0


if __name__ == "__main__":
    sys.exit(main())
