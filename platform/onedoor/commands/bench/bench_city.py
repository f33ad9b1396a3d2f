"""What the contestants draw from: the made-up city on an embedded PostgreSQL, with a library of so many firms."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from onedoor import embedded
from onedoor.app import create_app
from onedoor.commands.database import upgrade
from onedoor.commands.demo import made_up_city
from onedoor.config import Config
from onedoor.kernel.clock import today

LEAD = "SCJG"
PASSWORD = secrets.token_hex(8)

# Three kinds of made-up firm. A fiftieth has gone, and another fiftieth has had its visits of the year (R-P6).
FIRMS = """
INSERT INTO entity (id, code, name, kind, status, jurisdiction_code, sort_key, initials, kept_by, created_at, updated_at)
SELECT uuidv7(), kind || '990100' || lpad((n * 7919 % 10000000000)::text, 10, '0'), '示范第' || n || '号店', kind,
       CASE WHEN n % 50 = 0 THEN 'deregistered' ELSE 'active' END, '990100', n, 'sf', %(bureau)s, now(), now()
  FROM (SELECT n, (ARRAY['91', '91', '92', '93'])[n % 4 + 1] AS kind FROM generate_series(1, %(objects)s::bigint) n) each
""".replace(" % ", " %% ")
LIBRARY = """
INSERT INTO target (id, tenant_id, entity_id, listed_on)
SELECT uuidv7(), %(bureau)s, id, current_date FROM entity ORDER BY id
"""
CAPS = """
INSERT INTO visit_cap (id, tenant_id, year, entity_kind, visits, basis)
VALUES (gen_random_uuid(), %(bureau)s, %(year)s, '*', 1, '年度计划')
"""
VISITS = """
INSERT INTO cap_entry (id, tenant_id, entity_code, year, visit_id, kind, posted_at)
SELECT gen_random_uuid(), %(bureau)s, code, %(year)s, gen_random_uuid(), 'random', now() FROM entity
 WHERE sort_key::bigint % 50 = 1
""".replace(" % ", " %% ")


@dataclass(frozen=True)
class World:
    """Running servers with a filled library, and how a child process gets to them."""

    config: Config
    servers: embedded.Servers
    lead: UUID

    def environment(self) -> dict[str, str]:
        """The settings of a child process."""
        return {**os.environ, **self.config.to_environment()}

    def postgres_version(self) -> str:
        """As the server says it."""
        with psycopg.connect(self.servers.dsn("onedoor_owner")) as link:
            return str(link.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]


@contextmanager
def founded(folder: Path) -> Iterator[World]:
    """The servers on an empty folder, with the made-up city, nothing in its registers, and all indexes."""
    with embedded.start(folder, durable=False) as servers:
        upgrade(servers.owner_url)
        config = Config(
            database_url=servers.app_url,
            public_database_url=servers.public_url,
            owner_database_url=servers.owner_url,
            redis_url=servers.redis_url,
            secret_key=secrets.token_hex(32),
            field_keys=f"1:{secrets.token_hex(32)}",
            base_url="http://127.0.0.1:8000",
        )
        city = made_up_city.build(create_app(config), PASSWORD)
        yield World(config, servers, city.bureaus[LEAD])


@contextmanager
def made(folder: Path, objects: int) -> Iterator[World]:
    """The same with a library of `objects` firms, and without the indexes of the register's lists."""
    with founded(folder) as world:
        _fill(world.servers, world.lead, objects)
        yield world


def _fill(servers: embedded.Servers, bureau: UUID, objects: int) -> None:
    given = {"bureau": bureau, "objects": objects, "year": today().year}
    with psycopg.connect(servers.dsn("postgres"), autocommit=True) as link:
        # Lists of the register are not opened here, and their indexes are what takes longest to fill.
        for index in ("grams", "in_order", "registered_on", "status_kind_place", "place_kind"):
            link.execute(f"DROP INDEX IF EXISTS ix_entity_{index}".encode())
        link.execute("SET session_replication_role = replica")
        for statement in (FIRMS, LIBRARY, CAPS, VISITS):
            link.execute(statement, given)
        link.execute("VACUUM ANALYZE")
