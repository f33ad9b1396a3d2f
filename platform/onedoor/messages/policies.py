"""Who may see and write the tables of this room: a bureau's templates, and words to its people, are its own."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, S, can

access.rules("letter_template", can("letter_template", B, "select insert", MINE))
# Whom a word is for is asked by `queries`; who else of the bureau reads it reads nothing that is not the bureau's.
# Their own bureau's are counted on a supervisor's pages, too.
access.rules("message", can("message", B, "select insert", MINE), can("message", S, "select", MINE))
access.rules(
    "message_reading",
    can("message_reading", B, "select insert", MINE),
    can("message_reading", S, "select", MINE),
)
