"""A stop-watch, and the most memory a process has held."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Watch:
    """Seconds by part, in the order they were taken. What is taken apart within a part does not count for it."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._apart = 0.0

    @contextmanager
    def taking(self, part: str) -> Iterator[None]:
        """The time of the `with` counts for this part."""
        began, self._apart = time.perf_counter(), 0.0
        yield
        self._add(part, time.perf_counter() - began - self._apart)

    @contextmanager
    def apart(self, part: str) -> Iterator[None]:
        """The time of this `with`, inside that of another part, counts for a part of its own."""
        began = time.perf_counter()
        yield
        taken = time.perf_counter() - began
        self._apart += taken
        self._add(part, taken)

    @property
    def seconds(self) -> float:
        """All parts together."""
        return sum(self.parts.values())

    def _add(self, part: str, taken: float) -> None:
        self.parts[part] = self.parts.get(part, 0.0) + taken


def peak_mb(pid: int | str = "self") -> float:
    """The most memory a process has held since it runs its own program, in megabytes (10^6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
