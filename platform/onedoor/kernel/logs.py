"""Logs as one JSON object a line: what happened, in which request, job and bureau, and nothing about any person (R-T7).

Of an error only its kind and the places in the code are told: the text of a database's error quotes the values it refused.
Request and job are found again by their numbers, in the audit and on the job's page, by those who may read them there.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from onedoor.kernel.scope import scope_or_none

# The job that this thread is at, for every line that is written meanwhile.
at_job: ContextVar[str] = ContextVar("onedoor_job", default="")
FRAMES = 30


class JsonLines(logging.Formatter):
    """Writes a record as a line of JSON; `extra={"fields": {…}}` adds fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        line |= _where() | getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line |= _error(record.exc_info[1], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def install() -> None:
    """Everything this process logs goes to standard error in this form: warnings of others, and what we say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    logging.getLogger("onedoor").setLevel(logging.INFO)
    logging.captureWarnings(True)


def _where() -> dict[str, str]:
    scope = scope_or_none()
    line = {"job": at_job.get()}
    if scope is not None:
        line |= {"request": scope.request, "bureau": str(scope.tenant_id or "")}
    return {name: value for name, value in line.items() if value}


def _error(error: BaseException | None, trace: TracebackType | None) -> dict[str, Any]:
    kinds, cause = [], error
    while cause is not None:
        state = getattr(cause, "sqlstate", None)
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}" + (f" {state}" if state else ""))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return {
        "error": kinds,
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
