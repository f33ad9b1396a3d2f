"""Lists of dishonesty: entered and left by their keepers, with law and papers (R-O4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.credit import credit_file
from onedoor.credit.models import CreditListing
from onedoor.entities import queries as entities
from onedoor.kernel import audit
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_

KINDS = {"serious": N_("严重违法失信名单"), "blacklist": N_("行业黑名单")}


def list_entity(entity_id: UUID, given: Mapping[str, Any]) -> CreditListing:
    """Enter an entity on a list this bureau keeps; it has been told before."""
    entity = entities.entity(entity_id)
    day: date | None = given.get("entered_on")
    told: date | None = given.get("told_on")
    until: date | None = given.get("until")
    wrong = {
        name: [text]
        for name, lacking, text in (
            ("kind", given.get("kind") not in KINDS, N_("请选择名单。")),
            ("law", not (given.get("law") or "").strip(), N_("请写明依据的法律条款。")),
            ("paper", not (given.get("paper") or "").strip(), N_("请填写决定书文号。")),
            ("entered_on", day is None or day > today(), N_("列入日期不能晚于今天。")),
            (
                "told_on",
                told is None or (day is not None and told > day),
                N_("列入以前须先告知当事人，请填写告知日期。"),
            ),
            ("until", until is None or (day is not None and until <= day), N_("截止日期须晚于列入日期。")),
        )
        if lacking
    }
    if wrong:
        raise ClerkError("列入名单的信息还没有填完。", fields=wrong)
    made = CreditListing(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        entity_id=entity.id,
        kind=given["kind"],
        trade=(given.get("trade") or "").strip(),
        law=given["law"].strip(),
        paper=given["paper"].strip(),
        told_on=told,
        entered_on=day,
        until=until,
        entered_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("credit.listing.enter", ("listing", made.id), entity.name, after={"kind": made.kind})
    return made


def take_off_list(listing_id: UUID, paper: str) -> CreditListing:
    """An entity leaves a list, by its paper."""
    found = credit_file.listing(listing_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound()
    if found.exit_on is not None:
        raise Conflict("已经移出名单。")
    if not paper.strip():
        raise ClerkError("请填写移出决定的文号。", fields={"exit_paper": [N_("请填写移出决定的文号。")]})
    found.exit_on, found.exit_paper = today(), paper.strip()
    audit.record("credit.listing.leave", ("listing", found.id), entities.entity(found.entity_id).name)
    db.session.flush()
    return found
