"""How a matter is checked: what its item allows, what needs no entry, and what stands instead of one (R-V3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits.rules.results import METHOD_NAMES, Method

_BY_NAME = {name: method for method, name in METHOD_NAMES.items()}
# Others' findings and papers first, the door last.
NON_SITE_FIRST = tuple(method for method in Method if method is not Method.ON_SITE) + (Method.ON_SITE,)


class PaperKind(StrEnum):
    """What a record has instead of what is seen at the door."""

    PAPER = "paper"
    PAGE = "page"
    REPORT = "report"
    FINDING = "finding"


PAPER_NAMES: dict[PaperKind, str] = {
    PaperKind.PAPER: N_("要求提供的材料"),
    PaperKind.PAGE: N_("网页取证"),
    PaperKind.REPORT: N_("检验检测、专业机构报告"),
    PaperKind.FINDING: N_("其他部门的检查结果或专业意见"),
}
NEEDED: dict[Method, PaperKind] = {
    Method.WRITTEN: PaperKind.PAPER,
    Method.NETWORK: PaperKind.PAGE,
    Method.OPINION: PaperKind.FINDING,
    Method.TEST: PaperKind.REPORT,
    Method.ENTRUSTED: PaperKind.REPORT,
}
_LACKING: dict[Method, str] = {
    Method.WRITTEN: N_("书面检查：还没有收到要求提供的材料。"),
    Method.NETWORK: N_("网络监测：还没有附上网页取证。"),
    Method.OPINION: N_("还没有附上其他部门的检查结果或专业意见。"),
    Method.TEST: N_("检验检测：还没有附上检验检测报告。"),
    Method.ENTRUSTED: N_("委托专业机构：还没有附上报告，协助人员也没有签署意见。"),
}


def allowed(said: str) -> tuple[Method, ...]:
    """The methods that an item's words allow, those without the door first; the door where they name none."""
    named = {_BY_NAME[word] for word in said.split("、") if word in _BY_NAME} or {Method.ON_SITE}
    return tuple(method for method in NON_SITE_FIRST if method in named)


def usual(said: str) -> Method:
    """How a matter is checked unless somebody chooses: on site where the item allows it."""
    methods = allowed(said)
    return Method.ON_SITE if Method.ON_SITE in methods else methods[0]


def leading(methods: Collection[str]) -> Method:
    """The one method that stands for all of a record: on site if any was."""
    return next((one for one in Method if one.value in methods), Method.ON_SITE)


def said(methods: Iterable[str]) -> str:
    """Methods by name, each once, in the order of the list."""
    held = set(methods)
    return "、".join(METHOD_NAMES[one] for one in Method if one.value in held)


def lacking_paper(method: Method, received: Collection[str], opinions: int) -> Sentence | None:
    """What is missing of a matter that was checked without the door; `opinions` are those that who assists has signed."""
    needed = NEEDED.get(method)
    if needed is None or needed.value in received:
        return None
    if method is Method.ENTRUSTED and opinions:
        return None
    return Sentence(_LACKING[method])
