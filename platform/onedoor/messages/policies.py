"""Who may see and write the tables of this room: a bureau's templates are its own."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, can

access.rules("letter_template", can("letter_template", B, "select insert", MINE))
