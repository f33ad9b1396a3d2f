"""Entries on lists of dishonesty from a file (R-O4, R-L11): entered, or left, as by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit.listing_rows import BASIS, CODE, COLUMNS, HEAD, LEFT, ListingRow, read_listing
from onedoor.credit.models import CreditListing, ListingBasis
from onedoor.credit.service.listings import bases, list_entity, listing_problems, take_off_list
from onedoor.entities.models import Entity
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader, is_foot
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.load_kinds import LoadKind
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcomes
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceTable

FIELDS = {"paper": "决定书文号", "told_on": "告知日期", "told_how": "告知方式", "entered_on": "列入日期", "until": "截止日期", "basis_id": BASIS}  # fmt: skip


def load_listings(
    reading: Callable[[int], SourceTable],
    run: Import,
    problems_file: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row enters an entity or takes it off; found by doing it, in a savepoint."""
    known = {one.name: one for one in bases(mine=True)}
    rows, read = _read(reading(0), problems_file, known)
    writing = run.mode == "good" or (run.mode == "all" and not problems_file.rejected)
    with db.session.begin_nested() as savepoint:
        for row, entity_id in read:
            verdict, made = _put(row, entity_id, known[row.basis])
            verdicts.add(verdict, row.row, row.key, row.name, None, made)
        if not writing:
            savepoint.rollback()
    progress(rows, rows)
    return {"rows": rows, "valid": len(read), **verdicts.figures(written=writing)}


def _read(
    table: SourceTable, problems_file: ImportProblems, known: dict[str, ListingBasis]
) -> tuple[int, list[tuple[ListingRow, UUID]]]:
    seen: dict[str, int] = {}
    rows, read = 0, []
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        one, reader = read_listing(row)
        entity_id = _checked(one, reader, known) if one is not None else None
        if one is not None and one.key in seen:
            reader.refuse(CODE, ClerkError("与第 %(row)s 行相同，只读入第 %(row)s 行。", row=seen[one.key]))
        elif one is not None and entity_id is not None and not reader.problems:
            seen[one.key] = row.number
            read.append((one, entity_id))
        problems_file.add(reader)
    return rows, read


def _checked(one: ListingRow, reader: RowReader, known: dict[str, ListingBasis]) -> UUID | None:
    basis = known.get(one.basis)
    if basis is None:
        reader.refuse(BASIS, ClerkError("登记的列入依据里没有本单位管理的“%(name)s”。", name=one.basis))
        return None
    found = db.session.execute(sa.select(Entity.id, Entity.name).where(Entity.code == one.code)).one_or_none()
    if found is None:
        reader.refuse(CODE, ClerkError("名录里没有这个代码的主体。"))
        return None
    standing = _standing(found.id, basis, one)
    wrong = {} if standing is not None else listing_problems({**one.given, "basis_id": basis.id}, basis)
    for field, texts in wrong.items():
        reader.refuse(FIELDS[field], ClerkError(texts[0]))
    if standing is None and one.left_on is None and _is_listed(found.id, basis):
        reader.refuse(BASIS, ClerkError("这个主体已在这份名单上，移出以前不能再次列入。"))
    entered = standing.entered_on if standing is not None else one.given["entered_on"]
    if one.left_on is not None and entered is not None and one.left_on < entered:
        reader.refuse(LEFT, ClerkError("移出日期不能早于列入日期。"))
    return UUID(str(found.id))


def _put(row: ListingRow, entity_id: UUID, basis: ListingBasis) -> tuple[str, UUID]:
    standing = _standing(entity_id, basis, row)
    verdict = UNCHANGED if standing is not None else NEW
    if standing is None:
        standing = list_entity(entity_id, {**row.given, "basis_id": basis.id}, "file")
    if row.left_on is not None and standing.exit_on is None:
        take_off_list(standing.id, row.left_paper, row.left_on)
        verdict = CHANGED if verdict == UNCHANGED else verdict
    return verdict, standing.id


def _standing(entity_id: UUID, basis: ListingBasis, row: ListingRow) -> CreditListing | None:
    return db.session.scalar(
        sa.select(CreditListing).where(
            CreditListing.tenant_id == current_scope().tenant_id,
            CreditListing.entity_id == entity_id,
            CreditListing.basis_id == basis.id,
            CreditListing.paper == row.given["paper"],
        )
    )


def _is_listed(entity_id: UUID, basis: ListingBasis) -> bool:
    query = sa.select(CreditListing.id).where(
        CreditListing.entity_id == entity_id,
        CreditListing.basis_id == basis.id,
        CreditListing.exit_on.is_(None),
    )
    return db.session.scalar(query) is not None


def _stays(run: Import) -> str | None:
    return Sentence("列入和移出名单是已经作出的决定，不能撤销导入；列错的请逐条移出。")


def _nothing(run: Import) -> dict[str, Any]:
    return {}


LISTINGS = LoadKind(
    name="listings",
    title="信用名单",
    columns=COLUMNS,
    load=load_listings,
    undo=_nothing,
    undo_refused=_stays,
    form_name="信用名单模板.xlsx",
    form_head=HEAD,
    form_note="“名单”一列写登记的名单名称；移出的另填移出日期和移出文号。列入以前须先告知当事人。",
)
