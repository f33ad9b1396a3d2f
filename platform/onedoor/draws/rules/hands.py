"""Two hands: of many lines one half is swept by this process and the other one by another, on a second processor.

    found = swept(sweeps.tops, lines, "sha256", None)        # a list: what it finds of each stretch, in order

What comes out is the same with one hand. The other process is a Python of its own that runs the file ``sweeps`` and
knows nothing but what it is given; without a second processor, or if it cannot be had, all is done here.
"""

import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from onedoor.draws.rules import sweeps

Found = TypeVar("Found")

WORTH = 8_000_000
"""Bytes from which on a second process gains more than its start costs."""
OWN = 54
"""Of a hundred lines those swept by this process: somewhat more than half, as the other one must start and be told."""


def swept(sweep: Callable[..., Found], lines: bytes, *given: Any) -> list[Found]:
    """What the sweep finds of each stretch of the lines. A stretch is ``sweeps.RUN`` lines so many times, but the last."""
    middle = _middle(lines)
    other = _another() if len(lines) >= WORTH and processors() > 1 and middle else None
    if other is None:
        return [sweep(lines, *given)]
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(_told, other, marshal.dumps((sweep.__name__, given, lines[middle:])))
        own = sweep(lines[:middle], *given)
        told = answer.result()
    return [own, sweep(lines[middle:], *given) if told is None else marshal.loads(told)]  # noqa: S302 # nosec B302 - our child's


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _middle(lines: bytes) -> int:
    """Where the line begins before which ``OWN`` per cent of the lines stand, ``RUN`` of them so many times."""
    middle = lines.find(b"\n", len(lines) * OWN // 100) + 1
    for _ in range(-lines.count(b"\n", 0, middle) % sweeps.RUN):
        middle = lines.find(b"\n", middle) + 1
        if not middle:
            break
    return middle


def _another() -> subprocess.Popen[bytes] | None:
    """The other process. It is started before this one is at work, which would keep a thread that starts it waiting."""
    if not sys.executable:
        return None
    try:
        return subprocess.Popen(
            [sys.executable, "-I", sweeps.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    except OSError:
        return None


def _told(process: subprocess.Popen[bytes], asked: bytes) -> bytes | None:
    """What the other process answers; None if it broke off."""
    try:
        with process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(asked)
            process.stdin.close()
            answer = process.stdout.read()
    except OSError:
        return None
    return answer if process.returncode == 0 else None
