"""Keeping the list of laws and what of them ended (R-L4), in the operator's scope."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.items.models import Law, LawChange
from onedoor.items.queries import laws as queries
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope


def add_law(title: str, number: str, since: date) -> Law:
    """Add a law by its title, without its brackets. Raises ClerkError beside what is wrong."""
    title = title.strip().strip("《》")
    if not title:
        raise ClerkError("请填写名称。", fields={"title": ["请填写名称。"]})
    if db.session.scalar(sa.select(Law.id).where(Law.title == title)):
        raise ClerkError("这部法律法规已经登记。", fields={"title": ["这部法律法规已经登记。"]})
    made = Law(id=new_id(), title=title, number=number.strip(), since=since)
    db.session.add(made)
    db.session.flush()
    audit.record(
        "items.law.add", ("law", made.id), title, after={"number": made.number, "since": since.isoformat()}
    )
    return made


def enter_change(law_id: UUID, article: str, changed_on: date, document: str, *, repealed: bool) -> LawChange:
    """Say that an article, or the whole law, was changed or repealed from a day on; items that rest on it are flagged."""
    law = queries.law(law_id)
    wrong: dict[str, list[str]] = {}
    if changed_on < law.since:
        wrong["changed_on"] = ["变动日期不能早于施行日期。"]
    if not document.strip():
        wrong["document"] = ["请写明修订或废止的文件。"]
    article = article.strip()
    if article and not article.startswith("第"):
        wrong["article"] = ["请按条文写法填写，如“第三十条”。"]
    if wrong:
        raise ClerkError("这项变动有几处需要修改。", fields=wrong)
    same = sa.select(LawChange.id).where(
        LawChange.law_id == law.id, LawChange.article == article, LawChange.changed_on == changed_on
    )
    if db.session.scalar(same):
        raise Conflict("这项变动已经登记。")
    made = LawChange(
        id=new_id(),
        law_id=law.id,
        article=article,
        changed_on=changed_on,
        repealed=repealed,
        document=document.strip(),
        entered_by=current_scope().actor_name,
        entered_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    facts = {"article": article, "changed_on": changed_on.isoformat(), "repealed": repealed}
    audit.record("items.law.change", ("law", law.id), law.title, after=facts)
    return made
