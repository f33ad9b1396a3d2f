"""Who may see and write what belongs to an entity: places, licences, tags; and their history (R-T4, R-T6)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ACTOR, ME, MINE, SUPERVISED, B, S, Trigger, can, owned, supervised
from onedoor.kernel.sealed import sealed
from onedoor.registry.history import IMPORT, SOURCE

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
    "tag",
    owned("tag"),
    can("tag", B, "select", "shared"),
    supervised("tag"),
    can("tag", S, "select", "shared"),
)
access.rules(
    "entity_tag",
    can("entity_tag", B, "select", f"{MINE} OR shared"),
    can("entity_tag", B, "insert", check=f"{MINE} AND (NOT shared OR {_OF_MY_KINDS})"),
    can("entity_tag", B, "delete", f"{MINE} AND (NOT shared OR {_OF_MY_KINDS})"),
    can("entity_tag", S, "select", f"{SUPERVISED} OR shared"),
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
EVIDENCE = sealed("registry", "correction_file", "content", at_once=8)

# What says nothing of the thing itself.
_UNTOLD = "'{id,tenant_id,entity_id,tag_id,shared,created_at,updated_at,at}'::text[]"
# It went from one entity to another: they were merged, or that was taken back.
_WHOSE = (
    "LATERAL (SELECT jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = o.entity_id) AS before,"
    " jsonb_object_agg('entity_code', e.code) FILTER (WHERE e.id = n.entity_id) AS after FROM public.entity e"
    " WHERE o.entity_id <> n.entity_id AND e.id IN (o.entity_id, n.entity_id))"
)
_COLUMNS = "tenant_id, entity_id, part, part_id, shared, at, actor_id, source, import_id, what, before, after"


def _values(row: str, part: str, shared: str) -> str:
    by, actor = f"coalesce({ME}, {row}.tenant_id)", ACTOR
    if part == "entity_tag":
        # A tag is its bureau's, also where a keeper's merge carries it: the keeper reads nothing of a private one.
        by, actor = f"{row}.tenant_id", f"CASE WHEN {row}.tenant_id = {ME} THEN {ACTOR} END"
    return f"{by}, {row}.entity_id, '{part}', {row}.id, {shared}, now(), {actor}, {SOURCE}, {IMPORT}"


def _triggers(part: str, shared: str = "true") -> tuple[Trigger, Trigger, Trigger]:
    """The three that keep the history of one table."""
    telling = f"INSERT INTO public.belonging_change ({_COLUMNS}) SELECT"

    def each(when: str, name: str, body: str, seen: str) -> Trigger:
        whole = f"BEGIN\n  {body};\n  RETURN NULL;\nEND"
        return Trigger(part, name, f"AFTER {when}", whole, "STATEMENT", f"REFERENCING {seen}")

    fresh = shared.replace("row.", "n.")
    return (
        each(
            "INSERT",
            f"{part}_added",
            f"{telling} {_values('n', part, fresh)}, 'added', NULL, jsonb_strip_nulls(to_jsonb(n) - {_UNTOLD})"
            " FROM fresh n",
            "NEW TABLE AS fresh",
        ),
        each(
            "UPDATE",
            f"{part}_changed",
            f"{telling} {_values('n', part, fresh)}, 'changed',"  # noqa: S608
            " coalesce(d.before, '{}') || coalesce(w.before, '{}'), coalesce(d.after, '{}') || coalesce(w.after, '{}')"
            " FROM former o JOIN fresh n ON n.id = o.id, LATERAL ("
            "SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after"
            f" FROM jsonb_each(to_jsonb(o) - {_UNTOLD}) b JOIN jsonb_each(to_jsonb(n) - {_UNTOLD}) a ON a.key = b.key"
            f" WHERE a.value <> b.value) d, {_WHOSE} w WHERE d.before IS NOT NULL OR w.before IS NOT NULL",
            "OLD TABLE AS former NEW TABLE AS fresh",
        ),
        each(
            "DELETE",
            f"{part}_removed",
            f"{telling} {_values('o', part, shared.replace('row.', 'o.'))}, 'removed', to_jsonb(o) - {_UNTOLD}, NULL"
            " FROM former o",
            "OLD TABLE AS former",
        ),
    )


access.triggers(
    "registry",
    *_triggers("premises"),
    *_triggers("licence"),
    *_triggers("entity_tag", "row.shared"),
    *access.append_only("belonging_change", "the history of the register is only ever added to"),
)
