"""The kept dump of the first release that later ones migrate from, 0.2: a made-up city with the demo's whole story in it.

`tests/migrations/golden.py` made it from the code of that release. The keys beside it are made up too, and are nobody's.
"""

from __future__ import annotations

import json
import lzma
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.engine import make_url

from onedoor.config import Config
from onedoor.embedded.postgres import programs
from onedoor.embedded.processes import Account
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import settings

GOLDEN = Path(__file__).parents[1] / "golden"
DUMP, KNOWN = GOLDEN / "first_release.sql.xz", GOLDEN / "first_release.json"


def revision() -> str:
    """The migration that its tables are of."""
    found: str = json.loads(KNOWN.read_text())["revision"]
    return found


@dataclass(frozen=True)
class FirstRelease:
    """Settings for a database with the dump in it, and what is known of its city."""

    config: Config
    city: str
    main_job: dict[str, UUID]


@contextmanager
def restored(databases: Databases) -> Iterator[FirstRelease]:
    """A database of one's own, as the first release left it."""
    known = json.loads(KNOWN.read_text())
    name = f"f_{secrets.token_hex(6)}"
    databases.create(name)
    _fill(databases.url("SUPERUSER", name))
    config = settings(
        databases, name, secret_key=known["secret_key"], field_keys=known["field_keys"], testing=True
    )
    yield FirstRelease(config, known["city"], {key: UUID(value) for key, value in known["told"].items()})
    databases.drop(name)


def _fill(superuser: str) -> None:
    dump = lzma.decompress(DUMP.read_bytes())
    address = make_url(superuser).set(drivername="postgresql").render_as_string(hide_password=False)
    # What bootstrap_database.sql made stands in the dump as well.
    dump = dump.replace(b"CREATE SCHEMA public;", b"")
    account = Account.choose(Path("/nonexistent"))
    program = str(programs(account) / "psql")
    command = [program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address, "-o", "/dev/null"]
    subprocess.run(command, input=dump, check=True, capture_output=True)
