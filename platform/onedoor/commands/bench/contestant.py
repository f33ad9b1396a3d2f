"""One contestant, once, in a process of its own, so that its memory is its own: `python -m … NAME < given.json`."""

from __future__ import annotations

import importlib
import json
import os
import sys

from onedoor.commands.bench.other_tools import Missing
from onedoor.commands.bench.stopwatch import peak_mb

# Only what a contestant needs is loaded, so that its memory is its own.
CONTESTANTS = {
    "whole": ("own_draws", "whole"),
    "selection": ("own_draws", "selection"),
    "order_by_random": ("other_tools", "random_order"),
    "consistent_sampler": ("other_tools", "consistent_sampler"),
    "cryptorandom_pikk": ("other_tools", "pikk"),
    "verify_py": ("verifiers", "one_file"),
    "browser": ("verifiers", "in_browser"),
    "teaming": ("own_draws", "teaming"),
    "load": ("registry.file_load", "load"),
    "load_again": ("registry.file_load", "load"),
    "copy": ("registry.file_load", "copy"),
}


def main(name: str) -> None:
    """Run the contestant and print what it took as one JSON object."""
    given = json.load(sys.stdin) | {"pid": os.getpid()}
    module, function = CONTESTANTS[name]
    try:
        figures = getattr(importlib.import_module(f"onedoor.commands.bench.{module}"), function)(given)
    except Missing as problem:
        figures = {"skipped": str(problem)}
    print(json.dumps({"peak_mb": peak_mb(), **figures}))  # noqa: T201 - its parent reads it


if __name__ == "__main__":
    main(sys.argv[1])
