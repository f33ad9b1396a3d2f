"""What bringing a library up to date would do now: who would come in, who would leave (R-L5, R-L6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.kernel.db import db
from onedoor.targets import queries
from onedoor.targets.models import Target, TargetRule
from onedoor.targets.queries.exits import EXIT
from onedoor.targets.queries.targets import kept_out
from onedoor.web.entities.columns import whose
from onedoor.web.entities.filters import KIND, PLACE, SEARCH, STATUS
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import place_names
from onedoor.web.shell.lists import Bulk, Column, ListPage
from onedoor.web.targets.targets import next_step, tabs
from tenants.rules import Permission


@pages.get("/targets/preview")
@allow(Permission.BUREAU_READ)
def targets_joining() -> Any:
    """Who would come in, and by which rule."""
    rules = queries.active_rules()
    empty = _l("现在更新，不会有主体列入。") if rules else _l("先新建选取规则，再看更新会列入哪些主体。")
    made = _listing(_l("将列入的主体"), Entity.id, [_by_rule(rules)], empty, lambda row: row.Entity.id)
    return made.respond(db.session(), queries.joining(rules), "targets/preview.html", **_about(rules, 0))


@pages.get("/targets/preview/leaving")
@allow(Permission.BUREAU_READ)
def targets_leaving_by_rule() -> Any:
    """Who would leave, and why."""
    rules = queries.active_rules()
    kinds = queries.allowed_kinds()
    why = Column("why", _l("移出理由"), value=lambda row: _why(row.Entity, kinds))
    empty = _l("现在更新，不会有检查对象移出。")
    made = _listing(_l("将移出的检查对象"), Target.id, [why], empty, lambda row: row.Target.id)
    return made.respond(db.session(), queries.leaving(rules), "targets/preview.html", **_about(rules, 1))


@pages.get("/targets/preview/kept-out")
@allow(Permission.BUREAU_READ)
def targets_kept_out() -> Any:
    """Whom a rule chooses and a person took out: since when, why; they come back by a person alone."""
    rules = queries.active_rules()
    left = EXIT
    columns = (
        _by_rule(rules),
        Column(
            "left_on", _l("移出日期"), value=lambda row: row.exit.ended_on, kind="date", sort=left.ended_on
        ),
        Column("why", _l("移出理由"), value=lambda row: in_language(row.exit.ended_reason), wide=True),
    )
    empty = _l("没有规则选中、又被手工移出的主体。")
    made = _listing(_l("曾手工移出的主体"), Entity.id, columns, empty, lambda row: row.Entity.id, _relist())
    return made.respond(db.session(), kept_out(rules), "targets/preview.html", **_about(rules, 2))


def _relist() -> tuple[Bulk, ...]:
    if Permission.REGISTRY_WRITE not in current_user.permissions:
        return ()
    return (Bulk(_l("重新列入"), url_for("registry.bulk_ask", kind="entities", action="add")),)


def _by_rule(rules: Sequence[TargetRule]) -> Column:
    names = {rule.id: rule.name for rule in rules}
    return Column("rule", _l("来源"), value=lambda row: names.get(row.rule_id, ""))


def _listing(
    title: Any, key: Any, last: Sequence[Column], empty: Any, row_key: Any, bulk: tuple[Bulk, ...] = ()
) -> ListPage:
    places = place_names()
    return ListPage(
        title=title,
        key=key,
        columns=(
            *whose(),
            Column("place", _l("所在地"), value=lambda row: places.get(row.Entity.jurisdiction_code, "")),
            *last,
        ),
        search=SEARCH,
        search_label=_l("名称、代码、地址、经营范围或拼音首字母"),
        filters=(KIND, STATUS, PLACE),
        order="name",
        empty=empty,
        row_key=row_key,
        bulk=bulk,
    )


def _about(rules: list[Any], current: int) -> dict[str, Any]:
    parts = [
        (_("将列入"), "registry.targets_joining"),
        (_("将移出"), "registry.targets_leaving_by_rule"),
        (_("曾手工移出，不列入"), "registry.targets_kept_out"),
    ]
    return {
        "tabs": tabs(2),
        "next": next_step(),
        "rules": len(rules),
        "parts": [
            (label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(parts)
        ],
    }


def _why(entity: Entity, kinds: frozenset[str]) -> str:
    if entity.status in GONE:
        return in_language(STATUS_NAMES[entity.status])
    if entity.kind not in kinds:
        return _("本单位的检查事项不再涉及这类主体")
    return _("不再符合选取规则")
