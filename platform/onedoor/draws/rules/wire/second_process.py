"""Two hands: of many lines one half is swept by this process and the other one by another, on a second processor.

    hands = Hands(file, start)                                # its lines begin at ``start``
    found = hands.swept(sweeps.tops, "sha256", None)          # a list: what it finds of each stretch, in order

What comes out is the same with one hand. The other process is a Python of its own that runs the file ``sweeps`` and
knows nothing but what it is given: its half of each file once, then each sweep. There is one for all the files of this
process, and it ends with the last ``Hands``. Without a second processor, or if it cannot be had, breaks off or is stuck,
all is done here.
"""

import marshal
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import count
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from onedoor.draws.rules.wire import pool_sweeps

Found = TypeVar("Found")

WORTH = 8_000_000
"""Bytes from which on a second process gains more than its start costs."""
OWN = 52
"""Of a hundred lines those swept by this process: somewhat more than half, as the other one must start and be told."""
PATIENCE = 20.0
"""Seconds that the other process may take beyond thrice what this one took."""
CGROUPS = Path("/sys/fs/cgroup")


class SecondProcess:
    """The lines of a file from ``start`` on, to be gone through by two processes, as often as it takes."""

    def __init__(self, file: bytes, start: int) -> None:
        self.lines = pool_sweeps.Stretch(file, start, len(file))
        middle = _middle(file, start) if len(file) - start >= WORTH and processors() > 1 else 0
        # Begun before this process is at work, which would keep a thread that begins it waiting.
        self._other = _Other.of_this_process() if middle else None
        self._stretches = [self.lines]
        if self._other is not None:
            self._stretches = [
                pool_sweeps.Stretch(file, start, middle),
                pool_sweeps.Stretch(file, middle, len(file)),
            ]
            self._half = self._other.half()
            weakref.finalize(self, self._other.gone.append, self._half)

    def swept(self, sweep: Callable[..., Found], *given: Any) -> list[Found]:
        """What the sweep finds of each stretch: of ``sweeps.RUN`` lines so many times, but the last."""
        if self._other is None:
            return [sweep(stretch, *given) for stretch in self._stretches]
        mine, half = self._stretches
        own, found = self._other.beside(lambda: sweep(mine, *given), self._half, half, sweep.__name__, given)
        if found is None:
            self._other.end()
            self._other = None
            return [own, sweep(half, *given)]
        return [own, marshal.loads(found)]  # noqa: S302 # nosec B302 - our child's


class _Other:
    """The other process, with the halves it was told of; it serves one thread at a time."""

    _one: "weakref.ref[_Other] | None" = None
    _choosing = threading.Lock()

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.gone: list[int] = []
        self._process = process
        self._ready, self._told, self._numbers = threading.Lock(), set[int](), count()
        self._pid = os.getpid()
        self.end = weakref.finalize(self, end, process)

    @classmethod
    def of_this_process(cls) -> "_Other | None":
        """The one there is, or a new one; None if there cannot be one."""
        with cls._choosing:
            found = cls._one() if cls._one else None
            if found is None or found._pid != os.getpid() or found._process.poll() is not None:
                process = another("-I", pool_sweeps.__file__)
                found = cls(process) if process else None
                cls._one = weakref.ref(found) if found else None
            return found

    def half(self) -> int:
        """The number under which it is to know another half."""
        return next(self._numbers)

    def beside(
        self, work: Callable[[], Found], half: int, lines: pool_sweeps.Stretch, name: str, given: Any
    ) -> tuple[Found, bytes | None]:
        """What ``work`` comes to, and what the other process finds meanwhile of its half, told once."""
        with self._ready:
            gone = [self.gone.pop() for _ in range(len(self.gone))]
            length = None if half in self._told else len(lines)
            self._told.add(half)
            self._told.difference_update(gone)
            asked: list[bytes | memoryview] = [marshal.dumps((name, given, half, length, gone))]
            if length is not None:
                asked.append(memoryview(lines.file)[lines.start : lines.end])
            return beside(self._process, asked, work)


def processors() -> int:
    """How many this process may use; of a container's share in them a part of one counts as one."""
    return max(1, min([_affine(), *_shares()]))


def _affine() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _shares() -> list[int]:
    """The processors' time that the groups of this process are given (cgroup v2, ``cpu.max``)."""
    with suppress(OSError, ValueError):
        own = Path("/proc/self/cgroup").read_text().rpartition("::")[2].strip().lstrip("/")
        found = []
        for group in (CGROUPS / own, *(CGROUPS / own).parents):
            with suppress(OSError):
                quota, period = (group / "cpu.max").read_text().split()
                found += [ceil(int(quota) / int(period))] if quota != "max" else []
        return found
    return []


def _middle(file: bytes, start: int) -> int:
    """Where the line begins before which ``OWN`` per cent of the lines stand, ``RUN`` of them so many times; 0 for nowhere."""
    middle = file.find(b"\n", start + (len(file) - start) * OWN // 100) + 1
    for _ in range(-file.count(b"\n", start, middle) % pool_sweeps.RUN):
        middle = file.find(b"\n", middle) + 1
        if not middle:
            break
    return middle if middle < len(file) else 0


def another(*arguments: str) -> subprocess.Popen[bytes] | None:
    """Another Python with these arguments, which takes what it is asked on its input and ``answer``s; None if there is none."""
    if not sys.executable:
        return None
    try:
        return subprocess.Popen([sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    except OSError:
        return None


def beside(
    process: subprocess.Popen[bytes], asked: Sequence[bytes | memoryview], work: Callable[[], Found]
) -> tuple[Found, bytes | None]:
    """What ``work`` comes to, and what the other process answers meanwhile; None if it broke off, or is stuck and was ended."""
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(send, process, asked)
        began = time.monotonic()
        try:
            own = work()
            wait([answer], PATIENCE + 2 * (time.monotonic() - began))
        finally:
            # Whoever still waits for it hears that it has ended.
            if not answer.done():
                end(process)
    return own, answer.result()


def send(process: subprocess.Popen[bytes], asked: Sequence[bytes | memoryview]) -> bytes | None:
    """What the other process answers; None if it broke off."""
    assert process.stdin is not None and process.stdout is not None
    try:
        for each in asked:
            process.stdin.write(each)
        process.stdin.flush()
        length = int.from_bytes(process.stdout.read(8), "big")
        answer = process.stdout.read(length)
    except (OSError, ValueError):
        return None
    return answer if answer and len(answer) == length else None


def end(process: subprocess.Popen[bytes]) -> None:
    """It has nothing to keep, so it is not asked."""
    process.kill()
    with suppress(OSError), process:
        pass
