"""The bounds of a process that looks at what a stranger sent, and how it ends when it could not say what was wrong."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

from onedoor.kernel.file_sandbox.pipe_messages import DAMAGED, NO_MEMORY, Limits, PictureLimits, WordLimits


def confine(limits: Limits | PictureLimits | WordLimits) -> None:
    """Bound this process: address space, processor time, no files written, no core, no child."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_NPROC, 0),
    ):
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Only while there is room between the two does the kernel say that it was the time (SIGXCPU, not SIGKILL).
        resource.setrlimit(kind, (bound, hard if kind == resource.RLIMIT_CPU else bound))


def or_end(work: Callable[[], object]) -> None:
    """Do the work; what it cannot is told by how the process ends."""
    try:
        work()
    except MemoryError:
        os._exit(NO_MEMORY)
    except BaseException:  # a reader's own panic is no Exception
        os._exit(DAMAGED)
