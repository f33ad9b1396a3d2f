"""The embedded servers after kill -9 of some or all of it, and the command's own ending."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import redis

from onedoor.embedded import start
from onedoor.embedded.processes import running_in, wait_until
from tests.embedded.conftest import Session, all_gone, pids

Begin = Callable[..., Session]


def write(address: str) -> None:
    with psycopg.connect(address) as link:
        link.execute("CREATE TABLE note AS SELECT '一门' AS text")


def read(address: str) -> str:
    with psycopg.connect(address) as link:
        row = link.execute("SELECT text FROM note").fetchone()
        assert row
        return str(row[0])


def test_after_everything_was_killed(tmp_path: Path, run_session: Begin) -> None:
    session = run_session(tmp_path / "data")
    write(session.addresses()["owner"])
    everything = pids(session.folder)
    assert len(everything) > 3
    session.kill()
    for pid in everything:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    with start(session.folder, durable=False) as servers:
        assert read(servers.dsn("onedoor_owner")) == "一门"


def test_servers_end_by_themselves_when_their_starter_is_killed(tmp_path: Path, run_session: Begin) -> None:
    session = run_session(tmp_path / "data")
    session.addresses()
    session.kill()
    assert all_gone(session.folder)


def test_a_start_right_after_the_kill_waits_for_what_is_still_ending(
    tmp_path: Path, run_session: Begin
) -> None:
    session = run_session(tmp_path / "data")
    address = session.addresses()["owner"]
    write(address)
    session.kill()
    again = run_session(session.folder)
    assert again.addresses()["owner"] == address
    assert read(address) == "一门"
    assert again.end() == 0


def test_orphans_are_ended_even_when_they_missed_the_death_of_their_starter(
    tmp_path: Path, run_session: Begin
) -> None:
    """Frozen servers cannot end when asked: the next start insists."""
    session = run_session(tmp_path / "data")
    write(session.addresses()["owner"])
    orphan = running_in(session.folder / "valkey", "valkey-server")[0]
    leader = int((session.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(orphan, signal.SIGSTOP)
    session.kill()
    assert wait_until(lambda: not Path(f"/proc/{leader}").exists(), 60)
    os.kill(orphan, signal.SIGCONT)
    with start(session.folder, durable=False) as servers:
        assert read(servers.dsn("onedoor_owner")) == "一门"
        assert orphan not in pids(session.folder)


def test_a_killed_postgresql_is_noticed_and_the_next_start_waits_for_its_children(tmp_path: Path) -> None:
    with start(tmp_path / "data", durable=False) as servers:
        write(servers.dsn("onedoor_owner"))
        leader = int((servers.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(leader, signal.SIGKILL)
        assert wait_until(lambda: servers.failure() is not None, 60)
        assert "PostgreSQL has ended" in (servers.failure() or "")
    assert not pids(servers.folder)
    with start(tmp_path / "data", durable=False) as again:
        assert read(again.dsn("onedoor_owner")) == "一门"


def test_a_killed_valkey_is_noticed_and_starts_again(tmp_path: Path) -> None:
    with start(tmp_path / "data", durable=False) as servers:
        os.kill(running_in(servers.folder / "valkey", "valkey-server")[0], signal.SIGKILL)
        assert wait_until(lambda: servers.failure() is not None, 60)
        assert "Valkey has ended" in (servers.failure() or "")
    with start(tmp_path / "data", durable=False) as again:
        assert redis.Redis.from_url(again.redis_url).ping()


def test_a_stale_process_number_that_now_belongs_to_a_stranger_does_not_stop_us(tmp_path: Path) -> None:
    """As after a reboot, or in a container, where numbers come again."""
    start(tmp_path / "data", durable=False).stop()
    data = tmp_path / "data" / "postgres"
    owner = data.stat()
    stranger = subprocess.Popen(["sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None)
    try:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1700000000\n21000\n\n127.0.0.1\n")
        os.chown(data / "postmaster.pid", owner.st_uid, owner.st_gid)
        start(tmp_path / "data", durable=False).stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_forked_child_that_ends_takes_nothing_with_it(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from onedoor.embedded import start\n"
        "servers = start(pathlib.Path(sys.argv[1]), durable=False)\n"
        "child = os.fork()\n"
        "if child == 0: sys.exit(0)\n"
        "os.waitpid(child, 0)\n"
        "print(servers.failure())\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "data")], capture_output=True, text=True, timeout=60
    )
    assert (made.stdout, made.stderr) == ("None\n", "")
    assert not pids(tmp_path / "data")


def test_as_an_ordinary_user(
    open_folder: Path, run_session: Begin, ordinary: tuple[tuple[str, ...], dict[str, str]]
) -> None:
    prefix, environment = ordinary
    home = open_folder / "home"
    home.mkdir(exist_ok=True)
    for _ in range(2):
        session = run_session(home / "data", prefix, **environment)
        addresses = session.addresses()
        with psycopg.connect(addresses["owner"]) as link:
            assert link.execute("SELECT current_user").fetchone() == ("onedoor_owner",)
        assert redis.Redis.from_url(addresses["redis"]).ping()
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in pids(home / "data")}
        assert 0 not in owners
        assert session.end() == 0
        assert not pids(home / "data")


def test_data_of_another_user_is_refused_in_one_sentence(
    open_folder: Path, run_session: Begin, ordinary: tuple[tuple[str, ...], dict[str, str]]
) -> None:
    prefix, environment = ordinary
    foreign = open_folder / "foreign"
    foreign.mkdir(mode=0o755)
    (foreign / "lock").touch()
    (foreign / "lock").chmod(0o400)
    if os.geteuid() == 0:
        (foreign / "lock").chmod(0o600)
    session = run_session(foreign, prefix, **environment)
    assert "belongs to another user; choose another folder with --data" in session.addresses()["error"]


@pytest.mark.parametrize(
    "ending",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.long),
        pytest.param(signal.SIGHUP, marks=pytest.mark.long),
    ],
)
def test_the_command_prints_addresses_and_stops_in_order(tmp_path: Path, ending: signal.Signals) -> None:
    command = [str(Path(sys.executable).with_name("onedoor")), "servers", "--data", str(tmp_path / "data")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(5)]
    assert [line.split("  ")[0] for line in lines[:4]] == [
        "PostgreSQL, owner",
        "PostgreSQL, application",
        "PostgreSQL, public",
        "Redis",
    ]
    with psycopg.connect(lines[1].split()[-1]) as link:
        assert link.execute("SELECT current_user").fetchone() == ("onedoor_app",)
    process.send_signal(ending)
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0
    assert not pids(tmp_path / "data")


def test_the_command_says_when_a_server_ended_by_itself(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("onedoor")), "servers", "--data", str(tmp_path / "data")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline()
    os.kill(running_in(tmp_path / "data" / "valkey", "valkey-server")[0], signal.SIGKILL)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.split("(")[0]) == (1, "Error: Valkey has ended ")
    assert not pids(tmp_path / "data")
