"""The states of a draw (glossary, "Draw"); what each lets people do is the services' affair."""

from __future__ import annotations

from enum import StrEnum


class DrawState(StrEnum):
    """From the first list frozen to the result, or to an end without one."""

    FROZEN = "frozen"
    OPEN = "open"
    CLOSED = "closed"
    DRAWN = "drawn"
    VOID = "void"


# Something is still to come: nobody begins another draw of the line.
GOING_ON = (DrawState.FROZEN, DrawState.OPEN, DrawState.CLOSED)
