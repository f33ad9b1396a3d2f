"""Data quality (数据质量): what is missing, stale, contradictory or twice there; each figure opens its records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.entities import service
from onedoor.entities.models import DuplicatePair, Entity, QualityFinding
from onedoor.entities.queries.quality import FIRST, SECOND
from onedoor.entities.rules.quality import DUPLICATE, FAULTS, TARGET_GONE, score_of
from onedoor.entities.schemas.quality import PairSchema, UndoMergeSchema
from onedoor.imports import queries as import_queries
from onedoor.kernel import jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries as officer_queries
from onedoor.web.entities import entities, filters
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import FAULTS as FAULT_WORDS
from onedoor.web.registry_words import LIKENESSES, PAIR_STATES, STATUSES, place_names
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep, label_of
from tenants.rules import Permission

FINDINGS = ListPage(
    title=_l("有问题的记录"),
    key=QualityFinding.id,
    row_key=lambda row: row.QualityFinding.id,
    columns=(
        Column("fault", _l("问题"), value=lambda row: str(FAULT_WORDS[row.QualityFinding.fault])),
        Column(
            "name",
            _l("名称"),
            value=lambda row: row.Entity.name,
            link=lambda row: url_for("registry.entity", entity_id=row.Entity.id),
            sort=Entity.sort_key,
        ),
        Column(
            "code", _l("统一社会信用代码"), value=lambda row: row.Entity.code, kind="code", sort=Entity.code
        ),
        Column("address", _l("地址"), value=lambda row: row.Entity.address, wide=True),
        Column(
            "updated",
            _l("更新时间"),
            value=lambda row: row.Entity.updated_at,
            kind="time",
            sort=Entity.updated_at,
        ),
    ),
    search=filters.SEARCH,
    search_label=filters.SEARCH_LABEL,
    filters=(Filter("fault", _l("问题"), as_choices(FAULT_WORDS), column=QualityFinding.fault),),
    empty=_l("没有发现问题；还没有核对过的，请先在“数据质量”里核对。"),
)
PAIRS = ListPage(
    title=_l("疑似重复的主体"),
    key=DuplicatePair.id,
    row_key=lambda row: row.DuplicatePair.id,
    columns=(
        Column(
            "first",
            _l("主体"),
            value=lambda row: row[1].name,
            link=lambda row: url_for("registry.duplicate", pair_id=row.DuplicatePair.id),
            sort=FIRST.sort_key,
        ),
        Column("second", _l("与之相似的主体"), value=lambda row: row[2].name, sort=SECOND.sort_key),
        Column("address", _l("地址"), value=lambda row: row[1].address, wide=True),
        Column("likeness", _l("相似之处"), value=lambda row: str(LIKENESSES[row.DuplicatePair.likeness])),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.DuplicatePair.state, PAIR_STATES),
            export=lambda row: str(label_of(row.DuplicatePair.state, PAIR_STATES)),
        ),
    ),
    search=(FIRST.name, SECOND.name, FIRST.address),
    search_label=_l("名称或地址"),
    filters=(
        Filter("state", _l("状态"), as_choices(PAIR_STATES), column=DuplicatePair.state),
        Filter("likeness", _l("相似之处"), as_choices(LIKENESSES), column=DuplicatePair.likeness),
    ),
    empty=_l("没有疑似重复的主体；还没有核对过的，请先在“数据质量”里核对。"),
)
_GROUPS = (("missing", _l("缺项")), ("stale", _l("过时")), ("contradictory", _l("矛盾")))
_LACKS = {
    "certificate": _l("没有执法证"),
    "expiry": _l("没有执法证有效期"),
    "unit": _l("没有科室"),
    "account": _l("没有登录账号"),
    "area": _l("没有执法类别或区域"),
}


@pages.get("/quality")
@allow(Permission.BUREAU_READ)
def quality() -> Any:
    """The score and the figures of the latest review, each opening its records."""
    found, job = entity_queries.quality.latest_review(), entity_queries.quality.review_job()
    figures = found.figures if found else {}
    return page(
        "entities/quality.html",
        review=found,
        score=score_of(found.records, found.faulty) if found else None,
        groups=[
            (words, [_figure(fault, figures) for fault, (part, _sql) in FAULTS.items() if part == group])
            for group, words in _GROUPS
        ],
        others=[_figure(TARGET_GONE, figures)],
        duplicate=_figure(DUPLICATE, figures),
        pairs=figures.get("pairs", 0),
        lacks=_LACKS,
        lacking=officer_queries.gaps.officers_lacking(),
        stale=import_queries.library_updates.stale_libraries(),
        job=job,
        progress=jobs.progress_of([job.id]).get(job.id) if job else None,
        next=NextStep(
            _("重新核对") if found else _("开始核对"),
            url_for("registry.quality_review"),
            "post",
            hint=_("核对本单位维护的和检查对象名录库里的全部主体。"),
        ),
    )


@pages.post("/quality")
@allow(Permission.REGISTRY_WRITE)
def quality_review() -> Any:
    """Ask for a review."""
    service.begin_review()
    flash(_("已开始核对，完成后这里会更新。"), "good")
    return redirect(url_for("registry.quality"), 303)


@pages.get("/quality/findings")
@allow(Permission.BUREAU_READ)
def findings() -> Any:
    """The records with faults."""
    return FINDINGS.respond(db.session(), entity_queries.quality.findings(), "entities/findings.html")


@pages.get("/quality/duplicates")
@allow(Permission.BUREAU_READ)
def duplicates() -> Any:
    """Pairs that look like one."""
    return PAIRS.respond(db.session(), entity_queries.quality.pairs(), "entities/duplicates.html")


@pages.get("/quality/duplicates/<uuid:pair_id>")
@allow(Permission.BUREAU_READ)
def duplicate(pair_id: UUID) -> Any:
    """Both beside each other."""
    return _pair_page(entity_queries.quality.my_pair(pair_id), forms.empty())


@pages.post("/quality/duplicates/<uuid:pair_id>")
@allow(Permission.REGISTRY_WRITE)
def duplicate_decide(pair_id: UUID) -> Any:
    """They are one, or two."""
    found, form = entity_queries.quality.my_pair(pair_id), forms.read(PairSchema())
    if form.ok:
        with form.submission():
            _decide(found, form.data)
            return redirect(url_for("registry.duplicates", state="open"), 303)
    return _pair_page(found, form)


@pages.post("/entities/merges/<uuid:merge_id>/undo")
@allow(Permission.REGISTRY_WRITE)
def merge_undo(merge_id: UUID) -> Any:
    """They were two after all."""
    made, form = entity_queries.merges.my_merge(merge_id), forms.read(UndoMergeSchema())
    if form.ok:
        with form.submission():
            left = service.undo_merge(made, form.data["reason"])
            flash(_undone(left), "warn" if left else "good")
            return redirect(url_for("registry.entity", entity_id=made.gone_id), 303)
    return entities.show(entity_queries.entity(made.survivor_id), merge_form=form, status=422)


def _decide(found: DuplicatePair, given: dict[str, Any]) -> None:
    if given["decision"] == "apart":
        service.keep_apart(found, given["reason"])
        flash(_("已记为两个主体，不再提示。"), "good")
        return
    if given["survivor"] is None:
        raise ClerkError("请选择保留哪一个。", fields={"survivor": ["请从这两个主体中选择。"]})
    service.merge_pair(found, entity_queries.entity(given["survivor"]), given["reason"])
    flash(_("已合并：随之转过去的在保留的主体页面逐条列出，原来的检查和结果仍可查到。"), "good")


def _undone(left: int) -> str:
    if not left:
        return str(_("合并已撤回，转过去的都已还原。"))
    return str(
        ngettext(
            "合并已撤回；有 %(num)d 处在合并后又有变动，没有还原，列在下面。",
            "合并已撤回；有 %(num)d 处在合并后又有变动，没有还原，列在下面。",
            left,
        )
    )


def _pair_page(found: DuplicatePair, form: forms.Form) -> Any:
    both = [entity_queries.entity(found.first_id), entity_queries.entity(found.second_id)]
    return page(
        "entities/duplicate.html",
        422 if request.method == "POST" and not form.ok else 200,
        pair=found,
        both=both,
        form=form,
        states=PAIR_STATES,
        statuses=STATUSES,
        likeness=LIKENESSES[found.likeness],
        places=place_names(),
        keeps={one.kind for one in both} <= set(entity_queries.my_entity_kinds()),
    )


def _figure(fault: str, figures: dict[str, int]) -> tuple[Any, int, str]:
    return FAULT_WORDS[fault], figures.get(fault, 0), url_for("registry.findings", fault=fault)
