"""Who may see and write the tables of this room: a bureau's templates, and words to its people, are its own."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, P, S, can, supervised

for _table in ("letter_template", "letter_template_choice"):
    access.rules(_table, can(_table, B, "select insert", MINE))
# Whom a word is for is asked by `queries`; who else of the bureau reads it reads nothing that is not the bureau's.
# Their own bureau's are counted on a supervisor's pages, too.
access.rules(
    "message",
    can("message", B, "select insert", MINE),
    can("message", S, "select", MINE),
    can("message", B, "update", MINE, columns=("planned_at",)),
)
access.rules(
    "message_reading",
    can("message_reading", B, "select insert", MINE),
    can("message_reading", S, "select", MINE),
)
# A document stays as it was issued; whom it went to reads it. Its code shows the public number, bureau, date and digest.
access.rules(
    "document",
    can("document", B, "select", f"{MINE} OR {ME} = ANY (shared_with)"),
    can("document", B, "insert", check=MINE),
    supervised("document"),
)
access.rules("delivery", can("delivery", B, "select insert", MINE), supervised("delivery"))
access.functions("messages", check_document=(P, B))
