"""One contestant, once, in a process of its own, so that its memory is its own: `python -m … NAME < given.json`."""

from __future__ import annotations

import importlib
import json
import os
import sys

from onedoor.commands.bench.measuring import peak_mb
from onedoor.commands.bench.others import Missing

# Only what a contestant needs is loaded, so that its memory is its own.
CONTESTANTS = {
    "whole": ("ours", "whole"),
    "selection": ("ours", "selection"),
    "order_by_random": ("others", "random_order"),
    "consistent_sampler": ("others", "consistent_sampler"),
    "cryptorandom_pikk": ("others", "pikk"),
    "verify_py": ("verifiers", "one_file"),
    "browser": ("verifiers", "in_browser"),
    "teaming": ("ours", "teaming"),
    "load": ("registry.loading", "load"),
    "load_again": ("registry.loading", "load"),
    "copy": ("registry.loading", "copy"),
}


def main(name: str) -> None:
    """Run the contestant and print what it took as one JSON object."""
    given = json.load(sys.stdin) | {"pid": os.getpid()}
    module, function = CONTESTANTS[name]
    try:
        told = getattr(importlib.import_module(f"onedoor.commands.bench.{module}"), function)(given)
    except Missing as problem:
        told = {"skipped": str(problem)}
    print(json.dumps({"peak_mb": peak_mb(), **told}))  # noqa: T201 - its parent reads it


if __name__ == "__main__":
    main(sys.argv[1])
