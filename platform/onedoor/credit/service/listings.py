"""Lists of dishonesty: entered and left by their keepers, each on a basis of the kept list, with papers (R-O4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit import credit_file
from onedoor.credit.models import CreditListing, ListingBasis
from onedoor.entities import queries as entities
from onedoor.entities.models import Entity
from onedoor.kernel import audit
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from tenants import queries as tenants

KINDS = {
    "abnormal": N_("经营异常名录"),
    "serious": N_("严重违法失信名单"),
    "blacklist": N_("行业黑名单"),
}


def bases(*, mine: bool = False) -> list[ListingBasis]:
    """The kept list of bases; with `mine` those on which the current bureau may enter an entity."""
    query = sa.select(ListingBasis).order_by(ListingBasis.kind, ListingBasis.name, ListingBasis.article)
    if mine:
        own = sa.or_(ListingBasis.keeper_id.is_(None), ListingBasis.keeper_id == current_scope().tenant_id)
        query = query.where(ListingBasis.active, own)
    return list(db.session.scalars(query))


def save_basis(given: Mapping[str, Any], basis_id: UUID | None = None) -> ListingBasis:
    """Add a basis to the kept list, or say that it is no longer used, for how long it lists, and who keeps the list."""
    found = db.session.get(ListingBasis, basis_id) if basis_id else None
    if basis_id and found is None:
        raise NotFound("没有找到这项列入依据。")
    facts = {name: (given.get(name) or "").strip() for name in ("name", "law", "article", "trade")}
    facts["law"] = facts["law"].strip("《》")
    keeper, days = given.get("keeper_id"), given.get("most_days")
    same = [
        one
        for one in bases()
        if (one.name, one.law, one.article) == (facts["name"], facts["law"], facts["article"])
    ]
    wrong = {
        name: [text]
        for name, lacking, text in (
            ("kind", found is None and given.get("kind") not in KINDS, N_("请选择名单。")),
            ("name", not facts["name"], N_("请填写名单名称。")),
            ("law", not facts["law"], N_("请填写法律法规的名称。")),
            ("article", not facts["article"].startswith("第"), N_("请按条文写法填写，如“第三十条”。")),
            ("article", any(one is not found for one in same), N_("这项列入依据已经登记。")),
            ("most_days", days is not None and days < 1, N_("天数须大于 0。")),
            (
                "keeper_id",
                keeper is not None and keeper not in [one.id for one in tenants.bureaus()],
                N_("请从所列单位中选择。"),
            ),
        )
        if lacking
    }
    if wrong:
        raise ClerkError("列入依据还没有填完。", fields=wrong)
    if found is None:
        found = ListingBasis(id=new_id(), kind=given["kind"], active=True)
        db.session.add(found)
    else:
        found.active = bool(given.get("active"))
    found.name, found.law, found.article, found.trade = (
        facts["name"],
        facts["law"],
        facts["article"],
        facts["trade"],
    )
    found.keeper_id, found.most_days = keeper, days
    db.session.flush()
    audit.record(
        "credit.basis.save", ("basis", found.id), found.name, after={**facts, "active": found.active}
    )
    return found


def list_entity(entity_id: UUID, given: Mapping[str, Any], through: str = "page") -> CreditListing:
    """Enter an entity on a list this bureau keeps; it has been told before."""
    entity = entities.entity(entity_id)
    basis = next((one for one in bases(mine=True) if one.id == given.get("basis_id")), None)
    wrong = listing_problems(given, basis)
    if wrong:
        raise ClerkError("列入名单的信息还没有填完。", fields=wrong)
    assert basis is not None
    if any(one.basis_id == basis.id and _holds(one) for one in credit_file.listings_of(entity.id)):
        raise Conflict("这个主体已在“%(name)s”上，移出以前不能再次列入。", name=basis.name)
    made = CreditListing(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        entity_id=entity.id,
        basis_id=basis.id,
        kind=basis.kind,
        trade=basis.trade,
        law=f"《{basis.law}》{basis.article}",
        told_how=(given.get("told_how") or "").strip(),
        through=through,
        paper=given["paper"].strip(),
        told_on=given["told_on"],
        entered_on=given["entered_on"],
        until=given["until"],
        entered_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "credit.listing.enter", ("listing", made.id), entity.name, after={"kind": made.kind, "law": made.law}
    )
    return made


def listing_problems(given: Mapping[str, Any], basis: ListingBasis | None) -> dict[str, list[str]]:
    """What an entry lacks, by field."""
    day: date | None = given.get("entered_on")
    told: date | None = given.get("told_on")
    until: date | None = given.get("until")
    longest = basis.most_days if basis else None
    found: dict[str, list[str]] = {}
    for name, lacking, text in (
        ("basis_id", basis is None, N_("请从登记的列入依据中选择名单。")),
        ("paper", not (given.get("paper") or "").strip(), N_("请填写决定书文号。")),
        ("entered_on", day is None or day > today(), N_("列入日期不能晚于今天。")),
        (
            "told_on",
            told is None or (day is not None and told > day),
            N_("列入以前须先告知当事人，请填写告知日期。"),
        ),
        ("told_how", not (given.get("told_how") or "").strip(), N_("请填写怎样告知当事人。")),
        ("until", until is None or (day is not None and until <= day), N_("截止日期须晚于列入日期。")),
        (
            "until",
            bool(longest and day and until and until > day + timedelta(days=longest)),
            N_("截止日期超过这份名单的最长期限。"),
        ),
    ):
        if lacking:
            found.setdefault(name, [text])
    return found


def take_off_list(listing_id: UUID, paper: str, on: date | None = None) -> CreditListing:
    """An entity leaves a list, by its paper."""
    found, day = credit_file.listing(listing_id), on or today()
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound()
    if found.exit_on is not None:
        raise Conflict("已经移出名单。")
    if not paper.strip():
        raise ClerkError("请填写移出决定的文号。", fields={"exit_paper": [N_("请填写移出决定的文号。")]})
    if not found.entered_on <= day <= today():
        raise ClerkError(
            "移出日期应在列入日期和今天之间。", fields={"exit_on": [N_("移出日期应在列入日期和今天之间。")]}
        )
    found.exit_on, found.exit_paper = day, paper.strip()
    audit.record("credit.listing.leave", ("listing", found.id), entities.entity(found.entity_id).name)
    db.session.flush()
    return found


def _holds(one: CreditListing) -> bool:
    return one.exit_on is None and one.until > today()


def listed() -> sa.Select[*tuple[Any, ...]]:
    """All entries of all keepers with their entity, for a list."""
    return sa.select(CreditListing, Entity).join(Entity, Entity.id == CreditListing.entity_id)
