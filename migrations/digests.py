"""What has landed is never edited: each migration's digest stands in `landed.txt` and is compared in the tests.

python -m migrations.digests      adds the files that are new; what is listed stays as it is listed
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parent
LIST = FOLDER / "landed.txt"


def digests() -> dict[str, str]:
    """SHA-256 of each migration as it stands, by the name of its file."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((FOLDER / "versions").glob("*.py"))
    }


def listed() -> dict[str, str]:
    """As they were when they landed."""
    if not LIST.exists():
        return {}
    pairs = (line.split() for line in LIST.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in pairs}


def head() -> str | None:
    """The newest migration of this checkout."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def write(*, anew: bool = False) -> list[str]:
    """List what is new; `anew` lists everything as it is. Returns the names that were added."""
    before = {} if anew else listed()
    now = {**digests(), **before}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(now.items())]
    LIST.write_text("".join(lines), encoding="utf-8")
    return sorted(now.keys() - before.keys())


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name} has landed\n" for name in write()))
