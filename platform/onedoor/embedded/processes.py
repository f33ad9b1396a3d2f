"""Processes that are ours: who runs them, how they start, how they and their orphans end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import IO

# Below the range the kernel takes ports for outgoing connections from, so a remembered port stays ours.
PORTS = range(21000, 32000)
LOG_LIMIT = 10_000_000
CAPABILITIES = {"dac_override": 1, "dac_read_search": 2}


class EmbeddedError(Exception):
    """The embedded servers cannot do what was asked. The message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """Who the servers run as: ourselves, or for root an account without rights (PostgreSQL refuses to be root)."""

    uid: int
    gid: int
    other: bool

    @classmethod
    def choose(cls, existing: Path) -> "Account":
        """For root the owner of the data already there, else `nobody`, the one account every Debian has."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), other=False)
        if existing.exists() and (stat := existing.stat()).st_uid != 0:
            return cls(stat.st_uid, stat.st_gid, other=True)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid, other=True)

    def own(self, path: Path) -> None:
        """Give the path to the account."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def command(self, argv: Sequence[str | Path], end_with_us: signal.Signals | None = None) -> list[str]:
        """The command line that runs `argv` as the account; `end_with_us` is sent to it should we be killed.

        The capabilities let an account without rights reach data below a folder only root can enter.
        """
        options: list[str] = []
        if self.other:
            options += [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
            if held := _capabilities_held():
                wanted = ",".join(f"+{name}" for name in held)
                options += [f"--inh-caps={wanted}", f"--ambient-caps={wanted}"]
        # The kernel watches the thread that started the child: only the main thread lives as long as we do.
        if end_with_us and threading.current_thread() is threading.main_thread():
            options.append(f"--pdeathsig={end_with_us.name.removeprefix('SIG')}")
        prefix = [_setpriv(), *options, "--"] if options else []
        return [*prefix, *map(str, argv)]


def _capabilities_held() -> list[str]:
    status = Path("/proc/self/status").read_text()
    permitted = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:"))
    return [name for name, bit in CAPABILITIES.items() if permitted >> bit & 1]


def _setpriv() -> str:
    found = shutil.which("setpriv", path=os.environ.get("PATH", "") + ":/usr/bin:/bin")
    if not found:
        raise EmbeddedError("The embedded servers need the program setpriv (Debian's package util-linux).")
    return found


def environment(home: Path) -> dict[str, str]:
    """A plain environment, so that no PG* or LC_* setting of the caller changes what the servers do."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8"}


def open_log(path: Path) -> IO[bytes]:
    """The server's log, to append to; one that grew too long is set aside first."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.old"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def spawn(
    command: Sequence[str], log: IO[bytes], home: Path, stdin: bytes = b""
) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own: a Ctrl-C at the terminal reaches us, and we stop it in order."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=environment(home),
        start_new_session=True,
    )
    if child.stdin:
        child.stdin.write(stdin)
        child.stdin.close()
    return child


def running_in(folder: Path, program: str) -> list[int]:
    """Process ids of `program` whose working folder is `folder`: a server that lost its parent is found by this."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = os.readlink(entry / "cwd") == str(folder)
            if here and Path(os.readlink(entry / "exe").removesuffix(" (deleted)")).name == program:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask every 20 ms until it is so; False when the time is over."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def end_orphans(folder: Path, program: str, leader: int | None, polite: signal.Signals) -> None:
    """End what an earlier, killed start left running on this folder: ask the leader, wait, then insist."""

    def gone() -> bool:
        return not running_in(folder, program)

    pids = running_in(folder, program)
    if leader in pids:
        send([leader], polite)
    if not gone() and not wait_until(gone, 20):
        send(running_in(folder, program), signal.SIGKILL)
        if not wait_until(gone, 10):
            raise EmbeddedError(
                f"An earlier {program} on {folder} does not end; end it by hand, then start again."
            )


def send(pids: Iterable[int | None], number: signal.Signals) -> None:
    """Signal processes; one that has ended meanwhile is no error."""
    for pid in pids:
        if pid is None:
            continue
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        except PermissionError as error:
            raise EmbeddedError(
                f"Process {pid} of another user already serves this data; stop it first."
            ) from error


def end_child(child: "subprocess.Popen[bytes]", steps: Iterable[tuple[signal.Signals, float]]) -> None:
    """Stop a server we started: each step is a signal and the seconds it has."""
    for number, seconds in steps:
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(remembered: int | None) -> int:
    """The remembered port if nobody took it meanwhile, else another."""
    if remembered and is_free(remembered):
        return remembered
    for port in SystemRandom().sample(PORTS, 200):
        if is_free(port):
            return port
    raise EmbeddedError(f"No free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1.")
