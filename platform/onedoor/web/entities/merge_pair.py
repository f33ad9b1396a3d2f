"""Any two entities that are one: found by search, looked at beside each other, and merged by their keeper, or proposed to it (R-T4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.entities import queries as entity_queries
from onedoor.entities import service
from onedoor.entities.models import Entity
from onedoor.entities.schemas.premises import MergeSchema
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.targets import queries as target_queries
from onedoor.web.entities.merges import PARTS
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import STATUSES, place_names
from onedoor.web.shell import forms, page
from tenants.rules import Permission

# So many are shown; more words find fewer.
MOST_FOUND = 20


@pages.get("/entities/<uuid:entity_id>/merge")
@limiter.limit("60/minute")
@allow(Permission.REGISTRY_WRITE)
def entity_merge(entity_id: UUID) -> Any:
    """Look for the other one."""
    entity, words = (
        entity_queries.entity(entity_id),
        request.args.get("q", "").replace("\x00", "").strip()[:100],
    )
    found: list[Entity] = []
    if words:
        others = sa.select(Entity).where(Entity.id != entity.id)
        query = entity_queries.matching(others, words).order_by(Entity.sort_key, Entity.id)
        found = list(db.session.scalars(query.limit(MOST_FOUND + 1)))
    return page(
        "entities/merge.html",
        entity=entity,
        keeps=entity.kind in entity_queries.my_entity_kinds(),
        keeper=entity_queries.keeper_of(entity),
        words=words,
        found=found[:MOST_FOUND],
        more=len(found) > MOST_FOUND,
        statuses=STATUSES,
    )


@pages.route("/entities/<uuid:entity_id>/merge/<uuid:other_id>", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
def entity_merge_with(entity_id: UUID, other_id: UUID) -> Any:
    """Both beside each other, what would move, and which one stays."""
    both = entity_queries.entity(entity_id), entity_queries.entity(other_id)
    keeps = {one.kind for one in both} <= entity_queries.my_entity_kinds()
    form = forms.empty(survivor=other_id)
    if request.method == "POST":
        form = forms.read(MergeSchema())
        if form.ok:
            with form.submission():
                return _done(both, form.data, keeps=keeps)
    return page(
        "entities/merge_with.html",
        form.status,
        entity=both[0],
        other=both[1],
        both=both,
        keeps=keeps,
        blocked=_blocked(both),
        moving=[(one, target_queries.merge_preview.moves_of(one)) for one in both],
        parts=PARTS,
        form=form,
        statuses=STATUSES,
        places=place_names(),
    )


def _done(both: tuple[Entity, Entity], given: dict[str, Any], *, keeps: bool) -> Any:
    survivor = next((one for one in both if one.id == given["survivor"]), None)
    if survivor is None:
        raise ClerkError("请选择保留哪一个。", fields={"survivor": ["请从这两个主体中选择。"]})
    gone = both[0] if survivor is both[1] else both[1]
    if keeps:
        service.merge_two(gone, survivor, given["reason"])
        flash(_("已合并：随之转过去的在保留的主体页面逐条列出，原来的检查和结果仍可查到。"), "good")
        return redirect(url_for("registry.entity", entity_id=survivor.id), 303)
    sent = service.suggest_merge(gone, survivor, given["reason"], given["evidence"])
    flash(_("已提出更正建议，答复后可在这里看到。"), "good")
    return redirect(url_for("registry.entity_correction", correction_id=sent.id), 303)


def _blocked(both: tuple[Entity, Entity]) -> str:
    """Why the two cannot be merged whoever asks, so that nobody fills in a form for nothing."""
    for one in both:
        into = entity_queries.merges.merged_into(one)
        if into is not None:
            return str(_("“%(name)s”已经并入“%(into)s”，不能再合并。", name=one.name, into=into[1].name))
    if both[0].id == both[1].id:
        return str(_("请选择另一个主体。"))
    keeper, second = (entity_queries.keeper_of(each) for each in both)
    if keeper is None or second is None:
        return str(_("还没有单位维护这类主体，请联系平台管理员。"))
    if keeper.id != second.id:
        text = "这两个主体由不同单位维护（%(one)s、%(other)s），不能合并；代码或类型有误的，请先提出更正。"
        return str(_(text, one=keeper.name, other=second.name))
    return ""
