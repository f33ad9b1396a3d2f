"""Migrations assume traffic: what each revision after the last release may do, and how waiting for a lock goes."""

from __future__ import annotations

import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import Script, ScriptDirectory

from migrations import online
from onedoor.commands import database
from onedoor.commands.database import dsn_of, migrations_folder, upgrade
from tests.fixtures.databases import Databases
from tests.migrations.first_release import revision

# A few thousand rows in the largest city, read by index: what is made on them is made before anybody notices.
SMALL = {
    "visit_cap",
    "api_token",
    "bureau",
    "user_account",
    "user_session",
    "inspector",
    "item",
    "import_mapping",
    "entity_merge",
    "work_task",
}
NAME = r'(?:IF NOT EXISTS |ONLY |public\.)*"?(\w+)"?'


def revisions() -> list[Script]:
    """What came after the release that one migrates from, oldest first."""
    script = ScriptDirectory(str(migrations_folder()))
    return list(reversed(list(script.iterate_revisions("heads", revision()))))


def statements(revision: Script) -> list[str]:
    return [" ".join(one.split()) for one in getattr(revision.module, "STATEMENTS", ())]


def test_a_revision_holds_nobody_up() -> None:
    """What reads or rewrites a whole table under a lock that stops people is not for a table that may be large."""
    for one in revisions():
        made = {found[1] for each in statements(one) if (found := re.match(f"CREATE TABLE {NAME}", each))}
        slow = [each for each in statements(one) if _table_held(each) not in made | SMALL | {None}]
        assert slow == [], f"{one.revision}: see migrations/online.py"


def _table_held(statement: str) -> str | None:
    """The table that this statement would read through or rewrite while people wait, if it is such a one."""
    if found := re.match(rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\w+ ON {NAME}", statement):
        return found[1]
    found = re.match(rf"ALTER TABLE {NAME} (.*)", statement)
    if found is None:
        return None
    action = found[2].upper()
    scans = (
        r"ADD CONSTRAINT(?!.*(NOT VALID|USING INDEX))",
        r"ALTER COLUMN \w+ (SET DATA )?TYPE",
        r"ALTER COLUMN \w+ SET NOT NULL",
        r"ADD COLUMN (?![^,]*DEFAULT)[^,]*NOT NULL",
        r"ADD COLUMN [^,]*DEFAULT [^,]*\(",
        r"ADD COLUMN [^,]*(REFERENCES|UNIQUE|CHECK)",
    )
    return found[1] if any(re.search(each, action) for each in scans) else None


def test_a_revision_is_whole() -> None:
    """Indexes beside the traffic, then one transaction: a revision that stops half way is asked again as it is."""
    for one in revisions():
        text = Path(one.path).read_text(encoding="utf-8")
        assert "autocommit" not in text, f"{one.revision}: use migrations.online.index"
        body = text.split("def upgrade", 1)[1]
        if "index(" in body and statements(one):
            works = min(body.index(call) for call in ("exec_driver_sql", "run(") if call in body)
            assert body.rindex("index(") < works, (
                f"{one.revision}: indexes first: they are passed over if there"
            )


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("CREATE INDEX ix_a ON visit (id)", "visit"),
        ("CREATE INDEX CONCURRENTLY ix_a ON visit (id)", None),
        ("ALTER TABLE visit ADD COLUMN a TEXT", None),
        ("ALTER TABLE visit ADD COLUMN a INTEGER DEFAULT '5' NOT NULL", None),
        ("ALTER TABLE visit ADD COLUMN a INTEGER NOT NULL", "visit"),
        ("ALTER TABLE visit ADD COLUMN a UUID DEFAULT gen_random_uuid()", "visit"),
        ("ALTER TABLE visit ADD CONSTRAINT c CHECK (a > 0)", "visit"),
        ("ALTER TABLE visit ADD CONSTRAINT c CHECK (a > 0) NOT VALID", None),
        ("ALTER TABLE visit ALTER COLUMN a SET NOT NULL", "visit"),
        ("ALTER TABLE visit ALTER COLUMN a TYPE BIGINT", "visit"),
        ("ALTER TABLE visit ENABLE ROW LEVEL SECURITY", None),
    ],
)
def test_what_holds_people_up(statement: str, table: str | None) -> None:
    assert _table_held(statement) == table


NEXT = '''"""What a later release brings, for these tests."""

from migrations.online import index, run

revision = "9001_next"
down_revision = {head!r}
STATEMENTS = ("ALTER TABLE user_account ADD COLUMN made_up TEXT",)


def upgrade() -> None:
    """An index, then the rest."""
    index("ix_made_up", "audit_entry (tenant_id, at) WHERE sequence IS NULL")
    run(STATEMENTS)
'''


@pytest.fixture
def fresh(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The owner's address of a database of today, which has one migration before it, `9001_next`."""
    name = f"m_{secrets.token_hex(6)}"
    databases.create(name, template="onedoor_template")
    ours = migrations_folder()
    folder = tmp_path / "migrations"
    shutil.copytree(ours, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(ours)).get_current_head()
    (folder / "versions" / "9001_next.py").write_text(NEXT.format(head=head), encoding="utf-8")
    monkeypatch.setattr(database, "migrations_folder", lambda: folder)
    yield databases.url("OWNER", name)
    databases.drop(name)


def test_a_migration_that_gets_no_lock_lets_others_pass_and_goes_on_later(
    fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long reader holds a table. Nobody queues behind the migration for longer than its own short wait."""
    monkeypatch.setattr(online, "LOCK_TIMEOUT", "100ms")
    monkeypatch.setattr(online.set_timeouts, "__defaults__", ("100ms", "60s"))
    monkeypatch.setattr(database, "PAUSE", 0.05)
    heard, result = threading.Event(), []

    def hear(sentence: str) -> None:
        result.append(sentence)
        heard.set()

    failed: list[BaseException] = []
    with psycopg.connect(dsn_of(fresh)) as reader:
        reader.execute("LOCK TABLE job, user_account IN ACCESS SHARE MODE")
        thread = threading.Thread(target=_caught(upgrade, failed), args=(fresh,), kwargs={"report": hear})
        thread.start()
        assert heard.wait(60), failed
        # It has given up for now; another reader passes at once, and so it would while the migration waits its 100 ms.
        with psycopg.connect(dsn_of(fresh)) as other:
            other.execute("SET lock_timeout = '5s'")
            other.execute("LOCK TABLE user_account IN ACCESS SHARE MODE")
        reader.rollback()
    thread.join(120)
    assert failed == [] and not thread.is_alive() and "trying again" in result[0]
    with psycopg.connect(dsn_of(fresh)) as link:
        assert link.execute("SELECT version_num FROM alembic_version").fetchone() == ("9001_next",)


def test_an_index_that_was_interrupted_is_made_again(fresh: str) -> None:
    """A killed CREATE INDEX CONCURRENTLY leaves an index that nothing uses; asked again, it is made whole."""
    with psycopg.connect(_as_superuser(fresh), autocommit=True) as link:
        link.execute("CREATE INDEX ix_made_up ON audit_entry (tenant_id, at) WHERE sequence IS NULL")
        link.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_made_up'::regclass")
        upgrade(fresh)
        found = link.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_made_up'::regclass"
        ).fetchone()
    assert found == (True,)


def _as_superuser(owner: str) -> str:
    name = sa.make_url(owner).database or ""
    return dsn_of(Databases.from_environment().url("SUPERUSER", name))


def _caught(work: Any, failed: list[BaseException]) -> Any:
    def do(*args: Any, **kwargs: Any) -> None:
        try:
            work(*args, **kwargs)
        except BaseException as error:
            failed.append(error)

    return do
