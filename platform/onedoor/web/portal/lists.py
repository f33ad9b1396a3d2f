"""Lists of what is public: items by bureau, plans, draws, results."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import public
from onedoor.edge.language import in_language
from onedoor.kernel.db import db
from onedoor.web.draws.labels import STATES
from onedoor.web.portal import labels, public_records
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices

OUTCOMES = (("found", _l("发现问题")), ("clean", _l("没有发现问题")))


def _bureau_filter(kind: str) -> Filter:
    return Filter("bureau", _l("部门"), lambda: public_records.bureaus(kind), column=Disclosure.bureau_name)


def _of_result(query: sa.Select[Any], code: str) -> sa.Select[Any]:
    return query.where(Disclosure.content["result_codes"].contains([code]))


def _unbroken(row: Any) -> Markup:
    """A credit code on one line."""
    return Markup('<span class="text-nowrap">{}</span>').format(row.entity_code or "—")


def by_outcome(query: sa.Select[Any], outcome: str) -> sa.Select[Any]:
    """Results with a problem (`found`), or with none (`clean`)."""
    clean = sa.or_(*(Disclosure.content["results"] == [name] for name in labels.NO_PROBLEM))
    return query.where(clean if outcome == "clean" else ~clean)


PLANS = ListPage(
    title=_l("检查计划"),
    key=Disclosure.id,
    columns=(
        Column(
            "title",
            _l("计划"),
            link=lambda row: url_for("portal.plan", subject_id=row.subject_id),
            sort=Disclosure.title,
            wide=True,
        ),
        Column("bureau_name", _l("部门"), sort=Disclosure.bureau_name),
        Column("number", _l("编号")),
        Column("year", _l("年度")),
        Column("kind_name", _l("类别"), value=lambda row: in_language(row.kind_name)),
        Column("since", _l("公布日期"), kind="date", sort=Disclosure.since),
    ),
    search=public_records.by_words,
    search_label=_l("计划名称"),
    filters=(_bureau_filter("plan"),),
    order="-since",
    empty=_l("各部门的年度检查计划公布后列在这里。"),
)
DRAWS = ListPage(
    title=_l("随机抽取"),
    key=Disclosure.id,
    columns=(
        Column(
            "title",
            _l("抽取"),
            link=lambda row: url_for("portal.draw", subject_id=row.subject_id),
            wide=True,
        ),
        Column("bureau_name", _l("牵头部门"), sort=Disclosure.bureau_name),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.state, STATES),
            export=lambda row: str(STATES.get(row.state, "")),
        ),
        Column("doors", _l("抽中数量"), kind="number", value=lambda row: _whole(row.doors)),
        Column("matters", _l("检查事项数"), kind="number", value=lambda row: _whole(row.matters)),
        Column("since", _l("公布时间"), kind="time", sort=Disclosure.since),
    ),
    search=public_records.by_words,
    search_label=_l("抽取编号或任务名称"),
    filters=(
        _bureau_filter("draw"),
        Filter("state", _l("状态"), as_choices(STATES), column=Disclosure.content["state"].astext),
    ),
    order="-since",
    empty=_l("每次抽取公布方案后就列在这里，任何人都可以复核。"),
)
RESULTS = ListPage(
    title=_l("检查结果"),
    key=Disclosure.id,
    columns=(
        Column(
            "entity_name",
            _l("检查对象"),
            link=lambda row: url_for("portal.result", subject_id=row.subject_id),
            sort=Disclosure.entity_name,
            wide=True,
        ),
        Column("entity_code", _l("统一社会信用代码"), cell=_unbroken, export=lambda row: row.entity_code),
        Column("bureau_name", _l("检查部门"), sort=Disclosure.bureau_name),
        Column("results", _l("检查结果"), value=lambda row: in_language(row.results or ())),
        Column("finished_on", _l("检查完成日期")),
        Column("since", _l("公示日期"), kind="date", sort=Disclosure.since),
    ),
    search=public_records.by_words,
    search_label=_l("企业名称或统一代码"),
    filters=(
        _bureau_filter("result"),
        Filter("outcome", _l("有无问题"), OUTCOMES, apply=by_outcome),
        Filter(
            "found",
            _l("检查结果"),
            [(code, _l(name)) for code, name in labels.RESULTS.items()],
            apply=_of_result,
        ),
        Filter("from", _l("公示自"), column=Disclosure.since, kind="from"),
        Filter("to", _l("公示至"), column=Disclosure.since, kind="to"),
    ),
    order="-since",
    empty=_l("检查结果公示后列在这里。"),
)


WITHHELD = ListPage(
    title=_l("依法不予公示"),
    key=Disclosure.id,
    columns=(
        Column("law", _l("依据的法律条款"), wide=True),
        Column("bureau_name", _l("检查部门"), sort=Disclosure.bureau_name),
        Column("since", _l("日期"), kind="date", sort=Disclosure.since),
    ),
    search=(Disclosure.bureau_name,),
    search_label=_l("检查部门"),
    filters=(_bureau_filter("withheld"),),
    order="-since",
    empty=_l("还没有依法不予公示的检查结果。"),
)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


@pages.get("/open/items")
@limiter.limit(SEARCHES)
@public
def items() -> Any:
    """What may be checked, by bureau; with words, every item that has them."""
    typed = request.args.get("q", "").replace("\x00", "").strip()[:100]
    lists = list(db.session.scalars(queries.search("items").order_by(Disclosure.bureau_name)))
    people = public_records.faces("inspectors", Disclosure.content["inspectors"].label("inspectors"))
    targets = public_records.faces(
        "targets", public_records.inside("total"), public_records.inside("updated_on")
    )
    entrusted = public_records.faces("entrusted").order_by(Disclosure.bureau_name)
    rulebooks = public_records.faces("rulebook").order_by(Disclosure.bureau_name)
    return page(
        "portal/items.html",
        typed=typed,
        found=public_records.all_items(typed) if typed else [],
        lists=lists,
        libraries=db.session.execute(people.order_by(Disclosure.bureau_name)).all(),
        targets=db.session.execute(targets.order_by(Disclosure.bureau_name)).all(),
        rulebooks=db.session.execute(rulebooks).all(),
        entrusted=db.session.execute(entrusted).all(),
        words=labels,
    )


@pages.get("/open/plans")
@limiter.limit(SEARCHES)
@public
def plans() -> Any:
    """Published plans, newest first."""
    more = (
        public_records.inside("number"),
        public_records.inside("year"),
        Disclosure.content["kind"].astext.label("kind_name"),
    )
    return PLANS.respond(db.session(), public_records.faces("plan", *more), "portal/plans.html")


@pages.get("/open/draws")
@limiter.limit(SEARCHES)
@public
def draws() -> Any:
    """Published draws, newest first."""
    more = (public_records.inside("state"), public_records.inside("doors"), public_records.inside("matters"))
    return DRAWS.respond(db.session(), public_records.faces("draw", *more), "portal/draws.html")


@pages.get("/open/results")
@limiter.limit(SEARCHES)
@public
def results() -> Any:
    """Published results; by name or code, bureau, finding and date."""
    more = (Disclosure.content["results"].label("results"), public_records.inside("finished_on"))
    return RESULTS.respond(db.session(), public_records.faces("result", *more), "portal/results.html")


@pages.get("/open/withheld")
@limiter.limit(SEARCHES)
@public
def withheld() -> Any:
    """How many results law keeps from the public, by bureau and law; never whose (R-O1)."""
    query = public_records.faces("withheld", public_records.inside("law"))
    return WITHHELD.respond(db.session(), query, "portal/withheld.html")
