"""Names nobody else may read: planted in every private row, looked for in every answer.

Which rows are private says the matrix of access.md: what is marked is whatever a bureau without a part in it is not
shown. A name tells its table and column, so that a leak says where it comes from.
"""

from __future__ import annotations

import io
import re
import zipfile
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from tests.tenants.matrix import ALL, MATRIX

MARK = re.compile(rb"zq7-([a-z_0-9]+)-([a-z_0-9]+)-7qz")
# Words of the house that pages compare with; a mark would change what is done and not what is shown.
MACHINE = {
    "state",
    "kind",
    "action",
    "part",
    "stage",
    "step",
    "permission",
    "platform",
    "layout",
    "media_type",
    "roles",
}
ZIPPED = b"PK\x03\x04"


def plant(
    behind: psycopg.Connection, tables: list[sa.Table], strangers: list[UUID], shared: UUID
) -> set[str]:
    """Mark the private rows; returns `table.column` of what was marked. `shared` is a campaign strangers are in."""
    behind.execute("SELECT set_config('session_replication_role', 'replica', false)")
    kept = _constrained(behind)
    marked = set()
    for table in tables:
        private = _private(table, strangers, shared)
        if private is None:
            continue
        for column in table.columns:
            value = _marking(table.name, column)
            if value is None or f"{table.name}.{column.name}" in kept:
                continue
            changed = behind.execute(
                f'UPDATE "{table.name}" t SET "{column.name}" = {value[0]} WHERE {private} AND {value[1]}'.encode()
            )
            if changed.rowcount > 0:
                marked.add(f"{table.name}.{column.name}")
    return marked


def found_in(*texts: bytes | str) -> set[str]:
    """The tables whose private names stand in these texts; workbooks and Word files are opened."""
    found = set()
    for text in texts:
        raw = text.encode() if isinstance(text, str) else text
        for part in _parts(raw):
            found |= {f"{table.decode()}.{column.decode()}" for table, column in MARK.findall(part)}
    return found


def _parts(raw: bytes) -> list[bytes]:
    if not raw.startswith(ZIPPED):
        return [raw]
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return [packed.read(name) for name in packed.namelist()]


def _private(table: sa.Table, strangers: list[UUID], shared: UUID) -> str | None:
    """The rows no stranger is shown; None where every row is everybody's."""
    cell = MATRIX[table.name]
    if cell.bureau == ALL:
        return None
    seen = ["(" + cell.bureau.replace("{me}", f"'{one}'::uuid") + ")" for one in strangers]
    seen += [f"t.tenant_id = '{one}'" for one in strangers if "tenant_id" in table.c]
    if cell.partner is not None and "campaign_id" in table.c:
        seen.append(f"t.campaign_id = '{shared}'")
    if table.name == "campaign":
        seen.append(f"t.id = '{shared}'")
    return f"NOT coalesce({' OR '.join(seen)}, false)"


def _marking(table: str, column: sa.Column[object]) -> tuple[str, str] | None:
    """The marked value of a column and where: texts that hold Chinese, whatever files hold; None leaves it alone."""
    mark = f"zq7-{table}-{column.name}-7qz"
    if column.name in MACHINE:
        return None
    name = f't."{column.name}"'
    if isinstance(column.type, sa.Text):
        return f"{name} || '{mark}'", f"{name} ~ '[\u4e00-\u9fff]'"
    if isinstance(column.type, JSONB):
        result = f"regexp_replace({name}::text, '([\u4e00-\u9fff])\"', '\\1{mark}\"', 'g')::jsonb"
        return result, f"{name}::text ~ '[\u4e00-\u9fff]\"'"
    if isinstance(column.type, sa.LargeBinary) and column.name == "content":
        return f"{name} || convert_to('{mark}', 'UTF8')", "true"
    return None


def _constrained(behind: psycopg.Connection) -> set[str]:
    """Columns that a check, a key or an index of one kind speaks of."""
    rows = behind.execute(
        "SELECT c.conrelid::regclass || '.' || a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype IN ('c', 'f', 'p', 'u')"
        " UNION SELECT i.indrelid::regclass || '.' || a.attname FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indisunique"
    )
    return {row[0].replace('"', "") for row in rows}
