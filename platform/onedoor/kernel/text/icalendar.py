"""Calendars as files (RFC 5545): whole days, escaped and folded; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75


@dataclass(frozen=True)
class DayEvent:
    """Something on a day, or from one to another, both included."""

    id: str
    first: date
    last: date
    title: str
    url: str


def calendar_text(name: str, events: Iterable[DayEvent], stamp: datetime) -> bytes:
    """The file; `stamp` is when it was made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//OneDoor//OneDoor//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        *(line for event in events for line in _event(event, stamp)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def _event(event: DayEvent, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.id)}"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}"
    # The end is the first day that is no longer part of it.
    yield f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.title)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text as the value of a property; other control characters are left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(one for one in text if one >= " " and one != "\x7f")


def folded(line: str) -> bytes:
    """A line of no more than 75 bytes, the rest in further lines that begin with a space; no character is cut in two."""
    parts: list[bytes] = [b""]
    for one in line:
        byte = one.encode()
        if len(parts[-1]) + len(byte) > LONGEST_LINE - (len(parts) > 1):
            parts.append(b"")
        parts[-1] += byte
    return b"\r\n ".join(parts) + b"\r\n"
