"""Backup of a city at work, restored on another machine: one moment, nothing missing, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import secrets
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from onedoor import embedded
from onedoor.app import create_app
from onedoor.commands.backup.archive import BackupError, Reader, Writer, fingerprints
from onedoor.commands.backup.restoration import restore
from onedoor.commands.backup.snapshot import back_up, tables_of
from onedoor.commands.catalogue import catalogue, compare
from onedoor.commands.database import dsn_of, upgrade
from onedoor.config import Config
from onedoor.kernel import audit, jobs
from onedoor.kernel.jobs import JobName
from tests.fixtures import city as cities
from tests.fixtures.clients import PageClient
from tests.fixtures.databases import Databases
from tests.migrations.first_release import FirstRelease, restored, revision


@pytest.fixture(scope="module")
def old(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FirstRelease, Path]]:
    """A city of the first release, a backup of it as it was, and the city upgraded."""
    with restored(databases) as found:
        path = tmp_path_factory.mktemp("old") / "first.zip"
        back_up(_owner(found.config), path, _keys(found.config))
        upgrade(found.config.owner_database_url or "")
        yield found, path


@pytest.fixture(scope="module")
def source(old: tuple[FirstRelease, Path]) -> FirstRelease:
    """A city at work, with everything of the main job in it."""
    return old[0]


@pytest.fixture(scope="module")
def backup(source: FirstRelease, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it, made by the command."""
    path = tmp_path_factory.mktemp("backup") / "city.zip"
    made = _onedoor(source.config, "backup", str(path))
    assert made.returncode == 0 and "rows of" in made.stdout, made.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    return path


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Servers]:
    """Another machine: a cluster of its own, with nothing but the bootstrap."""
    with embedded.start(tmp_path_factory.mktemp("machine"), durable=False) as servers:
        yield servers


@pytest.fixture
def empty(databases: Databases) -> Iterator[str]:
    """The owner's address of an empty database here."""
    name = f"e_{secrets.token_hex(6)}"
    databases.create(name)
    yield databases.url("OWNER", name)
    databases.drop(name)


def test_a_backup_comes_back_on_another_machine(
    source: FirstRelease, backup: Path, machine: embedded.Servers
) -> None:
    config = Config(
        database_url=machine.app_url,
        public_database_url=machine.public_url,
        owner_database_url=machine.owner_url,
        redis_url=machine.redis_url,
        secret_key=source.config.secret_key,
        field_keys=source.config.field_keys,
        base_url="http://127.0.0.1",
        testing=True,
    )
    back = _onedoor(config, "restore", str(backup))
    assert back.returncode == 0 and "are back" in back.stdout, back.stderr
    assert (
        compare(catalogue(config.owner_database_url or ""), catalogue(source.config.owner_database_url or ""))
        == []
    )
    # That it was made is noted after it was made, so the note is not in it.
    before = _counts(_owner(source.config))
    assert before["backup_entry"] == 1
    assert _counts(_owner(config)) == {**before, "backup_entry": 0}
    again = _onedoor(config, "restore", str(backup))
    assert again.returncode == 1 and "not empty" in again.stderr and len(again.stderr.splitlines()) == 1

    app = create_app(config)
    app.test_client_class, jobs.Bell.ring = PageClient, None
    client = cities.found(app, source.city).client("scjg.planner")
    assert client.get(f"/draws/{source.main_job['draw_id']}").status_code == 200
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()


@pytest.mark.long
def test_a_backup_is_of_one_moment_while_people_work(
    source: FirstRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each table somebody commits a job and its audit entry; the backup has neither, and nobody waited."""
    app = create_app(source.config)
    monkeypatch.setattr(jobs.Bell, "ring", None)
    city = cities.found(app, source.city)
    before, written = _counts(_owner(source.config)), []
    write: Callable[..., Any] = Writer.table

    def with_traffic(self: Writer, name: str, *rest: Any) -> Any:
        made = write(self, name, *rest)
        with city.acting("scjg.planner"):
            asked = jobs.enqueue(JobName.SELECT_TARGETS, {}, title="备份时")
            audit.record("registry.target.refresh", ("job", asked.id), "备份时")
            written.append(asked.id)
        return made

    monkeypatch.setattr(Writer, "table", with_traffic)
    manifest = back_up(_owner(source.config), tmp_path / "busy.zip", _keys(source.config))
    assert len(written) == len(manifest.tables)
    sessions = {"user_session", "user_account"}  # signing in is traffic of the test's own making
    found = {table.name: table.rows for table in manifest.tables if table.name not in sessions}
    assert found == {name: rows for name, rows in before.items() if name not in sessions}
    assert _counts(_owner(source.config))["job"] == before["job"] + len(written)


@pytest.mark.long
def test_a_backup_of_the_first_release_goes_into_this_one(
    old: tuple[FirstRelease, Path], empty: str, databases: Databases
) -> None:
    first, path = old
    manifest = restore(empty, path, _keys(first.config))
    assert manifest.revision == revision()
    assert compare(catalogue(empty), catalogue(databases.url("OWNER", "onedoor_template"))) == []
    now = _counts(dsn_of(empty))
    kept = {table.name: table.rows for table in manifest.tables}
    assert {name: now[name] for name in kept} == kept and now["drawn_part"] > 0


@pytest.mark.long
def test_a_restore_that_was_interrupted_is_made_again(backup: Path, source: FirstRelease, empty: str) -> None:
    """Killed after the tables were made and before the rows were committed: the same command goes on."""
    upgrade(empty, Reader(backup).manifest.revision)
    manifest = restore(empty, backup, _keys(source.config))
    assert sum(_counts(dsn_of(empty)).values()) == manifest.rows


@pytest.mark.long
@pytest.mark.parametrize("place", [0.02, 0.5, 0.95])
def test_a_damaged_archive_is_refused(
    backup: Path, source: FirstRelease, empty: str, tmp_path: Path, place: float
) -> None:
    content = bytearray(backup.read_bytes())
    where = _within_rows(backup, int(len(content) * place))
    content[where : where + 8] = bytes(255 - byte for byte in content[where : where + 8])
    _refused(tmp_path, bytes(content), source, empty, "damaged")


@pytest.mark.long
@pytest.mark.parametrize("part", [0.0, 0.5, 0.999])
def test_an_archive_cut_off_is_refused(
    backup: Path, source: FirstRelease, empty: str, tmp_path: Path, part: float
) -> None:
    content = backup.read_bytes()
    _refused(tmp_path, content[: int(len(content) * part)], source, empty, "damaged")


def test_another_version_is_refused_in_one_sentence(
    backup: Path, source: FirstRelease, empty: str, tmp_path: Path
) -> None:
    _refused(tmp_path, _altered(backup, revision="9999_later"), source, empty, "9999_later")
    _refused(tmp_path, _altered(backup, format=2), source, empty, "format 2")


def test_other_keys_are_refused(backup: Path, source: FirstRelease, empty: str) -> None:
    """Without the keys nobody could read the personal data: said before anything is loaded."""
    keys = fingerprints(f"1:{secrets.token_hex(32)}", source.config.secret_key)
    with pytest.raises(BackupError, match="key 1 of ONEDOOR_FIELD_KEYS"):
        restore(empty, backup, keys)
    keys = fingerprints(source.config.field_keys, "x" * 40)
    with pytest.raises(BackupError, match="ONEDOOR_SECRET_KEY"):
        restore(empty, backup, keys)
    assert _counts(dsn_of(empty)) == {}


@pytest.mark.long
def test_a_disk_that_is_full_leaves_no_half_backup(source: FirstRelease, tmp_path: Path) -> None:
    path = tmp_path / "full.zip"
    made = _onedoor(source.config, "backup", str(path), limit=200_000)
    assert made.returncode == 1 and "cannot be written" in made.stderr, made.stderr
    assert len(made.stderr.splitlines()) == 1 and list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_backup_is_not_written_over_by_accident(source: FirstRelease, backup: Path) -> None:
    before = hashlib.sha256(backup.read_bytes()).digest()
    made = _onedoor(source.config, "backup", str(backup))
    assert made.returncode == 1 and "--replace" in made.stderr
    assert hashlib.sha256(backup.read_bytes()).digest() == before


def _within_rows(backup: Path, place: int) -> int:
    """The middle of the packed content that begins next to a place: much of a zip's headers tells nobody anything."""
    with zipfile.ZipFile(backup) as archive:
        members = [each for each in archive.infolist() if each.compress_size > 100]
    nearest = min(members, key=lambda each: abs(each.header_offset - place))
    header = backup.read_bytes()[nearest.header_offset :][:30]
    lengths = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return nearest.header_offset + 30 + lengths + nearest.compress_size // 2


def _refused(folder: Path, content: bytes, source: FirstRelease, empty: str, word: str) -> None:
    path = folder / "bad.zip"
    path.write_bytes(content)
    with pytest.raises(BackupError, match=word) as said:
        restore(empty, path, _keys(source.config))
    assert "\n" not in str(said.value)
    assert _counts(dsn_of(empty)) == {}


def _altered(backup: Path, **changes: Any) -> bytes:
    """The archive with another manifest, its sums right."""
    copy = backup.with_name("altered.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), **changes}).encode()
                new.comment = hashlib.sha256(content).hexdigest().encode()
            new.writestr(name, content)
    return copy.read_bytes()


def _onedoor(config: Config, *arguments: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    def bound() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "onedoor", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **config.to_environment()},
        preexec_fn=bound,
    )


def _owner(config: Config) -> str:
    return dsn_of(config.owner_database_url or "")


def _keys(config: Config) -> dict[str, str]:
    return fingerprints(config.field_keys, config.secret_key)


def _counts(owner: str) -> dict[str, int]:
    """Rows by table, policies or not."""
    with psycopg.connect(owner) as link:
        names = list(tables_of(link))
        link.execute("SET LOCAL ROLE onedoor_definer")
        return {name: link.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # type: ignore[index, arg-type]
