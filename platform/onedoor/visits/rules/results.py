"""Result codes of an item and of an object (R-V6; glossary, "Codes")."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_


class Result(StrEnum):
    """What was found. The public names are the eight of the national system, in `RESULT_NAMES`."""

    NOTHING = "nothing"
    NOT_PUBLISHED = "not_published"
    CONCEALED = "concealed"
    UNREACHABLE = "unreachable"
    CORRECTED = "corrected"
    OBSTRUCTED = "obstructed"
    NO_ACTIVITY = "no_activity"
    PENDING = "pending"


RESULT_NAMES: dict[Result, str] = {
    Result.NOTHING: N_("未发现问题"),
    Result.NOT_PUBLISHED: N_("未按规定公示应当公示的信息"),
    Result.CONCEALED: N_("公示信息隐瞒真实情况、弄虚作假"),
    Result.UNREACHABLE: N_("通过登记的住所（经营场所）无法联系"),
    Result.CORRECTED: N_("发现问题已责令改正"),
    Result.OBSTRUCTED: N_("不配合检查情节严重"),
    Result.NO_ACTIVITY: N_("未发现开展本次抽查涉及的经营活动"),
    Result.PENDING: N_("发现问题待后续处理"),
}
# Of the whole object, and then alone.
OF_THE_WHOLE = (Result.UNREACHABLE, Result.OBSTRUCTED)
NO_PROBLEM = frozenset({Result.NOTHING, Result.NO_ACTIVITY})
OF_AN_ITEM = tuple(result for result in Result if result not in OF_THE_WHOLE)

WORDINGS: dict[Result, str] = {
    Result.NOTHING: N_("经检查，该事项未发现问题。"),
    Result.NOT_PUBLISHED: N_("经检查，当事人未按规定公示应当公示的信息。"),
    Result.CONCEALED: N_("经检查，当事人公示的信息与实际情况不符。"),
    Result.UNREACHABLE: N_(
        "执法人员到达登记的住所（经营场所），未发现该单位，通过登记的住所（经营场所）无法取得联系。"
    ),
    Result.CORRECTED: N_("经检查发现问题，已当场责令当事人改正。"),
    Result.OBSTRUCTED: N_("当事人拒绝、阻碍检查，情节严重。"),
    Result.NO_ACTIVITY: N_("未发现当事人开展本次抽查涉及的经营活动。"),
    Result.PENDING: N_("经检查发现问题，待后续处理。"),
}


def checked_set(codes: Iterable[str]) -> frozenset[Result]:
    """The result set of one item; raises `ClerkError` if it is empty, unknown or contradicts itself.

    "No problem found" excludes all others (R-V6); what is of the whole object is not of an item.
    """
    try:
        results = frozenset(Result(code) for code in codes)
    except ValueError as unknown:
        raise ClerkError("检查结果不在规定的八种结果之内，请重新选择。") from unknown
    if not results:
        raise ClerkError("请选择检查结果。")
    if Result.NOTHING in results and len(results) > 1:
        raise ClerkError("“未发现问题”不能与其他检查结果同时选择。")
    if results & set(OF_THE_WHOLE):
        raise ClerkError("“无法联系”和“不配合检查”是对整个检查对象的结果，请在记录首页选择。")
    return results


def checked_whole(codes: Iterable[str]) -> frozenset[Result]:
    """The result set of a whole object as it was told elsewhere; raises `ClerkError` as `checked_set` does."""
    told = set(codes)
    if len(told) == 1 and told <= set(OF_THE_WHOLE):
        return frozenset({Result(*told)})
    return checked_set(told)


def of_object(items: Sequence[Collection[Result]], whole: Result | None = None) -> frozenset[Result]:
    """The object's result from its items' (glossary, "Object's result from its items'").

    The union of what the items found; nothing found only if every item found nothing; no activity only
    if every item says so; an object not found or refusing (`whole`) has that result alone.
    """
    if whole is not None:
        return frozenset({whole})
    if not items or not all(items):
        raise ClerkError("还有检查事项没有填写结果，请填完后再提交。")
    union = frozenset(result for item in items for result in item)
    alone = [result for result in OF_THE_WHOLE if result in union]
    if alone:
        return frozenset(alone[:1])
    problems = union - NO_PROBLEM
    if problems:
        return problems
    return union if union == {Result.NO_ACTIVITY} else frozenset({Result.NOTHING})


def found_a_problem(results: Iterable[str]) -> bool:
    """Whether the object counts as 发现问题户 (forms.md, definitions)."""
    return bool({Result(code) for code in results} - NO_PROBLEM)


def names(results: Iterable[str]) -> list[str]:
    """Public names, in the order of the national list."""
    held = {Result(code) for code in results}
    return [RESULT_NAMES[result] for result in Result if result in held]


class Handling(StrEnum):
    """What follows a finding (glossary, "Follow-up"; R-V7)."""

    NONE = "none"
    STOP = "stop"
    CORRECT = "correct"
    CASE = "case"
    TRANSFER = "transfer"
    POLICE = "police"
    OTHER = "other"
    ABNORMAL = "abnormal"


HANDLING_NAMES: dict[Handling, str] = {
    Handling.NONE: N_("无需后续处置"),
    Handling.STOP: N_("停止检查反馈日常监管"),
    Handling.CORRECT: N_("责令改正"),
    Handling.CASE: N_("立案"),
    Handling.TRANSFER: N_("抄告其他部门"),
    Handling.POLICE: N_("移送公安"),
    Handling.OTHER: N_("其他"),
    Handling.ABNORMAL: N_("列入经营异常名录"),
}
# What an officer chooses when the check ends; the last one market regulation decides on, and follows by itself.
CHOSEN = tuple(handling for handling in Handling if handling is not Handling.ABNORMAL)
# Nobody is ordered, prosecuted or handed to the police where nothing was found.
OF_A_FINDING = frozenset({Handling.CORRECT, Handling.CASE, Handling.POLICE})
# Who is not found, or hides and falsifies what it publishes, may be listed (国务院令第 654 号 第九条).
LISTABLE = frozenset({Result.UNREACHABLE, Result.CONCEALED})


def is_listable(results: Iterable[str]) -> bool:
    """Whether market regulation has to decide on the list of abnormal operation."""
    return bool({Result(code) for code in results} & LISTABLE)


class Method(StrEnum):
    """How an item was checked (glossary, "Method"; R-V3)."""

    ON_SITE = "on_site"
    WRITTEN = "written"
    NETWORK = "network"
    OPINION = "opinion"
    TEST = "test"
    ENTRUSTED = "entrusted"


METHOD_NAMES: dict[Method, str] = {
    Method.ON_SITE: N_("实地检查"),
    Method.WRITTEN: N_("书面检查"),
    Method.NETWORK: N_("网络监测"),
    Method.OPINION: N_("行政部门检查结果或专业意见"),
    Method.TEST: N_("检验检测"),
    Method.ENTRUSTED: N_("委托专业机构"),
}


def check_handling(results: Iterable[str], handling: str, has_date: bool) -> Handling:
    """The handling that fits the findings; raises if a found problem is left without any (R-V7)."""
    try:
        chosen = Handling(handling)
    except ValueError as unknown:
        raise ClerkError(
            "请选择后续处置方式。", fields={"handling": [N_("请选择后续处置方式。")]}
        ) from unknown
    if chosen not in CHOSEN:
        text = N_("列入经营异常名录由市场监管部门决定，不在这里选择。")
        raise ClerkError(text, fields={"handling": [text]})
    if chosen is Handling.NONE and Result.PENDING in {Result(code) for code in results}:
        text = N_("结果为“发现问题待后续处理”，请选择后续处置方式。")
        raise ClerkError(text, fields={"handling": [text]})
    if chosen in OF_A_FINDING and not found_a_problem(results):
        text = N_("没有发现问题的，不能选择责令改正、立案或者移送公安；负责人决定移送的，在后续处置里办理。")
        raise ClerkError(text, fields={"handling": [text]})
    if chosen is Handling.CORRECT and not has_date:
        text = N_("责令改正须写明改正期限。")
        raise ClerkError(text, fields={"handling_due_on": [text]})
    return chosen
