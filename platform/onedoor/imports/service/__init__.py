"""Use cases of loads."""

from onedoor.imports.service.bulk import (
    ACTIONS,
    begin_bulk,
    choose_by,
    run_bulk,
)
from onedoor.imports.service.import_problems import (
    MOST_KEPT as MOST_PROBLEMS,
)
from onedoor.imports.service.imports import (
    begin_import,
    begin_load,
    choose_columns,
    choose_sheets,
    columns_of,
    run_import,
)
from onedoor.imports.service.library_updates import (
    confirm_library,
)
from onedoor.imports.service.load_kinds import (
    KINDS,
)
from onedoor.imports.service.problem_workbook import (
    keeper_workbook,
    problem_workbook,
    workbook_parts,
)
from onedoor.imports.service.stop_resume import (
    can_go_on,
    can_stop,
    go_on,
    halted,
    stop_load,
)
from onedoor.imports.service.templates import (
    template,
)
from onedoor.imports.service.undo import (
    begin_undo,
    undo_import,
    undo_preview,
    undo_refusal,
)

__all__ = [
    "ACTIONS", "KINDS", "MOST_PROBLEMS", "begin_bulk", "begin_import", "begin_load", "begin_undo",
    "can_go_on", "can_stop", "choose_by", "choose_columns", "choose_sheets", "columns_of", "confirm_library", "go_on",
    "halted",
    "keeper_workbook",
    "problem_workbook",
    "run_bulk",
    "run_import",
    "stop_load",
    "template",
    "undo_import",
    "undo_preview",
    "undo_refusal",
    "workbook_parts",
]  # fmt: skip
