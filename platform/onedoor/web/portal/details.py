"""One public thing: a bureau's item list or library, a plan, a result, a firm."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries
from onedoor.edge.guard import public
from onedoor.edge.language import in_language, sentence_of_parts
from onedoor.entities import queries as entity_queries
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.web.portal import labels, public_records
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page


@pages.get("/open/items/<uuid:subject_id>")
@public
def item_list(subject_id: UUID) -> Any:
    """One bureau's list of items (F1): as it is in force, or an earlier version."""
    found = public_records.version("items", subject_id)
    return page(
        "portal/item_list.html",
        thing=found,
        items=found.content.get("items") or [],
        files=queries.files(found.id),
        words=labels,
        versions=[(public_records.number_of(one), one) for one in public_records.versions(found, "items")],
    )


@pages.get("/open/inspectors/<uuid:subject_id>")
@public
def item_inspectors(subject_id: UUID) -> Any:
    """One bureau's library of inspectors, with the columns of F2 only (R-L12)."""
    found = public_records.thing("inspectors", subject_id)
    heads = _columns()
    people = enumerate(found.content.get("inspectors") or [], start=1)
    rows = [[place, *_row(one, heads)] for place, one in people]
    return page(
        "portal/inspectors.html",
        thing=found,
        heads=[_("序号"), *(head for head, _key in heads)],
        rows=rows,
        files=queries.files(found.id),
    )


@pages.get("/open/targets/<uuid:subject_id>")
@public
def item_targets(subject_id: UUID) -> Any:
    """How many one bureau oversees, of which kinds and places, and since when; never whom (R-L12)."""
    found = public_records.thing("targets", subject_id)
    content = found.content
    return page(
        "portal/targets.html",
        thing=found,
        total=content.get("total") or 0,
        updated_on=content.get("updated_on"),
        parts_of=[
            (
                _("按类型"),
                _("类型"),
                [(in_language(name), count) for name, count in content.get("kinds") or []],
            ),
            (_("按所在地"), _("所在地"), content.get("places") or []),
            (
                _("场所、产品、项目、行为"),
                _("类别"),
                [(in_language(name), count) for name, count in content.get("matters") or []],
            ),
        ],
    )


@pages.get("/open/circulars/<uuid:subject_id>")
@public
def circular(subject_id: UUID) -> Any:
    """A circular of a supervising bureau, as far as it is public (R-S4)."""
    found = public_records.thing("circular", subject_id)
    return page("portal/circular.html", thing=found, told=found.content)


@pages.get("/open/entrusted/<uuid:subject_id>")
@public
def entrusted(subject_id: UUID) -> Any:
    """A body that checks in a bureau's name, with its letter of entrustment (R-T5)."""
    found = public_records.thing("entrusted", subject_id)
    return page("portal/entrusted.html", thing=found, told=found.content, files=queries.files(found.id))


@pages.get("/open/rulebooks/<uuid:subject_id>")
@public
def item_rulebook(subject_id: UUID) -> Any:
    """One bureau's rulebook, to read and as its files: as it is in force, or an earlier version."""
    found = public_records.version("rulebook", subject_id)
    return page(
        "portal/rulebook.html",
        thing=found,
        files=queries.files(found.id),
        versions=[(public_records.number_of(one), one) for one in public_records.versions(found, "rulebook")],
    )


@pages.get("/open/plans/<uuid:subject_id>")
@public
def plan(subject_id: UUID) -> Any:
    """One plan as the form F6, with what its newest version changed and the caps it publishes."""
    found = public_records.thing("plan", subject_id)
    content = found.content
    return page(
        "portal/plan.html",
        thing=found,
        changes=_told(content.get("changes") or [], content.get("changes_said") or []),
        rows=[
            _told(row, made or [])
            for row, made in zip_longest(content.get("rows") or [], content.get("rows_said") or [])
        ],
        files=queries.files(found.id),
        words=labels,
    )


@pages.get("/open/results/<uuid:subject_id>")
@public
def result(subject_id: UUID) -> Any:
    """One result: what was checked, what was found, and the draw it came from."""
    try:
        found = public_records.thing("result", subject_id)
    except NotFound:
        return ended_page(subject_id, "portal.result")
    problem = any(name not in labels.NO_PROBLEM for name in found.content.get("results") or ())
    return page(
        "portal/result.html",
        thing=found,
        content=found.content,
        problem=problem,
        draw=_draw_of(found.content),
        files=queries.files(found.id),
    )


@pages.get("/open/penalties/<uuid:subject_id>")
@public
def penalty(subject_id: UUID) -> Any:
    """One administrative penalty, as long as it is public (R-O3)."""
    try:
        found = public_records.thing("penalty", subject_id)
    except NotFound:
        return ended_page(subject_id, "portal.penalty")
    return page("portal/penalty.html", thing=found, content=found.content)


def ended_page(asked: UUID, endpoint: str) -> Any:
    """What an address says whose publication has ended: where the newer version is, why it was withdrawn, or only that it
    ended by law (R-O3). Raises `NotFound` if there never was one."""
    told = queries.ended(asked)
    if told is None:
        raise NotFound("没有找到这条公示信息，它可能尚未公示，或公示已经结束。")
    if told["how"] == "replaced":
        return redirect(url_for(endpoint, subject_id=told["subject"]))
    return page("portal/ended.html", 410, told=told)


@pages.get("/open/firms/<code>")
@limiter.limit(SEARCHES)
@public
def firm(code: str) -> Any:
    """All public results of one firm (R-O5); whoever asks by a code that was merged away is led to the one that stands."""
    try:
        known = read_entity_code(code).text
    except ClerkError:
        raise NotFound("这不是一个统一社会信用代码，请核对后重新查找。") from None
    codes = entity_queries.merges.codes_of_firm(known) or {known: True}
    stands = next((one for one, it in codes.items() if it), known)
    if stands != known:
        return redirect(url_for("portal.firm", code=stands))
    found = public_records.of_firm(codes)
    problems = sum(
        any(name not in labels.NO_PROBLEM for name in one.content.get("results") or ()) for one in found
    )
    name = next((one.entity_name for one in found if one.entity_code == known), None)
    return page(
        "portal/firm.html",
        code=known,
        former=sorted(set(codes) - {known}),
        name=name or (found[0].entity_name if found else None),
        results=found,
        penalties=public_records.penalties_of_firm(codes),
        problems=problems,
    )


def _told(texts: list[Any], parts: list[Any]) -> list[tuple[str, str]]:
    """Texts of a publication in the reader's language as far as it says what they were made of, each with its `lang`."""
    made = [*parts, *[None] * len(texts)]
    return [sentence_of_parts(str(text), made[place]) for place, text in enumerate(texts)]


def _columns() -> list[tuple[str, str]]:
    """The columns of F2, as (label, key)."""
    return [
        (_("姓名"), "name"),
        (_("性别"), "sex"),
        (_("执法机构全称"), "body"),
        (_("职务"), "post"),
        (_("执法证编号"), "certificate_number"),
        (_("执法类别"), "kinds"),
        (_("执法区域"), "area"),
        (_("备注"), "remark"),
    ]


def _row(one: dict[str, Any], heads: list[tuple[str, str]]) -> list[Any]:
    cells = [one.get(key) for _head, key in heads]
    return [
        in_language(cell) if isinstance(cell, list) or key == "sex" else cell
        for cell, (_head, key) in zip(cells, heads, strict=True)
    ]


def _draw_of(content: dict[str, Any]) -> Any:
    """The public draw a result came from, if there is one."""
    try:
        return queries.of_subject("draw", UUID(str(content.get("draw_id"))))
    except ValueError:
        return None
