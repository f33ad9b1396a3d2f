"""A bureau's own Word template: checked and filled in a process of its own, with limits (issue 3, hostile input).

A template is a stranger's file and a program in one: what it asks for may be a billion rows. So it is filled where
neither a key nor the database is, and whatever becomes of it, the clerk gets one sentence.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import NO_MEMORY, WordLimits, error_in

log = logging.getLogger("onedoor.word_templates")
_COMMAND = (sys.executable, "-I", "-m", "onedoor.kernel.file_sandbox.word_templates")
# Seconds after which the process is given up, however little of the processor it was given.
_PATIENCE = 60
_OUT_OF_MEMORY = (NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL)
# Templates filled while their senders wait; each may take `WordLimits.memory`.
_LOOKS = threading.BoundedSemaphore(2)
_TURN = 30


@dataclass(frozen=True)
class Filled:
    """A document made of a stranger's template, and what one reads in it, line by line, if that was asked."""

    content: bytes
    lines: list[str]


def filled_apart(
    template: bytes,
    values: dict[str, Any],
    picture: bytes,
    known: Collection[str],
    *,
    read: bool = False,
    limits: WordLimits | None = None,
) -> Filled:
    """The template with its values; `known` are the fields it may ask for.

    Raises ClerkError, one sentence, for what is no Word document, has macros or other things that act by themselves, asks
    for a field there is not, or takes more memory or time than it may.
    """
    given = limits or WordLimits()
    if not _LOOKS.acquire(timeout=_TURN):
        raise ClerkError("正在处理的模板较多，请等一分钟再试。")
    try:
        head, made = _ask(template, values, picture, sorted(known), read, given)
    finally:
        _LOOKS.release()
    try:
        message = json.loads(head)
        if "refused" in message:
            raise error_in(message["refused"])
        return Filled(made, [str(line) for line in message["lines"]])
    except (KeyError, TypeError, ValueError):
        raise _damaged() from None


def _ask(
    template: bytes,
    values: dict[str, Any],
    picture: bytes,
    known: list[str],
    read: bool,
    limits: WordLimits,
) -> tuple[bytes, bytes]:
    """The first line the process says, and what follows."""
    asked = {
        "limits": asdict(limits),
        "values": values,
        "picture": base64.b64encode(picture).decode(),
        "known": known,
        "read": read,
    }
    try:
        ended = subprocess.run(
            _COMMAND,
            input=json.dumps(asked).encode() + b"\n" + template[: limits.size + 1],
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
    log.warning("the process that fills a template ended with %s", ended.returncode)
    if ended.returncode in _OUT_OF_MEMORY:
        raise ClerkError("填写这份模板需要的内存超过上限，请简化后再上传。")
    raise _too_slow() if ended.returncode == -signal.SIGXCPU else _damaged()


def _too_slow() -> ClerkError:
    return ClerkError("填写这份模板用时过长，已停止，请简化后再上传。")


def _damaged() -> ClerkError:
    return ClerkError("模板打不开，文件可能已损坏，请另存为 .docx 后再上传。")
