"""Makes the golden dump that later releases migrate from: `python -m tests.migrations.golden`.

A made-up city with the demo's whole story in it and what the demo adds to it, so that every room has rows, as
`pg_dump --format=plain --no-comments` of PostgreSQL 18 writes it. Keys and people are made up, and are nobody's. Large
uploads are left out, to keep it small. Run once for a release, when its migrations stand.
"""

from __future__ import annotations

import json
import lzma
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from migrations import digests
from migrations.draft import HOUSE, tables_of
from onedoor import embedded
from onedoor.app import ROOMS, create_app
from onedoor.commands.database import dsn_of, upgrade
from onedoor.commands.demo.scenes import register_details
from onedoor.embedded.postgres import programs
from onedoor.embedded.processes import Account
from onedoor.kernel import jobs
from tests.fixtures import city as cities
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import settings
from tests.fixtures.main_job import MainJobCast, run_main_job
from tests.migrations.first_release import DUMP, KNOWN

NAME = "golden"
# What is read of a file by nobody but whoever downloads it.
LARGE = "UPDATE stored_file SET content = NULL WHERE octet_length(content) > 200000"

# What one joint check leaves empty: nothing is owed, nothing was checked elsewhere, no return is due.
UNTOLD = {"owed", "ledger", "statistics"}


def main() -> None:
    """Tell the story, dump it, and say which tables have no rows."""
    with tempfile.TemporaryDirectory(prefix="onedoor-golden-") as folder:
        with embedded.start(Path(folder) / "data", durable=False) as servers:
            known = _made(servers)
            databases = Databases.from_environment()
            _bare(databases)
            DUMP.write_bytes(lzma.compress(_dumped(databases), preset=9 | lzma.PRESET_EXTREME))
    KNOWN.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{DUMP.name}: {DUMP.stat().st_size} bytes, revision {known['revision']}\n")


def _made(servers: embedded.Servers) -> dict[str, object]:
    """The city and its story in a database; what a test must know of them."""
    for key in ("OWNER", "APP", "PUBLIC", "SUPERUSER", "REDIS"):
        os.environ[f"ONEDOOR_TEST_{key}"] = getattr(servers, f"{key.lower()}_url")
    os.environ["ONEDOOR_TEST_SECRET"] = secrets.token_hex(32)
    os.environ["ONEDOOR_TEST_FIELD"] = f"1:{secrets.token_hex(32)}"
    databases = Databases.from_environment()
    databases.create(NAME)
    upgrade(databases.url("OWNER", NAME))
    app = create_app(settings(databases, NAME, testing=True))
    jobs.Bell.ring = None
    known = cities.settle(app)
    city = cities.found(app, known)
    result = run_main_job(city, lambda stage: None)
    register_details.add(MainJobCast(app, city.bureaus))
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()
    return {
        "revision": digests.head(),
        "secret_key": os.environ["ONEDOOR_TEST_SECRET"],
        "field_keys": os.environ["ONEDOOR_TEST_FIELD"],
        "city": known,
        "told": {key: str(value) for key, value in asdict(result).items()},
    }


def _bare(databases: Databases) -> None:
    """Leave large files out; every room must have rows."""
    address = dsn_of(databases.url("SUPERUSER", NAME))
    with psycopg.connect(address) as link:
        link.execute(LARGE)
        for rooms in (HOUSE, *((room,) for room in ROOMS)):
            counts = {
                table.name: link.execute(f'SELECT count(*) FROM "{table.name}"'.encode()).fetchone()[0]  # type: ignore[index]
                for table in tables_of(rooms)
            }
            empty = [name for name, count in counts.items() if not count]
            sys.stdout.write(
                f"{'+'.join(rooms)}: {sum(counts.values())} rows; none in {', '.join(empty) or '-'}\n"
            )
            assert not counts or any(counts.values()) or UNTOLD & set(rooms), f"{rooms} has no rows"


def _dumped(databases: Databases) -> bytes:
    address = make_url(databases.url("SUPERUSER", NAME)).set(drivername="postgresql")
    program = str(programs(Account.choose(Path("/nonexistent"))) / "pg_dump")
    command = [
        program,
        "--format=plain",
        "--no-comments",
        "-d",
        address.render_as_string(hide_password=False),
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    main()
