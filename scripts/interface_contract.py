"""The contract of the interface, kept beside the change log: `python scripts/interface_contract.py` writes it anew.

An operation that changed must be named under the newest version of the change log first, by `METHOD /path` or by the beginning
of its path with `…`; a version that is out is not written into, so a later day's changes need a new one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from onedoor.app import create_app
from onedoor.config import Config
from onedoor.edge.contract import versions

FILE = Path(__file__).parents[1] / "platform/onedoor/edge/contract/contract.json"


def main(document: dict[str, Any]) -> int:
    """Write the contract, if the change log names all that changed."""
    version, section = next(iter(versions.sections(versions.change_log()).items()))
    now, before = versions.contract(document), versions.kept_contract()
    changed = versions.differences(now, before)
    unnamed = [one for one in changed if before and not versions.is_named(one, section)]
    if unnamed:
        print(f"Name these under {version} in the change log beside it first:", *unnamed, sep="\n  ")
        return 1
    made = {
        name: {"digest": digest, "since": version if name in changed else before[name]["since"]}
        for name, digest in now.items()
    }
    FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(made)} operations, {len(changed)} of them changed in {version}.")
    return 0


if __name__ == "__main__":
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    config = Config(
        nowhere,
        nowhere,
        None,
        "redis://127.0.0.1:1/0",
        "0" * 32,
        "1:" + "0" * 64,
        "http://127.0.0.1:8000",
        testing=True,
    )
    sys.exit(main(create_app(config).extensions["onedoor.api"]))
