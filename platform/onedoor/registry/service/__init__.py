"""The registry's use cases."""

from onedoor.registry.service.adding import (
    Doubtful,
    Known,
    add_entity,
    alike_of,
    given_of,
    propose_entity,
    read_given,
)
from onedoor.registry.service.bulk import ACTIONS, begin_bulk, choose_by, run_bulk
from onedoor.registry.service.certificate_register import require_keeper, save_certificate, take_over
from onedoor.registry.service.certificates import watch_certificates
from onedoor.registry.service.corrections import correct, decide_correction
from onedoor.registry.service.declaring import declaration_document, declaration_title, unfit
from onedoor.registry.service.duties import (
    contact_of_duty,
    end_duty,
    f5,
    f5_workbook,
    liaison_phone,
    name_for_duty,
)
from onedoor.registry.service.entities import contact_of, note_contact, phone_of, set_status
from onedoor.registry.service.errors import errors_workbook
from onedoor.registry.service.evidence import evidence_of, read_evidence
from onedoor.registry.service.experts import save_expert
from onedoor.registry.service.imports import (
    KINDS,
    begin_import,
    begin_load,
    choose_columns,
    columns_of,
    run_import,
)
from onedoor.registry.service.inspectors import (
    account_of,
    private_texts,
    save_inspector,
    save_inspector_form,
    set_inspector_status,
    username_of,
)
from onedoor.registry.service.item_lists import (
    XLSX,
    decide_list,
    f1_rows,
    f1_workbook,
    submit_list,
    title_of,
)
from onedoor.registry.service.items import (
    discard_draft,
    end_item,
    new_number,
    refuse_outdated,
    save_item,
    seen_as,
)
from onedoor.registry.service.leave import end_leave, note_leave
from onedoor.registry.service.leaving import leave_by_night
from onedoor.registry.service.library import (
    f2,
    f2_workbook,
    library_returned,
    publish_library,
    unpublished_changes,
)
from onedoor.registry.service.listing import ByCode, list_codes, look_up_codes, read_codes
from onedoor.registry.service.matters import add_matter, end_matter, list_places
from onedoor.registry.service.merging import keep_apart, merge_pair, merge_two, suggest_merge, undo_merge
from onedoor.registry.service.personal import find_number, reveal_contact, reveal_duty, reveal_inspector
from onedoor.registry.service.premises import may_change_licence, save_licence, save_premises
from onedoor.registry.service.proposals import decide_proposal
from onedoor.registry.service.qualifications import (
    add_qualification,
    answer_proposal,
    change_qualification,
    known_qualifications,
    propose_qualification,
)
from onedoor.registry.service.quality import begin_review, review, review_by_night
from onedoor.registry.service.recoding import Unsure, effect_of
from onedoor.registry.service.recusals import add_recusal, end_recusal, recusal_reasons
from onedoor.registry.service.requests import answer_request, ask_clerk
from onedoor.registry.service.risk import (
    delete_factor,
    free_risk,
    save_factor,
    save_scale,
    set_risk,
)
from onedoor.registry.service.risk_levels import (
    begin_computing,
    compute_by_night,
    compute_risk,
    last_computing,
)
from onedoor.registry.service.rulebooks import (
    WORD,
    WrittenSince,
    decide_rulebook,
    discard_rulebook,
    publish_rulebook,
    rulebook_document,
    rulebook_text,
    rulebook_title,
    save_rulebook,
    save_section,
    seen_of_rulebook,
    submit_rulebook,
    wrote_rulebook,
)
from onedoor.registry.service.sharing import adopt, extend_copy, follow_source, share_item, stop_sharing
from onedoor.registry.service.stopping import can_go_on, can_stop, go_on, halted, stop_load
from onedoor.registry.service.tags import add_tag, givable, set_tag_active, set_tags, tag_many
from onedoor.registry.service.target_figures import publish_targets
from onedoor.registry.service.targets import (
    add_target,
    begin_refresh,
    delete_rule,
    end_targets,
    last_refresh,
    refresh_targets,
    save_rule,
)
from onedoor.registry.service.templates import EMPTIED_BY_NONE, template
from onedoor.registry.service.told import MOST_KEPT as MOST_PROBLEMS
from onedoor.registry.service.trainings import results_of, save_training
from onedoor.registry.service.undoing import begin_undo, undo_import, why_not_undone
from onedoor.registry.service.upkeep import confirm_library
from onedoor.registry.service.withdrawing import withdraw_list, withdraw_rulebook

__all__ = [
    "ACTIONS",
    "EMPTIED_BY_NONE",
    "KINDS",
    "MOST_PROBLEMS",
    "WORD",
    "XLSX",
    "ByCode",
    "Doubtful",
    "Known",
    "Unsure",
    "WrittenSince",
    "account_of",
    "add_entity",
    "add_matter",
    "add_qualification",
    "add_recusal",
    "add_tag",
    "add_target",
    "adopt",
    "alike_of",
    "answer_proposal",
    "answer_request",
    "ask_clerk",
    "begin_bulk",
    "begin_computing",
    "begin_import",
    "begin_load",
    "begin_refresh",
    "begin_review",
    "begin_undo",
    "can_go_on",
    "can_stop",
    "change_qualification",
    "choose_by",
    "choose_columns",
    "columns_of",
    "compute_by_night",
    "compute_risk",
    "confirm_library",
    "contact_of",
    "contact_of_duty",
    "correct",
    "decide_correction",
    "decide_list",
    "decide_proposal",
    "decide_rulebook",
    "declaration_document",
    "declaration_title",
    "delete_factor",
    "delete_rule",
    "discard_draft",
    "discard_rulebook",
    "effect_of",
    "end_duty",
    "end_item",
    "end_leave",
    "end_matter",
    "end_recusal",
    "end_targets",
    "errors_workbook",
    "evidence_of",
    "extend_copy",
    "f1_rows",
    "f1_workbook",
    "f2",
    "f2_workbook",
    "f5",
    "f5_workbook",
    "find_number",
    "follow_source",
    "free_risk",
    "givable",
    "given_of",
    "go_on",
    "halted",
    "keep_apart",
    "known_qualifications",
    "last_computing",
    "last_refresh",
    "leave_by_night",
    "liaison_phone",
    "library_returned",
    "list_codes",
    "list_places",
    "look_up_codes",
    "may_change_licence",
    "merge_pair",
    "merge_two",
    "name_for_duty",
    "new_number",
    "note_contact",
    "note_leave",
    "phone_of",
    "private_texts",
    "propose_entity",
    "propose_qualification",
    "publish_library",
    "publish_rulebook",
    "publish_targets",
    "read_codes",
    "read_evidence",
    "read_given",
    "recusal_reasons",
    "refresh_targets",
    "refuse_outdated",
    "require_keeper",
    "results_of",
    "reveal_contact",
    "reveal_duty",
    "reveal_inspector",
    "review",
    "review_by_night",
    "rulebook_document",
    "rulebook_text",
    "rulebook_title",
    "run_bulk",
    "run_import",
    "save_certificate",
    "save_expert",
    "save_factor",
    "save_inspector",
    "save_inspector_form",
    "save_item",
    "save_licence",
    "save_premises",
    "save_rule",
    "save_rulebook",
    "save_scale",
    "save_section",
    "save_training",
    "seen_as",
    "seen_of_rulebook",
    "set_inspector_status",
    "set_risk",
    "set_status",
    "set_tag_active",
    "set_tags",
    "share_item",
    "stop_load",
    "stop_sharing",
    "submit_list",
    "submit_rulebook",
    "suggest_merge",
    "tag_many",
    "take_over",
    "template",
    "title_of",
    "undo_import",
    "undo_merge",
    "unfit",
    "unpublished_changes",
    "username_of",
    "watch_certificates",
    "why_not_undone",
    "withdraw_list",
    "withdraw_rulebook",
    "wrote_rulebook",
]
