"""Entries on lists of dishonesty from a file (R-O4, R-L11): entered, or left, as by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit.listing_rows import BASIS, CODE, COLUMNS, HEAD, LEFT, ListingRow, read_listing
from onedoor.credit.models import CreditListing, ListingBasis
from onedoor.credit.service.listings import bases, list_entity, listing_problems, take_off_list
from onedoor.entities.models import Entity
from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service import checkpoints, two_pass
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.load_kinds import LoadKind
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, RowOutcomes
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import SourceRow, SourceTable

FIELDS = {"paper": "决定书文号", "told_on": "告知日期", "told_how": "告知方式", "entered_on": "列入日期", "until": "截止日期", "basis_id": BASIS}  # fmt: skip


def load_listings(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row enters an entity or takes it off. Raises `cursor.Stopped` where asked to stop."""
    steps = checkpoints.Steps(run, import_problems, verdicts, progress)
    return two_pass.load(steps, reading, lambda written: _Listings(written=written))


class _Listings:
    whole, absent = False, None

    def __init__(self, *, written: bool) -> None:
        self._written, self._bases = written, {one.name: one for one in bases(mine=True)}
        self._entities: dict[int, UUID] = {}

    def lock(self) -> None:
        """Who enters one by hand meanwhile is told that it stands already."""

    def read(self, row: SourceRow) -> tuple[ListingRow | None, RowReader]:
        return read_listing(row)

    def judged(
        self, read: Sequence[tuple[ListingRow, RowReader]], known: Mapping[int, str]
    ) -> list[ListingRow]:
        good = []
        for row, reader in read:
            entity_id = _checked(row, reader, self._bases)
            if entity_id is not None and not reader.problems:
                self._entities[row.number] = entity_id
                good.append(row)
        return good

    def key(self, row: ListingRow) -> str:
        return row.key

    def doubled(self, first: int) -> tuple[str, ClerkError]:
        return CODE, ClerkError("与第 %(row)s 行相同，只读入第 %(row)s 行。", row=first)

    def put(self, rows: Sequence[ListingRow]) -> Iterable[two_pass.RowResult]:
        return two_pass.done_one_by_one(rows, self._put, written=self._written)

    def _put(self, row: ListingRow) -> two_pass.RowResult:
        verdict, made = _put(row, self._entities[row.number], self._bases[row.basis])
        return two_pass.RowResult(row.number, row.key, row.name, RowOutcome(verdict, None, made))


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
    stepwise=True,
    form_note="“名单”一列写登记的名单名称；移出的另填移出日期和移出文号。列入以前须先告知当事人。",
)
