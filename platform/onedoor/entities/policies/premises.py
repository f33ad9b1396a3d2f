"""Who may see and write what belongs to an entity: places, licences; and their history (R-T4, R-T6)."""

from __future__ import annotations

from collections.abc import Iterator

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, SUPERVISED, B, S, Trigger, can, read, supervised
from onedoor.kernel.encrypted_columns import encrypted_column

_OF_MY_KINDS = "(SELECT e.kind FROM entity e WHERE e.id = entity_id) = ANY (ARRAY(SELECT my_entity_kinds()))"
_ISSUED_HERE = f"issued_by = (SELECT b.name FROM bureau b WHERE b.id = {ME})"  # noqa: S608
_TO_A_KEEPER = "EXISTS (SELECT 1 FROM bureau b WHERE b.id = receiver_id AND b.entity_kinds <> '{}')"
_WRITTEN_BY = {
    # The keepers of the entity's kind; a licence also by the bureau that issued and entered it.
    "premises": _OF_MY_KINDS,
    "licence": f"{MINE} OR {_ISSUED_HERE} OR {_OF_MY_KINDS}",
}
# What a change may touch: whose entity it is, its number, and who entered it stay as they were entered.
_CHANGED = {
    "premises": ("name", "address", "jurisdiction_code", "closed_on", "note", "updated_at"),
    "licence": (
        "premises_number", "kind", "number", "issued_by", "issued_on", "valid_to", "cancelled_on", "note",
        "updated_at",
    ),
}  # fmt: skip


def _taken_back(part: str) -> str:
    """Taking back what a load of one's own added, and nothing else (`service.undo_belongings`)."""
    return (
        f"{MINE} AND EXISTS (SELECT 1 FROM belonging_change c WHERE c.entity_id = {part}.entity_id AND c.part_id = {part}.id"  # noqa: S608
        f" AND c.what = 'added' AND c.import_id IS NOT NULL AND c.{MINE})"
    )


access.rules(
    "premises",
    can("premises", B, "select"),
    can("premises", B, "insert", check=f"{MINE} AND {_WRITTEN_BY['premises']}"),
    can("premises", B, "update", _WRITTEN_BY["premises"], columns=_CHANGED["premises"]),
    can("premises", S, "select"),
    can("premises", B, "delete", f"{_OF_MY_KINDS} AND {_taken_back('premises')}"),
)
access.rules(
    "licence",
    can("licence", B, "select"),
    # Nobody writes as issued by another but a keeper of the kind.
    can("licence", B, "insert", check=f"{MINE} AND ({_ISSUED_HERE} OR {_OF_MY_KINDS})"),
    can(
        "licence",
        B,
        "update",
        _WRITTEN_BY["licence"],
        check=f"{_ISSUED_HERE} OR {_OF_MY_KINDS}",
        columns=_CHANGED["licence"],
    ),
    can("licence", S, "select"),
    can("licence", B, "delete", f"({_ISSUED_HERE} OR {_OF_MY_KINDS}) AND {_taken_back('licence')}"),
)
access.rules(
    "belonging_change",
    can("belonging_change", B, "select", f"shared OR {MINE}"),
    # By the triggers below alone.
    can("belonging_change", B, "insert", check=f"{MINE} AND pg_trigger_depth() > 0"),
    can("belonging_change", S, "select", f"shared OR {SUPERVISED}"),
)

# An inbox (access.md, "How an inbox is written"): the answer is the receiver's alone, and once.
access.rules(
    "correction",
    can("correction", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can("correction", B, "insert", check=f"{MINE} AND state = 'sent' AND {_TO_A_KEEPER}"),
    can(
        "correction",
        B,
        "update",
        f"receiver_id = {ME} AND state = 'sent'",
        check=f"receiver_id = {ME}",
        columns=("state", "answer", "decided_at", "decided_by"),
    ),
    supervised("correction"),
)
# It hangs on what its own bureau proposes and nobody has answered yet; neither side takes it away.
access.rules(
    "correction_file",
    can("correction_file", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can(
        "correction_file",
        B,
        "insert",
        check=f"{MINE} AND EXISTS (SELECT 1 FROM correction c WHERE c.id = correction_id AND c.{MINE}"  # noqa: S608
        " AND c.receiver_id = correction_file.receiver_id AND c.state = 'sent')",
    ),
    supervised("correction_file"),
)
EVIDENCE = encrypted_column("entities", "correction_file", "content", at_once=8)


def _triggers(part: str) -> Iterator[Trigger]:
    """The three that keep the history of one table of what is everybody's."""
    for file in ("belonging_added", "belonging_changed", "belonging_removed"):
        yield Trigger(read("entities", file, table=part))


access.triggers(
    "entities",
    *_triggers("premises"),
    *_triggers("licence"),
    *access.append_only("belonging_change", "the history of the register is only ever added to"),
)
