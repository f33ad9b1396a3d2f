"""What kinds of public things are called, and where each is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.language import in_language, word_list
from onedoor.items.rules.codes import MODE_NAMES
from onedoor.items.rules.codes import OBJECT_NAMES as ENTITY_KINDS
from onedoor.visits.rules.results import RESULT_NAMES

KINDS: dict[str, Any] = {
    "items": _l("检查事项清单"),
    "items_former": _l("检查事项清单（旧版）"),
    "inspectors": _l("执法检查人员名录库"),
    "targets": _l("检查对象名录库"),
    "rulebook": _l("抽查细则"),
    "rulebook_former": _l("抽查细则（旧版）"),
    "plan": _l("检查计划"),
    "draw": _l("随机抽取"),
    "result": _l("检查结果"),
    "register": _l("抽取登记簿"),
    "circular": _l("执法监督通报"),
    "entrusted": _l("委托执法"),
    "penalty": _l("行政处罚"),
    "burden": _l("检查负担与成效"),
    "withheld": _l("依法不予公示"),
}
PAGES = {
    "items": "portal.item_list",
    "items_former": "portal.item_list",
    "inspectors": "portal.item_inspectors",
    "targets": "portal.item_targets",
    "rulebook": "portal.item_rulebook",
    "rulebook_former": "portal.item_rulebook",
    "plan": "portal.plan",
    "draw": "portal.draw",
    "result": "portal.result",
    "circular": "portal.circular",
    "entrusted": "portal.entrusted",
    "penalty": "portal.penalty",
    "burden": "portal.burden",
}
NO_PROBLEM = ("未发现问题", "未发现开展本次抽查涉及的经营活动")
RESULTS = {str(code.value): name for code, name in RESULT_NAMES.items()}


def address(kind: str, subject_id: UUID) -> str | None:
    """The page of a public thing: by its subject, so that the address outlives the version."""
    if kind == "register":
        return url_for("portal.register")
    if kind == "withheld":
        return url_for("portal.withheld")
    endpoint = PAGES.get(kind)
    return url_for(endpoint, subject_id=subject_id) if endpoint else None


def entity_kinds(codes: Any) -> str:
    """Kinds of objects in words."""
    return word_list(_(ENTITY_KINDS.get(code, code)) for code in codes or ())


def mode_name(mode: Any) -> str:
    """Whether an item is drawn at random, in words."""
    return in_language(MODE_NAMES.get(str(mode), "—"))


def cap_kind(code: Any) -> str:
    """Whom a cap of visits is for."""
    return str(_l("其他各类主体")) if code == "*" else in_language(ENTITY_KINDS.get(str(code), str(code)))
