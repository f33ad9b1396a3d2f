"""The words of a draw's states, strata and reasons of exclusion."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.campaigns.schemas import REASON_NAMES
from onedoor.draws import service
from onedoor.draws.source_strings import said_end, said_reason
from onedoor.draws.states import DrawState
from onedoor.edge.language import in_language, sentence_of_row, word_list
from onedoor.edge.strata import stratum_name
from onedoor.kernel.sentences import Sentence
from onedoor.officers import service as officer_service
from onedoor.web.shell.formats import number
from onedoor.web.shell.pieces import Label

STATES = {
    "frozen": Label(_l("冻结名单"), "waiting"),
    "open": Label(_l("见证中"), "active"),
    "closed": Label(_l("等待揭示"), "active"),
    "awaiting": Label(_l("等待公共随机数"), "active"),
    "revealed": Label(_l("正在抽取"), "active"),
    "drawn": Label(_l("已抽取"), "done"),
    "void": Label(_l("已作废"), "stopped"),
}
STEPS = (
    ("frozen", _l("冻结名单")),
    ("open", _l("公布方案，见证")),
    ("closed", _l("截止见证，揭示")),
    ("awaiting", _l("公共随机数")),
    ("revealed", _l("抽取")),
    ("drawn", _l("公布结果")),
)
STATUSES = {
    "E": _l("可抽"),
    "XYEAR": _l("本年已抽过"),
    "XCAP": _l("已达入企次数上限"),
    "XGONE": _l("已注销、吊销或迁出"),
    "XSCOPE": _l("不符合本单位另加的条件"),
}
KINDS = {
    "plan": _l("抽取方案"),
    "texts": _l("见证寄语截止"),
    "reveals": _l("揭示"),
    "proof": _l("抽取证明"),
    "void": _l("作废"),
    "log": _l("抽取后变更"),
}
FILES = {
    "plan.json": _l("抽取方案"),
    "roster.txt": _l("检查人员名册"),
    "proof.json": _l("抽取证明"),
    "register.jsonl": _l("抽取登记簿"),
}


def status_name(status: str) -> str:
    """Why a row was left out, or that it was not."""
    return str(STATUSES.get(status, _("其他原因（%(code)s）", code=status)))


def recusals(counts: dict[str, int]) -> str:
    """How many officers may not check an object, by why: the roster's letters in words."""
    names = officer_service.recusal_reasons()
    return str(
        word_list(f"{in_language(names.get(reason, reason))} {count}" for reason, count in counts.items())
    )


def chosen(each: dict[str, Any]) -> list[str]:
    """What was chosen for a list, in sentences: the campaign's scope, and its bureau's own conditions and whom it keeps in (R-D2, R-D3)."""
    texts = []
    if scope := sentence_of_row(each, "scope"):
        texts.append(_("抽查范围——%(text)s", text=scope))
    if narrowed := sentence_of_row(each, "narrowed"):
        texts.append(_("本单位另加的条件——%(text)s", text=narrowed))
    if kept := each.get("kept_in"):
        counts = (
            _(
                "%(reason)s %(count)s 户",
                reason=in_language(REASON_NAMES.get(code, code)),
                count=number(count),
            )
            for code, count in sorted(kept.items(), key=lambda one: [*REASON_NAMES, one[0]].index(one[0]))
        )
        texts.append(_("今年抽中过仍保留——%(text)s", text=word_list(counts)))
    return texts


def reason(text: str | None) -> str:
    """Why something was changed after the draw: what the product wrote in the reader's language, what was typed as it is."""
    made = said_reason(text or "")
    return in_language(made) if isinstance(made, Sentence) else made


def end_reason(text: str | None) -> str:
    """Why a draw ended without a result, likewise."""
    made = said_end(text or "")
    return in_language(made) if isinstance(made, Sentence) else made


def file_name(name: str) -> str:
    """What a file of a draw is."""
    if name.startswith("pool-"):
        return _("待抽取库 %(list)s", list=name.removeprefix("pool-").removesuffix(".txt"))
    if name.startswith("log-"):
        return _("变更记录 %(n)s", n=name.removeprefix("log-").removesuffix(".json"))
    return str(FILES.get(name, name))


def steps(state: str, beacon: Any = None, *, untold: bool = False) -> list[tuple[str, bool, bool]]:
    """The way of a draw as (words, done, current); with the beacon's step where the draw names one.

    The result of a surprise that is `untold` is still to be published.
    """
    if state == DrawState.VOID:
        return [(str(_l("已作废")), False, True)]
    way = [(key, words) for key, words in STEPS if key != "awaiting" or beacon or state == "awaiting"]
    now = [key for key, _words in way].index(state)
    ended = state == DrawState.DRAWN and not untold
    return [(str(words), at < now or ended, at == now and not ended) for at, (_key, words) in enumerate(way)]


def stages(progress: dict[str, Any] | None) -> list[tuple[str, bool, bool]]:
    """What the draw's job is at, as (words, done, current); nothing is said of one that was cut off."""
    known = progress is not None and progress["done"] is not None and not progress["interrupted"]
    at = progress["done"] if progress is not None and known else -1
    return [(_(text), number < at, number == at) for number, text in enumerate(service.STAGES)]


def hash_name(name: str | None) -> str:
    """The hash a draw was made with."""
    return {"sm3": "SM3"}.get(name or "", "SHA-256")


def beacon_rule(beacon: dict[str, Any]) -> str:
    """How the beacon's words are written."""
    if beacon["form"] == "hex":
        return _("十六进制输出，%(size)s 字节", size=beacon["size"])
    return _("号码 %(size)s 个，每个 %(digits)s 位，按公布顺序", size=beacon["size"], digits=beacon["digits"])


def moment(text: str) -> datetime:
    """A time of the register, `2026-03-02T01:00:00Z`."""
    return datetime.fromisoformat(text)


def short(digest: str | None) -> str:
    """The beginning of a digest, for a crowded place."""
    return f"{digest[:16]}…" if digest else "—"


def groups(digest: str) -> list[str]:
    """A digest in groups of eight, to read aloud and to compare."""
    return [digest[at : at + 8] for at in range(0, len(digest), 8)]


def total(lists: list[dict[str, Any]], count: str) -> int:
    """A count of all strata of the frozen lists."""
    return sum(row[count] for each in lists for row in each["strata"])


def unrevealed(state: str, name: str, withheld: Collection[str]) -> str:
    """Of a party that did not reveal: that it withheld, or that a void draw did not wait for it."""
    return _("没有等到揭示") if state == DrawState.VOID and name not in withheld else _("没有揭示")


def no_nonce(each: dict[str, Any], state: str, withheld: Collection[str], untold: bool) -> str:
    """Why a party's nonce does not stand in the record: it is told with a surprise's result, or was not revealed."""
    if untold and each["revealed_at"]:
        return _("已揭示，检查结束后公布")
    return unrevealed(state, each["name"], withheld)


def vocabulary() -> dict[str, Any]:
    """What the templates of this room say things with."""
    return {
        "STATES": STATES,
        "KINDS": KINDS,
        "status_name": status_name,
        "recusals": recusals,
        "chosen": chosen,
        "reason": reason,
        "stratum_name": stratum_name,
        "file_name": file_name,
        "hash_name": hash_name,
        "beacon_rule": beacon_rule,
        "short": short,
        "groups": groups,
        "total": total,
        "moment": moment,
        "steps": steps,
        "stages": stages,
        "unrevealed": unrevealed,
        "no_nonce": no_nonce,
    }
