"""The registry's use cases."""

from onedoor.registry.service.entities import contact_of, note_contact, phone_of, set_status
from onedoor.registry.service.errors import errors_workbook
from onedoor.registry.service.imports import (
    begin_import,
    begin_load,
    choose_columns,
    columns_of,
    run_import,
)
from onedoor.registry.service.inspectors import (
    account_of,
    private_texts,
    publish_library,
    save_inspector,
    save_inspector_form,
    set_inspector_status,
    username_of,
)
from onedoor.registry.service.item_lists import XLSX, decide_list, f1_workbook, submit_list, title_of
from onedoor.registry.service.items import discard_draft, end_item, new_number, save_item
from onedoor.registry.service.personal import find_number, reveal_contact, reveal_inspector
from onedoor.registry.service.recusals import add_recusal, end_recusal, recusal_reasons
from onedoor.registry.service.rulebooks import (
    WORD,
    publish_rulebook,
    rulebook_document,
    rulebook_title,
    save_rulebook,
)
from onedoor.registry.service.targets import (
    add_target,
    begin_refresh,
    delete_rule,
    end_targets,
    last_refresh,
    refresh_targets,
    save_rule,
)
from onedoor.registry.service.undoing import begin_undo, undo_import, why_not_undone

__all__ = [
    "WORD",
    "XLSX",
    "account_of",
    "add_recusal",
    "add_target",
    "begin_import",
    "begin_load",
    "begin_refresh",
    "begin_undo",
    "choose_columns",
    "columns_of",
    "contact_of",
    "decide_list",
    "delete_rule",
    "discard_draft",
    "end_item",
    "end_recusal",
    "end_targets",
    "errors_workbook",
    "f1_workbook",
    "find_number",
    "last_refresh",
    "new_number",
    "note_contact",
    "phone_of",
    "private_texts",
    "publish_library",
    "publish_rulebook",
    "recusal_reasons",
    "refresh_targets",
    "reveal_contact",
    "reveal_inspector",
    "rulebook_document",
    "rulebook_title",
    "run_import",
    "save_inspector",
    "save_inspector_form",
    "save_item",
    "save_rule",
    "save_rulebook",
    "set_inspector_status",
    "set_status",
    "submit_list",
    "title_of",
    "undo_import",
    "username_of",
    "why_not_undone",
]
