"""`onedoor demo` as it is served: told once, stopped in order or killed, and there again in seconds (issue 2)."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onedoor.embedded.processes import free_port, wait_until

# What the story takes on a very busy machine, and what waking up takes, in seconds.
TELLING, WAKING = 500, 120
READY = "Press Ctrl-C to stop"


@dataclass
class Demo:
    """One process of the command, and what it has said so far."""

    folder: Path
    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if READY in line:
                self.ready.set()
        self.ready.set()

    def wait(self, seconds: float) -> str:
        """What it has said when it serves (or has ended)."""
        assert self.ready.wait(seconds), self.text
        assert READY in self.text, self.text
        return self.text

    @property
    def text(self) -> str:
        return "".join(self.said)

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return str(answer.read().decode())


Begin = Callable[[], Demo]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Start the command on the same folder; whatever is left of it at the end is killed."""
    made: list[Demo] = []

    def start() -> Demo:
        port = free_port(None)
        command = [sys.executable, "-m", "onedoor", "demo", "--data", str(tmp_path), "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        made.append(Demo(tmp_path, process, port))
        threading.Thread(target=made[-1].listen, daemon=True).start()
        return made[-1]

    yield start
    for demo in made:
        demo.process.kill()
        demo.process.wait()
    for pid in running_on(tmp_path):
        os.kill(pid, signal.SIGKILL)


def figures(message: str) -> list[str]:
    """The lines of the report that count something."""
    found = re.findall(r"^ +[0-9.]+  .+$", message, re.MULTILINE)
    assert len(found) > 9, message
    return found


def running_on(folder: Path) -> list[int]:
    """Every process, of whatever kind, that names this folder, works in it or has one of its files open."""
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _names(entry, folder)
    ]


def _names(process: Path, folder: Path) -> bool:
    if process.name == str(os.getpid()):
        return False
    try:
        if str(folder).encode() in (process / "cmdline").read_bytes():
            return True
        held = [process / "cwd", *(process / "fd").iterdir()]
        return any(os.readlink(each).startswith(f"{folder}/") for each in held)
    except OSError:
        return False


@pytest.mark.long
def test_it_is_there_again_after_kill_9_and_leaves_nothing_running(begin: Begin) -> None:
    first = begin()
    result = first.wait(TELLING)
    number = re.search(r"^Draw (.+)$", result, re.MULTILINE)
    assert number
    for what in ("certificate ended after the draw", "moved away after the draw", "was not found"):
        assert what in result
    assert number[1] in first.page("/open/draws")

    first.process.kill()
    first.process.wait()
    since = time.monotonic()
    second = begin()
    again = second.wait(WAKING)
    assert time.monotonic() - since < WAKING and "Registry:" not in again, "nothing is told a second time"
    assert figures(result) == figures(again), "the same city"
    assert number[1] in second.page("/open/draws")
    assert len(running_on(second.folder)) > 4

    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(WAKING) == 0, second.text
    assert wait_until(lambda: not running_on(second.folder), 30), running_on(second.folder)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", second.port)) != 0
