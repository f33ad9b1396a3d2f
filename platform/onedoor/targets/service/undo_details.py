"""Taking back what a load noted of targets: contacts, tags and levels (R-L5, R-L11).

`import_row.before` says what the load did (`service.put_targets`), and `import_row.former` keeps the number it wrote another
over, sealed, until this (R-T7). A load of targets takes the same back (`service.undo_targets`): there a row is of a target,
here of an entity, and `of` is how a statement finds whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import EntityContact
from onedoor.entities.policies import CONTACT
from onedoor.imports.models import Import, ImportRow
from onedoor.imports.policies import FORMER
from onedoor.imports.service.journal import CHANGED_SINCE, OF_OTHER_UNITS, TAKEN_BACK, held
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import seal
from onedoor.kernel.sentences import Sentence
from tenants.units import my_unit

OF_TARGET = "JOIN target t ON t.id = r.subject_id"
_OF_ENTITY = "JOIN LATERAL (SELECT r.tenant_id, r.subject_id AS entity_id) t ON true"
_CONTACT = (
    "SELECT FROM entity_contact c WHERE c.entity_id = t.entity_id AND c.tenant_id = t.tenant_id"
    " AND c.updated_at = CAST(r.before #>> '{contact,at}' AS timestamptz)"
)
# Whether what a row noted has been changed since.
CHANGED = (
    "(r.before ? 'risk' AND NOT EXISTS (SELECT FROM target_risk k"  # noqa: S608 - our own words
    "  WHERE k.id = CAST(r.before #>> '{risk,made}' AS uuid) AND k.until IS NULL))"
    f" OR (r.before ? 'contact' AND NOT EXISTS ({_CONTACT}))"
    " OR EXISTS (SELECT FROM jsonb_array_elements_text(r.before #> '{tags,put}') g (tag) WHERE NOT EXISTS"
    "  (SELECT FROM entity_tag x WHERE x.tag_id = CAST(g.tag AS uuid) AND x.entity_id = t.entity_id))"
    " OR EXISTS (SELECT FROM jsonb_array_elements_text(r.before #> '{tags,off}') g (tag) JOIN entity_tag x"
    "  ON x.tag_id = CAST(g.tag AS uuid) AND x.entity_id = t.entity_id)"
)
_OF_OTHERS = (
    "EXISTS (SELECT FROM target o"
    " WHERE o.tenant_id = t.tenant_id AND o.entity_id = t.entity_id AND o.ended_on IS NULL AND o.unit_id <> :mine)"
)
# Loads of earlier releases kept no number.
WITHOUT_NUMBER = "r.before #>> '{contact,phone}' = 'changed' AND r.former IS NULL"
NUMBER_LOST = Sentence("改了已有的联系电话，原来的号码没有另存")
_HOW_MANY = f"SELECT count(*) FROM {TAKEN_BACK}"  # noqa: S608 - our own words
# In this order: a level is given up before the one before it holds again.
_STEPS = {
    "grades given up": "UPDATE target_risk k SET until = :now"
    " FROM {rows} WHERE r.before ? 'risk' AND k.id = CAST(r.before #>> '{{risk,made}}' AS uuid)",
    "grades back": "UPDATE target_risk k SET until = NULL FROM {rows}"
    " WHERE k.id = CAST(r.before #>> '{{risk,former}}' AS uuid)",
    "tags off": "DELETE FROM entity_tag x USING {rows} {of},"
    " jsonb_array_elements_text(r.before #> '{{tags,put}}') g (tag)"
    " WHERE x.tag_id = CAST(g.tag AS uuid) AND x.entity_id = t.entity_id",
    "tags back": "INSERT INTO entity_tag (id, tenant_id, tag_id, entity_id, shared, name, at)"
    " SELECT gen_random_uuid(), w.tenant_id, w.id, t.entity_id, w.shared, w.name, :now"
    " FROM {rows} {of},"
    " jsonb_array_elements_text(r.before #> '{{tags,off}}') g (tag) JOIN tag w ON w.id = CAST(g.tag AS uuid)"
    " ON CONFLICT (tag_id, entity_id) DO NOTHING",
    "contacts off": "DELETE FROM entity_contact c USING {rows} {of}"
    " WHERE c.entity_id = t.entity_id AND c.tenant_id = t.tenant_id"
    " AND CAST(r.before #>> '{{contact,made}}' AS boolean)",
    "contacts back": "UPDATE entity_contact c SET person = r.before #>> '{{contact,person}}',"
    " updated_at = coalesce(CAST(r.before #>> '{{contact,was_at}}' AS timestamptz), :now),"
    " phone = CASE WHEN r.before #>> '{{contact,phone}}' = 'added' THEN NULL ELSE c.phone END,"
    " phone_index = CASE WHEN r.before #>> '{{contact,phone}}' = 'added' THEN NULL ELSE c.phone_index END"
    " FROM {rows} {of}"
    " WHERE c.entity_id = t.entity_id AND c.tenant_id = t.tenant_id"
    " AND NOT CAST(r.before #>> '{{contact,made}}' AS boolean)",
}
_FORMER = "SELECT r.id, r.former, t.entity_id FROM {rows} {of} WHERE r.former IS NOT NULL"


def held_details(run: Import) -> Iterator[tuple[str, sa.Select[Any]]]:
    """What another unit keeps, and what was changed since."""
    mine = my_unit()
    if mine is not None:
        yield OF_OTHER_UNITS, held(run, _OF_OTHERS, _OF_ENTITY, mine=mine)
    yield CHANGED_SINCE, held(run, CHANGED, _OF_ENTITY)
    yield NUMBER_LOST, held(run, WITHOUT_NUMBER, _OF_ENTITY)


def undo_details(run: Import) -> dict[str, Any]:
    """Contacts, tags and levels are as they were."""
    restored = db.session.scalar(sa.text(_HOW_MANY), {"load": run.id}) or 0
    take_back(run, _OF_ENTITY)
    return {"removed": 0, "restored": restored}


def take_back(run: Import, of: str) -> None:
    """Levels, tags and contacts as they were, of the targets or entities that `of` names."""
    given = {"load": run.id, "now": now()}
    for step in _STEPS.values():
        statement = step.format(of=of, rows=TAKEN_BACK)
        needed = {key: value for key, value in given.items() if f":{key}" in statement}
        db.session.execute(sa.text(statement), needed)
    db.session.expire_all()
    for contact, number in _numbers(run, of):
        seal(contact, CONTACT, number)
    db.session.flush()
    # It has no further use.
    forgetting = sa.update(ImportRow).where(ImportRow.import_id == run.id, ImportRow.former.is_not(None))
    db.session.execute(forgetting.values(former=None), execution_options={"synchronize_session": False})


def _numbers(run: Import, of: str) -> Iterator[tuple[EntityContact, str]]:
    """The contacts whose number the load wrote over, each with the one that stood."""
    kept = db.session.execute(sa.text(_FORMER.format(of=of, rows=TAKEN_BACK)), {"load": run.id})
    for rows in kept.partitions(1_000):
        of_entity = {row.entity_id: (row.id, bytes(row.former)) for row in rows}
        mine = sa.select(EntityContact).where(
            EntityContact.tenant_id == run.tenant_id, EntityContact.entity_id.in_(of_entity)
        )
        for contact in db.session.scalars(mine):
            row_id, former = of_entity[contact.entity_id]
            yield contact, FORMER.open(row_id, former)
