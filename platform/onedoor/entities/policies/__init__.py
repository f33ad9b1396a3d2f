"""Who may see and write the tables of the shared register (access.md)."""

from __future__ import annotations

from onedoor.entities.policies import code_correction as code_correction
from onedoor.entities.policies import history as history
from onedoor.entities.policies import merge_undo as merge_undo
from onedoor.entities.policies import merges as merges
from onedoor.entities.policies import premises as premises
from onedoor.entities.policies import provisional as provisional
from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, S, can, owned
from onedoor.kernel.encrypted_columns import encrypted_column

_MY_KINDS = "kind = ANY (ARRAY(SELECT my_entity_kinds()))"

# What a keeper may change of an entity: not who entered it and when. Its code and its kind are corrected
# (`service.recoding`); only its code gives an entity to another keeper.
_CHANGED = (
    "code", "name", "kind", "status", "status_since", "status_note", "jurisdiction_code", "address", "scope",
    "entity_type", "industry", "registered_on", "capital", "province", "region", "sort_key", "initials",
    "updated_at",
)  # fmt: skip
access.shared(
    "entity",
    "one register for all bureaus; the keepers of a kind write it (R-T4)",
    can("entity", B, "select"),
    can("entity", B, "insert", _MY_KINDS),
    can("entity", B, "update", _MY_KINDS, check=f"{_MY_KINDS} OR kind = left(code, 2)", columns=_CHANGED),
    can("entity", S, "select"),
    # Taking back what a load of one's own added, and nothing else (`service.undoing`).
    can(
        "entity",
        B,
        "delete",
        f"{_MY_KINDS} AND EXISTS (SELECT 1 FROM entity_change c WHERE c.entity_id = entity.id"  # noqa: S608
        f" AND c.what = 'added' AND c.import_id IS NOT NULL AND c.{MINE})",
    ),
)
access.rules("entity_contact", owned("entity_contact", deletable=True))
# The keeper of enterprises keeps it for all (R-O4).
_MARKET = "'91' = ANY (ARRAY(SELECT my_entity_kinds()))"
access.rules(
    "credit_class",
    can("credit_class", B, "select"),
    can("credit_class", B, "insert update", f"{MINE} AND {_MARKET}"),
    can("credit_class", S, "select"),
)
# Of what a keeper's file had, whoever has it in a library says that it is not stale.
access.rules(
    "register_confirmation",
    can("register_confirmation", B, "select"),
    can("register_confirmation", B, "insert delete", MINE),
)
access.rules("quality_review", can("quality_review", B, "select insert", MINE))
access.rules("quality_finding", can("quality_finding", B, "select insert delete", MINE))
access.rules("duplicate_pair", owned("duplicate_pair", deletable=True))
access.functions(
    "entities",
    # What the index of the search is made of: see rules/search.py.
    entity_grams=(B, S),
    library_entries=(B,),
    load_held=(B,),
    load_held_parts=(B,),
    my_entity_kinds=(B,),
)

# What is stored encrypted (R-T7).
CONTACT = encrypted_column("entities", "entity_contact", "phone", index="phone_index")
