"""Two hands: of many lines one half is swept by this process and the other one by another, on a second processor.

    hands = Hands(file, start)                                # its lines begin at ``start``
    found = hands.swept(sweeps.tops, "sha256", None)          # a list: what it finds of each stretch, in order

What comes out is the same with one hand. The other process is a Python of its own that runs the file ``sweeps`` and
knows nothing but what it is given: its half of the lines once, then each sweep. It ends with the ``Hands`` it belongs
to; without a second processor, or if it cannot be had or breaks off, all is done here.
"""

import marshal
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from onedoor.draws.rules import sweeps

Found = TypeVar("Found")

WORTH = 8_000_000
"""Bytes from which on a second process gains more than its start costs."""
OWN = 52
"""Of a hundred lines those swept by this process: somewhat more than half, as the other one must start and be told."""


class Hands:
    """The lines of a file from ``start`` on, to be gone through by two processes, as often as it takes."""

    def __init__(self, file: bytes, start: int) -> None:
        self.lines = sweeps.Stretch(file, start, len(file))
        middle = _middle(file, start) if len(file) - start >= WORTH and processors() > 1 else 0
        # Begun before this process is at work, which would keep a thread that begins it waiting.
        self._other = another("-I", sweeps.__file__) if middle else None
        self._untold = True
        self._stretches = [self.lines]
        if self._other is not None:
            self._stretches = [sweeps.Stretch(file, start, middle), sweeps.Stretch(file, middle, len(file))]
            weakref.finalize(self, end, self._other)

    def swept(self, sweep: Callable[..., Found], *given: Any) -> list[Found]:
        """What the sweep finds of each stretch: of ``sweeps.RUN`` lines so many times, but the last."""
        if self._other is not None:
            with ThreadPoolExecutor(1) as aside:
                answer = aside.submit(self._ask, self._other, sweep.__name__, given)
                own = sweep(self._stretches[0], *given)
                found = answer.result()
            if found is not None:
                return [own, marshal.loads(found)]  # noqa: S302 # nosec B302 - our child's
            end(self._other)
            self._other = None
        return [sweep(stretch, *given) for stretch in self._stretches]

    def _ask(self, other: subprocess.Popen[bytes], name: str, given: Any) -> bytes | None:
        """What the other process answers; None if it broke off."""
        half = bytes(self._stretches[1]) if self._untold else None
        self._untold = False
        return told(other, marshal.dumps((name, given, half)))


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _middle(file: bytes, start: int) -> int:
    """Where the line begins before which ``OWN`` per cent of the lines stand, ``RUN`` of them so many times; 0 for nowhere."""
    middle = file.find(b"\n", start + (len(file) - start) * OWN // 100) + 1
    for _ in range(-file.count(b"\n", start, middle) % sweeps.RUN):
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


def told(process: subprocess.Popen[bytes], asked: bytes) -> bytes | None:
    """What the other process answers; None if it broke off."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(asked)
        process.stdin.flush()
        length = int.from_bytes(process.stdout.read(8), "big")
        answer = process.stdout.read(length)
    except OSError:
        return None
    return answer if answer and len(answer) == length else None


def end(process: subprocess.Popen[bytes]) -> None:
    """It has nothing to keep, so it is not asked."""
    process.kill()
    with suppress(OSError), process:
        pass
