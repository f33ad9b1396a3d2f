"""Whether a layout can hold what it is given: by itself, and on rows that are public now (R-O2). Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onedoor.credit import rules
from onedoor.credit.layouts import KINDS, RESULT, Field, Layout
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
MOST_FIELDS, LONGEST = 120, 20_000
# What our facts are called, by kind: what a field may be filled from.
SOURCES: Mapping[str, Mapping[str, str]] = {
    "result": {
        "entity_name": N_("名称"),
        "entity_code": N_("统一社会信用代码"),
        "plan_number": N_("抽查计划编号"),
        "plan_name": N_("抽查计划名称"),
        "task_number": N_("抽查任务编号"),
        "task_name": N_("抽查任务名称"),
        "task_kind": N_("抽查类型"),
        "authority": N_("抽查机关"),
        "finished_on": N_("抽查完成日期"),
        "visit_number": N_("检查编号"),
        "findings_text": N_("检查事项和结果"),
        "handling": N_("后续处置"),
    },
    "penalty": {
        "CF_XDR_MC": N_("行政相对人名称"),
        "CF_XDR_LB": N_("行政相对人类别"),
        "CF_XDR_SHXYM": N_("行政相对人统一社会信用代码"),
        "CF_WSH": N_("行政处罚决定书文号"),
        "CF_WFXW": N_("违法行为类型"),
        "CF_SY": N_("违法事实"),
        "CF_YJ": N_("处罚依据"),
        "CF_CFLB": N_("处罚类别"),
        "CF_NR": N_("处罚内容"),
        "CF_NR_FK": N_("罚款金额（万元）"),
        "CF_NR_WFFF": N_("没收违法所得、没收非法财物的金额（万元）"),
        "CF_NR_ZKDX": N_("暂扣或吊销证照名称及编号"),
        "CF_JDRQ": N_("处罚决定日期"),
        "CF_YXQ": N_("处罚有效期"),
        "CF_GSJZQ": N_("公示截止期"),
        "CF_CFJG": N_("处罚机关"),
        "CF_CFJGDM": N_("处罚机关统一社会信用代码"),
        "CF_SJLY": N_("数据来源单位"),
        "CF_SJLYDM": N_("数据来源单位统一社会信用代码"),
        "BZ": N_("备注"),
    },
}
# The words a fact may be: a list of codes that lacks one could not hold it.
WORDS: Mapping[str, tuple[str, ...]] = {
    "task_kind": ("定向", "不定向", "非抽取"),
    "CF_XDR_LB": ("法人及非法人组织", "个体工商户"),
}
FIRM = {"result": ("entity_name", "entity_code"), "penalty": ("CF_XDR_MC", "CF_XDR_SHXYM")}
# Facts that may be empty: a field filled from one is not required.
MAY_BE_EMPTY = frozenset({"CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_YXQ", "CF_GSJZQ", "BZ", "handling"})


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a field: in how many rows, how it is said of the first, and what stood there."""

    label: str
    rows: int
    problem: str
    example: str


@dataclass(frozen=True)
class Trial:
    """A layout tried on real rows: how many, what did not fit, and the first ones as they would go out."""

    rows: int
    wrong: list[Wrong]
    samples: list[dict[str, Any]]


def field_problems(kind: str, one: Field) -> dict[str, list[str]]:
    """What is wrong with a field by itself, by the form's fields."""
    known, found = SOURCES[kind], dict[str, list[str]]()
    if not KEY.fullmatch(one.key):
        found["key"] = [Sentence("字段代码由字母、数字和下划线组成，以字母开头，不超过 40 个字符。")]
    if not one.label.strip():
        found["label"] = [Sentence("请填写字段名称。")]
    if one.kind not in KINDS:
        found["kind"] = [Sentence("请选择类型。")]
    if not 1 <= one.longest <= LONGEST:
        found["longest"] = [Sentence("最大长度应在 1 至 %(most)s 之间。", most=LONGEST)]
    if not 0 <= one.decimals <= 6:
        found["decimals"] = [Sentence("小数位数应在 0 至 6 之间。")]
    if not one.fixed and one.filled_from not in known:
        found["source"] = [Sentence("请选择这个字段取自哪一项，或填写固定值。")]
    held = _cannot_hold(one)
    if held and "source" not in found:
        found["longest" if held.pattern.startswith("放不下") else "codes"] = [held]
    if one.fixed and len(one.fixed) > one.longest:
        found["fixed"] = [Sentence("固定值超过最大长度。")]
    if one.required and not one.fixed and one.filled_from in MAY_BE_EMPTY:
        found["required"] = [Sentence("这一项可能没有内容，不能设为必填。")]
    return found


def _cannot_hold(one: Field) -> Sentence | None:
    least = {"date": 10, "credit_code": 18}.get(one.kind, 0)
    if one.filled_from in ("finished_on", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ"):
        least = max(least, 10)
    if one.filled_from in ("entity_code", "CF_XDR_SHXYM"):
        least = max(least, 18)
    if not one.fixed and one.longest < least:
        return Sentence("放不下：这一项有 %(least)s 个字符。", least=least)
    missing = [word for word in WORDS.get(one.filled_from, ()) if one.choices and not _takes(one, word)]
    if missing and not one.fixed:
        return Sentence("代码表缺少：%(words)s。", words=missing)
    return None


def _takes(one: Field, word: str) -> bool:
    return one.codes.get(word, word) in one.choices


def layout_problems(shape: Layout) -> list[str]:
    """What is wrong with a layout as a whole, before any row is tried."""
    found: list[str] = []
    if not shape.fields or len(shape.fields) > MOST_FIELDS:
        return [Sentence("格式应有 1 至 %(most)s 个字段。", most=MOST_FIELDS)]
    twice = [key for key, count in Counter(one.key for one in shape.fields).items() if count > 1]
    if twice:
        found.append(Sentence("字段代码重复：%(keys)s。", keys=twice))
    filled = {one.filled_from for one in shape.fields if not one.fixed}
    found += [
        Sentence("缺少“%(label)s”，平台无法知道是哪一家。", label=Sentence(SOURCES[shape.kind][source]))
        for source in FIRM[shape.kind]
        if source not in filled
    ]
    if shape.kind == RESULT and not shape.nested and "findings_text" not in filled:
        found.append(Sentence("缺少“检查事项和结果”：请勾选逐项附上，或加一个取自它的字段。"))
    for one in shape.fields:
        found += [
            Sentence("%(label)s：%(problem)s", label=one.label, problem=texts[0])
            for texts in field_problems(shape.kind, one).values()
        ]
    return found


def entity_keys(kind: str, fields: Sequence[Field]) -> tuple[str, str]:
    """The keys under which the firm's name and code go out."""
    by_source = {one.filled_from: one.key for one in fields if not one.fixed}
    name, code = FIRM[kind]
    return by_source.get(name, name), by_source.get(code, code)


def tried(shape: Layout, facts: Sequence[Mapping[str, Any]], shown: int = 3) -> Trial:
    """The layout on rows of our facts."""
    counts: Counter[str] = Counter()
    first: dict[str, tuple[str, str]] = {}
    made = [rules.fitted(shape, one) for one in facts]
    for fields in made:
        for key, texts in rules.problems(shape, fields).items():
            counts[key] += 1
            first.setdefault(key, (texts[0], str(fields.get(key) or "")[:80]))
    labels = {one.key: one.label for one in shape.fields}
    wrong = [Wrong(labels.get(key, "检查事项和结果"), count, *first[key]) for key, count in counts.items()]
    return Trial(len(made), wrong, made[:shown])
