"""Reads of loads."""

from onedoor.imports.queries import (
    bulk,
    library_updates,
)
from onedoor.imports.queries.imports import (
    continuations,
    import_of_job,
    import_run,
    imports,
    load_of_import,
    mapping,
    marked_load,
    problem_count,
    problem_rows,
    problems,
    remainder,
    remembered_columns,
    rows,
)

__all__ = [
    "bulk",
    "continuations",
    "import_of_job",
    "import_run",
    "imports",
    "library_updates",
    "load_of_import",
    "mapping",
    "marked_load",
    "problem_count",
    "problem_rows",
    "problems",
    "remainder",
    "remembered_columns",
    "rows",
]  # fmt: skip
