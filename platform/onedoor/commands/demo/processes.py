"""The demo's processes: embedded servers, a database, the worker, the web server; started in order, stopped in order."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg
from flask import Flask

from onedoor import embedded
from onedoor.app import create_app
from onedoor.commands.database import migrations_folder, upgrade
from onedoor.config import Config
from onedoor.embedded.processes import open_log

STARTING = 60.0
STOPPING = 15.0
MOST_RESTARTS = 3


class DemoError(Exception):
    """The demo cannot go on; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Secrets:
    """What the demo keeps in its data folder: its keys and the one password of its made-up people."""

    secret_key: str
    field_keys: str
    password: str
    credit_token: str

    @classmethod
    def of(cls, folder: Path) -> Secrets:
        """Read them, or make them, readable by the owner alone."""
        path = folder / "secrets.json"
        if path.exists():
            return cls(**json.loads(path.read_text()))
        made = cls(
            secrets.token_hex(32),
            f"1:{secrets.token_hex(32)}",
            "onedoor-" + secrets.token_hex(4),
            secrets.token_hex(16),
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made.__dict__, file)
        return made


@dataclass
class House:
    """A running demo: its application, its settings, its folder."""

    app: Flask
    config: Config
    folder: Path
    secrets: Secrets
    servers: embedded.Servers
    children: list[Child]


@dataclass
class Child:
    """One of our processes and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    arguments: tuple[str, ...] = ()
    restarts: int = 0

    def failure(self) -> str | None:
        """A sentence if it has ended by itself."""
        if self.process.poll() is None:
            return None
        return f"The {self.name} ended by itself; its log is {self.log}."


@contextmanager
def running(
    folder: Path, base_url: str, credit_url: str, sharing_url: str, *, afresh: bool
) -> Iterator[House]:
    """Servers, database and worker on `folder`; with `afresh` the demo's database is made anew."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        servers = stack.enter_context(embedded.start(folder / "servers"))
        if afresh:
            _empty_database(servers)
        upgrade(servers.owner_url)
        kept = Secrets.of(folder)
        config = Config(
            database_url=servers.app_url,
            public_database_url=servers.public_url,
            owner_database_url=servers.owner_url,
            redis_url=servers.redis_url,
            secret_key=kept.secret_key,
            field_keys=kept.field_keys,
            base_url=base_url,
            credit_url=credit_url,
            credit_token=kept.credit_token,
            demo=True,
            sharing_url=sharing_url,
            sharing_token=kept.credit_token,
        )
        house = House(create_app(config), config, folder, kept, servers, [])
        stack.callback(_stop_all, house.children)
        start(house, "worker", "worker", "--beat", "--concurrency=2")
        yield house


def start(house: House, name: str, *arguments: str) -> Child:
    """Start one of our own commands as a child that ends with us."""
    log = house.folder / f"{name}.log"
    child = Child(name, _spawn(house, log, arguments), log, arguments)
    house.children.append(child)
    return child


def _spawn(house: House, log: Path, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "onedoor", *arguments]
    if setpriv := shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin:/bin"):
        command = [setpriv, "--pdeathsig=TERM", "--", *command]
    with open_log(log) as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **house.config.to_environment()},
            start_new_session=True,
        )


def wait_for(done: Callable[[], bool], house: House, what: str, seconds: float = STARTING) -> None:
    """Wait until `done`; says which process ended if one did, or that `what` took too long."""
    deadline = time.monotonic() + seconds
    while not done():
        for child in house.children:
            if failure := child.failure():
                raise DemoError(failure)
        if time.monotonic() > deadline:
            raise DemoError(f"{what} took longer than {seconds:.0f} seconds; the logs are in {house.folder}.")
        time.sleep(0.1)


def watch(house: House) -> None:
    """Wait until a signal ends the demo; a child that ends by itself is started again, thrice, and then this raises."""
    while True:
        if found := house.servers.failure():
            raise DemoError(found)
        for child in house.children:
            if found := child.failure():
                _again(house, child, found)
        time.sleep(0.5)


def _again(house: House, child: Child, failure: str) -> None:
    if child.restarts >= MOST_RESTARTS:
        raise DemoError(f"{failure} It was started again {MOST_RESTARTS} times.")
    child.restarts += 1
    click.echo(f"{failure} Starting it again ({child.restarts} of {MOST_RESTARTS}).", err=True)
    child.process = _spawn(house, child.log, child.arguments)


def port_is_free(port: int) -> bool:
    """Whether somebody could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _empty_database(servers: embedded.Servers) -> None:
    with psycopg.connect(servers.dsn("postgres", "postgres"), autocommit=True) as link:
        link.execute("DROP DATABASE IF EXISTS onedoor WITH (FORCE)")
        link.execute("CREATE DATABASE onedoor TEMPLATE template0 ENCODING 'UTF8'")
    with psycopg.connect(servers.dsn("postgres"), autocommit=True) as link:
        link.execute((migrations_folder() / "bootstrap_database.sql").read_bytes())


def _stop_all(children: list[Child]) -> None:
    for child in reversed(children):
        # The leader alone: it lets its own processes finish what they are at.
        child.process.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(STOPPING)
        # Also after an orderly end: a leader may go before one of its own, which nobody else would end.
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
