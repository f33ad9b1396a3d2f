"""Identity numbers and phones in free text: masked wherever text leaves by a log or an export (R-T7)."""

from __future__ import annotations

import logging
import re
import traceback
from datetime import date
from typing import Any

# What an input method in full width writes of a number.
_WIDE = re.compile("[\uff10-\uff19]")
_HALF = str.maketrans("０１２３４５６７８９Ｘｘ＋－", "0123456789Xx+-")
# An identity number holds a date of birth; a credit code of eighteen digits only seldom does.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{6})((?:18|19|20)\d{6})(\d{3}[\dXx])(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?![0-9A-Za-z])")
# With its area code and something between: digits alone are as often an amount or a number of a paper.
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.+-])(?:[(（](0\d{2,3})[)）][- ]?|(0\d{2,3})[- ])\d{3,4}(\d{4})(?![0-9A-Za-z])"
)


def mask_numbers_in(text: str) -> str:
    """The text with `110101********1234` for an identity number, `138****5678` for a mobile phone and `0476****5678` for
    a landline with its area code; a number that is typed in full width is none the less one."""
    if _WIDE.search(text):
        half = text.translate(_HALF)
        return text if (hidden := _masked(half)) == half else hidden
    return _masked(text)


def _masked(text: str) -> str:
    mobile = _PHONE.sub(r"\1****\3", _IDENTITY.sub(_mask_identity, text))
    return _LANDLINE.sub(lambda found: f"{found[1] or found[2]}****{found[3]}", mobile)


def masked_number(number: str) -> str:
    """``138****5678``: enough to recognise, too little to call; nothing of nothing."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


def masked_deep(value: Any) -> Any:
    """The same for every text in a JSON value."""
    if isinstance(value, str):
        return mask_numbers_in(value)
    if isinstance(value, dict):
        return {key: masked_deep(below) for key, below in value.items()}
    return [masked_deep(below) for below in value] if isinstance(value, list) else value


def _mask_identity(found: re.Match[str]) -> str:
    try:
        date.fromisoformat(f"{found[2][:4]}-{found[2][4:6]}-{found[2][6:]}")
    except ValueError:
        return found[0]
    return f"{found[1]}********{found[3]}"


def keep_out_of_logs() -> None:
    """From now on no log record of this process holds such a number, nor the trace of an error in it."""
    made = logging.getLogRecordFactory()
    if getattr(made, "masks", False):
        return

    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = made(*args, **kwargs)
        _mask(record)
        return record

    make.masks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(make)


def _mask(record: logging.LogRecord) -> None:
    try:
        said = record.getMessage()
    except (TypeError, ValueError):
        # logging tells of its own way with a message that does not fit its arguments
        return
    if (hidden := mask_numbers_in(said)) != said:
        record.msg, record.args = hidden, ()
    if record.exc_info and record.exc_info[1] is not None:
        trace = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if (hidden := mask_numbers_in(trace)) != trace:
            record.exc_text = hidden
