"""Items stand in the order of a Chinese list and are found by their initials, as who is inspected and who inspects (R-L1)."""

from __future__ import annotations

from alembic import op

from onedoor.kernel.pinyin import pinyin_key

revision = "0122_items_in_order"
down_revision = "0121_job_acting_for"

COLUMN: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE item ADD COLUMN sort_key TEXT DEFAULT '' NOT NULL",
    "SET LOCAL ROLE onedoor_definer",
)
FILL = (
    "UPDATE item SET sort_key = k.key FROM unnest(CAST(%(names)s AS text[]), CAST(%(keys)s AS text[])) AS k (name, key)"
    " WHERE item.name = k.name"
)


def upgrade() -> None:
    """Of every version there is; the default is for what a server of before still writes meanwhile."""
    connection = op.get_bind()
    for statement in COLUMN:
        connection.exec_driver_sql(statement)
    names = list(connection.exec_driver_sql("SELECT DISTINCT name FROM item").scalars())
    there = connection.exec_driver_sql("SELECT count(*) FROM item").scalar_one()
    filled = connection.exec_driver_sql(FILL, {"names": names, "keys": [pinyin_key(one) for one in names]})
    if filled.rowcount != there:
        raise RuntimeError(f"{filled.rowcount} of {there} items have a key")
    connection.exec_driver_sql("RESET ROLE")
