"""The embedded servers start, keep, stop and start again."""

import os
import socket
import stat
import time
from pathlib import Path

import psycopg
import pytest
import redis

from onedoor.embedded import EmbeddedError, Servers, start
from onedoor.embedded.processes import is_free
from tests.embedded.conftest import all_gone, pids


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data, below a folder that other users cannot enter."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    return closed / "data"


def remember(servers: Servers, text: str) -> None:
    with psycopg.connect(servers.dsn("onedoor_owner")) as link:
        link.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        link.execute("INSERT INTO note VALUES (%s)", (text,))


def remembered(servers: Servers) -> list[str]:
    with psycopg.connect(servers.dsn("onedoor_owner")) as link:
        return [row[0] for row in link.execute("SELECT text FROM note")]


def test_starts_again_in_seconds_on_the_same_data_and_addresses(folder: Path) -> None:
    made = folder / "postgres" / "PG_VERSION"
    with start(folder, durable=False) as first:
        remember(first, "一门")
        before = made.stat()
        addresses = first.owner_url, first.app_url, first.public_url, first.redis_url
        assert redis.Redis.from_url(first.redis_url).ping()
    assert not pids(folder)
    began = time.monotonic()
    with start(folder) as again:
        assert time.monotonic() - began < 60
        assert (made.stat().st_ino, made.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
        assert remembered(again) == ["一门"]
        assert (again.owner_url, again.app_url, again.public_url, again.redis_url) == addresses
    assert not pids(folder)


def test_each_login_has_a_password_of_its_own_that_nobody_else_can_read(folder: Path) -> None:
    with start(folder, durable=False) as servers:
        for login in ("postgres", "onedoor_owner", "onedoor_app", "onedoor_public"):
            with psycopg.connect(servers.dsn(login)) as link:
                assert link.execute("SELECT current_user").fetchone() == (login,)
        passwords = servers._keep.passwords
        assert len(set(passwords.values())) == 5
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(servers.dsn("onedoor_owner").replace(passwords["onedoor_owner"], "guess"))
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=servers._keep.ports["valkey"]).ping()
        assert stat.S_IMODE((folder / "servers.json").stat().st_mode) == 0o600
        shown = b"".join((Path("/proc") / str(pid) / "cmdline").read_bytes() for pid in pids(folder))
        assert shown and not any(password.encode() in shown for password in passwords.values())
        assert not any(password in (folder / "postgres.log").read_text() for password in passwords.values())


def test_only_this_machine_reaches_them(folder: Path) -> None:
    with start(folder, durable=False) as servers:
        ports = {f"{port:04X}": name for name, port in servers._keep.ports.items()}
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        listening = {row[1] for row in lines if row[3] == "0A" and row[1].split(":")[1] in ports}
        assert listening == {f"0100007F:{port}" for port in ports}
        with psycopg.connect(servers.dsn("postgres")) as link:
            assert link.execute("SHOW unix_socket_directories").fetchone() == ("",)


def test_orders_by_bytes_keeps_utc_and_finds_chinese_by_trigram(folder: Path) -> None:
    with start(folder, durable=False) as servers, psycopg.connect(servers.dsn("onedoor_app")) as link:
        assert link.execute("SHOW timezone").fetchone() == ("UTC",)
        ordered = link.execute(
            "SELECT string_agg(t, '' ORDER BY t) FROM unnest(ARRAY['b', '一', 'B', 'a', '丁', 'é']) t"
        )
        assert ordered.fetchone() == ("Babé一丁",)
        close = link.execute("SELECT similarity('示范市市场监督管理局', '示范市市场监管局') > 0.4").fetchone()
        assert close == (True,)


def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(folder: Path) -> None:
    with start(folder, durable=False) as servers:
        with pytest.raises(
            EmbeddedError, match=rf"in use by another start \(process {os.getpid()}\); stop it"
        ):
            start(folder)
        remember(servers, "still here")
        assert servers.failure() is None


def test_a_port_taken_by_a_stranger_is_left_to_it(folder: Path) -> None:
    with start(folder, durable=False) as servers:
        before = dict(servers._keep.ports)
    with socket.socket() as one, socket.socket() as two:
        for stranger, port in zip((one, two), before.values(), strict=True):
            # A connection the server closed lingers in TIME_WAIT, which alone would refuse the stranger.
            stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            stranger.bind(("127.0.0.1", port))
            stranger.listen()
        with start(folder, durable=False) as servers:
            moved = dict(servers._keep.ports)
            assert not set(moved.values()) & set(before.values())
            remember(servers, "moved")
    with start(folder, durable=False) as servers:
        assert servers._keep.ports == moved


def test_a_port_taken_between_looking_and_listening_is_no_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        looks = iter([taken])
        monkeypatch.setattr(
            "onedoor.embedded.servers.free_port", lambda remembered: next(looks, None) or _another(remembered)
        )
        with start(folder, durable=False) as servers:
            assert taken not in servers._keep.ports.values()
            remember(servers, "here")


def _another(remembered: int | None) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_stopping_twice_does_nothing_and_frees_the_ports(folder: Path) -> None:
    servers = start(folder, durable=False)
    ports = list(servers._keep.ports.values())
    servers.stop()
    servers.stop()
    assert all_gone(folder) and all(is_free(port) for port in ports)


def test_an_interrupted_first_start_leaves_no_half_made_data(folder: Path) -> None:
    folder.mkdir()
    (folder / "postgres.part").mkdir()
    (folder / "postgres.part" / "PG_VERSION").write_text("18\n")
    with start(folder, durable=False) as servers:
        remember(servers, "whole")
    assert sorted(path.name for path in folder.iterdir()) == [
        "lock",
        "postgres",
        "postgres.log",
        "servers.json",
        "valkey",
        "valkey.log",
    ]


def test_data_of_another_version_is_named_and_left_alone(folder: Path) -> None:
    start(folder, durable=False).stop()
    (folder / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match="is of PostgreSQL 16 and this OneDoor brings 18"):
        start(folder)
    assert not pids(folder)


def test_damaged_settings_are_named(folder: Path) -> None:
    folder.mkdir()
    (folder / "servers.json").write_text("{")
    with pytest.raises(EmbeddedError, match="servers.json is damaged"):
        start(folder)
    (folder / "servers.json").unlink()
    start(folder, durable=False).stop()


def test_why_postgresql_does_not_start_is_said(folder: Path) -> None:
    start(folder, durable=False).stop()
    with (folder / "postgres" / "postgresql.conf").open("a") as file:
        file.write("shared_preload_libraries = 'nowhere'\n")
    with pytest.raises(EmbeddedError, match='could not access file "nowhere"'):
        start(folder)
    assert not pids(folder)
