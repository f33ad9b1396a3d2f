"""Who may see and write the tables of loads, bulk runs and library updates (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import owned, supervised
from onedoor.kernel.encrypted_columns import encrypted_column

access.rules("library_update", owned("library_update"), supervised("library_update"))
access.rules("bulk_run", owned("bulk_run"))
access.rules("bulk_row", owned("bulk_row", deletable=True))
access.rules("import", owned("import", deletable=True))
access.rules("import_problem", owned("import_problem", deletable=True))
access.rules("import_row", owned("import_row", deletable=True))
access.rules("import_part", owned("import_part", deletable=True))
access.rules("import_chunk", owned("import_chunk", deletable=True))
access.rules("import_remainder", owned("import_remainder", deletable=True))
access.rules("import_mapping", owned("import_mapping", deletable=True))


# What is stored encrypted (R-T7): the files that numbers of people came in.
# The number that a load wrote another over, until the load is taken back.
FORMER = encrypted_column("imports", "import_row", "former")
UPLOAD = encrypted_column(
    "imports",
    "stored_file",
    "content",
    own=True,
    at_once=8,
)
UPLOAD_PART = encrypted_column("imports", "import_part", "content", at_once=8)
