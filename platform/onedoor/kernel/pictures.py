"""Pictures that come in: written anew without what the camera put in, in a process of its own (issue 3, hostile input).

A photo tells where, when and by which device it was taken, and a file that says it is one may be made to fill the
memory of whoever opens it. Whoever takes photos on a page hands the bytes here first and keeps what comes back.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import NO_MEMORY, PictureLimits, error_in

log = logging.getLogger("onedoor.pictures")
_COMMAND = (sys.executable, "-I", "-m", "onedoor.kernel.file_sandbox.pictures")
# Seconds after which the process is given up, however little of the processor it was given.
_PATIENCE = 60
_OUT_OF_MEMORY = (NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL)
# Pictures looked at while their senders wait; each may take `PictureLimits.memory`.
_LOOKS = threading.BoundedSemaphore(2)
_TURN = 30


@dataclass(frozen=True)
class Picture:
    """A picture of our own making: its bytes, their kind, its size in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


def rewritten(content: bytes, limits: PictureLimits | None = None) -> Picture:
    """The picture without its metadata, upright, at most `limits.longest` pixels a side.

    Raises ClerkError, one sentence, for what is no JPEG, PNG or WebP, is damaged, too large, or takes more memory or
    time than it may.
    """
    given = limits or PictureLimits()
    if not _LOOKS.acquire(timeout=_TURN):
        raise ClerkError("正在处理的照片较多，请等一分钟再上传。")
    try:
        head, made = _ask(content, given)
    finally:
        _LOOKS.release()
    try:
        message = json.loads(head)
        if "refused" in message:
            raise error_in(message["refused"])
        face = message["picture"]
        return Picture(made, str(face["media_type"]), int(face["width"]), int(face["height"]))
    except (KeyError, TypeError, ValueError):
        raise _damaged() from None


def _ask(content: bytes, limits: PictureLimits) -> tuple[bytes, bytes]:
    """The first line the process says, and what follows."""
    try:
        ended = subprocess.run(
            _COMMAND,
            input=json.dumps(asdict(limits)).encode() + b"\n" + content[: limits.size + 1],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ},
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    if ended.returncode == 0:
        head, _, made = ended.stdout.partition(b"\n")
        return head, made
    log.warning("the process that writes a picture anew ended with %s", ended.returncode)
    if ended.returncode in _OUT_OF_MEMORY:
        raise ClerkError("处理这张照片需要的内存超过上限，请缩小后再上传。")
    raise _too_slow() if ended.returncode == -signal.SIGXCPU else _damaged()


def _too_slow() -> ClerkError:
    return ClerkError("处理这张照片用时过长，已停止，请缩小后再上传。")


def _damaged() -> ClerkError:
    return ClerkError("照片打不开，文件可能已损坏，请重新拍摄或另存后再上传。")
