"""The registry's states in words."""

from __future__ import annotations

from typing import NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from onedoor.edge.language import in_language
from onedoor.entities.rules.codes import EntityStatus, LicenceState
from onedoor.items.rules.codes import ItemMode
from onedoor.kernel.codes import EntityKind
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.duties import DutyRole
from onedoor.targets import queries
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.rules.codes import RISK_NAMES
from onedoor.web.shell.pieces import ACTIVE, DONE, NEUTRAL, STOPPED, WAITING, Label
from tenants import queries as tenants

KINDS = {
    EntityKind.ENTERPRISE.value: _l("企业"),
    EntityKind.INDIVIDUAL.value: _l("个体工商户"),
    EntityKind.COOPERATIVE.value: _l("农民专业合作社"),
    EntityKind.SOCIAL_GROUP.value: _l("社会团体"),
    EntityKind.CIVIL_RUN.value: _l("民办非企业单位"),
    EntityKind.FOUNDATION.value: _l("基金会"),
    EntityKind.OTHER_SOCIAL.value: _l("其他社会组织"),
    EntityKind.INSTITUTION.value: _l("事业单位"),
    EntityKind.GOVERNMENT.value: _l("机关"),
    EntityKind.MASS_ORGANISATION.value: _l("群众团体"),
    EntityKind.OTHER_ESTABLISHED.value: _l("其他机构编制单位"),
    EntityKind.LAW_FIRM.value: _l("律师事务所"),
    EntityKind.NOTARY.value: _l("公证机构"),
    EntityKind.LEGAL_SERVICE.value: _l("基层法律服务所"),
    EntityKind.FORENSIC.value: _l("司法鉴定机构"),
    EntityKind.ARBITRATION.value: _l("仲裁委员会"),
    EntityKind.OTHER_JUSTICE.value: _l("其他司法行政机构"),
    EntityKind.COLLECTIVE_GROUP.value: _l("组级集体经济组织"),
    EntityKind.COLLECTIVE_VILLAGE.value: _l("村级集体经济组织"),
    EntityKind.COLLECTIVE_TOWN.value: _l("乡镇级集体经济组织"),
    EntityKind.COLLECTIVE_OTHER.value: _l("其他农村集体组织"),
    EntityKind.OTHER.value: _l("其他"),
}
STATUSES = {
    EntityStatus.ACTIVE.value: Label(_l("存续"), DONE),
    EntityStatus.SUSPENDED.value: Label(_l("歇业"), WAITING),
    EntityStatus.MOVED.value: Label(_l("已迁出"), STOPPED),
    EntityStatus.DEREGISTERED.value: Label(_l("已注销"), STOPPED),
    EntityStatus.REVOKED.value: Label(_l("已吊销"), STOPPED),
}
LICENCE_STATES = {
    LicenceState.VALID.value: Label(_l("有效"), DONE),
    LicenceState.EXPIRING.value: Label(_l("即将到期"), WAITING),
    LicenceState.EXPIRED.value: Label(_l("已过期"), STOPPED),
    LicenceState.CANCELLED.value: Label(_l("已注销"), NEUTRAL),
}
INDUSTRIES = {
    "A": _l("A 农、林、牧、渔业"),
    "B": _l("B 采矿业"),
    "C": _l("C 制造业"),
    "D": _l("D 电力、热力、燃气及水生产和供应业"),
    "E": _l("E 建筑业"),
    "F": _l("F 批发和零售业"),
    "G": _l("G 交通运输、仓储和邮政业"),
    "H": _l("H 住宿和餐饮业"),
    "I": _l("I 信息传输、软件和信息技术服务业"),
    "J": _l("J 金融业"),
    "K": _l("K 房地产业"),
    "L": _l("L 租赁和商务服务业"),
    "M": _l("M 科学研究和技术服务业"),
    "N": _l("N 水利、环境和公共设施管理业"),
    "O": _l("O 居民服务、修理和其他服务业"),
    "P": _l("P 教育"),
    "Q": _l("Q 卫生和社会工作"),
    "R": _l("R 文化、体育和娱乐业"),
    "S": _l("S 公共管理、社会保障和社会组织"),
    "T": _l("T 国际组织"),
}
# What a library lists beside entities.
LISTED_KINDS = {"place": _l("经营场所"), "product": _l("产品"), "project": _l("项目"), "activity": _l("行为")}
MATTERS = {"product": _l("产品"), "project": _l("项目"), "activity": _l("行为")}
# What an item may be about (R-L5).
OBJECTS: dict[str, object] = {**KINDS, **MATTERS}
CREDIT_CLASSES = {
    "A": Label(_l("A 信用风险低"), DONE),
    "B": Label(_l("B 信用风险一般"), NEUTRAL),
    "C": Label(_l("C 信用风险较高"), WAITING),
    "D": Label(_l("D 信用风险高"), STOPPED),
}
# What the database writes as the reason when an entity is merged away and when that is taken back (`follow_merge`, `undo_merge`).
MERGED = _l("重复登记")
UNMERGED = _l("合并已撤回")
LISTED = {True: Label(_l("在库"), DONE), False: Label(_l("已移出"), NEUTRAL)}
ITEM_STATES = {
    "draft": Label(_l("未公布的修改"), WAITING),
    "ending": Label(_l("拟退出清单"), WAITING),
    "published": Label(_l("已公布"), DONE),
    "replaced": Label(_l("已被新版替代"), NEUTRAL),
    "ended": Label(_l("已退出清单"), NEUTRAL),
}
LIST_STATES = {
    "submitted": Label(_l("待审批"), WAITING),
    "returned": Label(_l("已退回"), STOPPED),
    "withdrawn": Label(_l("已撤回"), NEUTRAL),
    "published": Label(_l("已公布"), DONE),
}
MODES = {
    ItemMode.RANDOM.value: _l("双随机抽查"),
    ItemMode.UNFIT.value: _l("不适合随机抽查"),
    ItemMode.UNLISTED.value: _l("尚未列入"),
}
RULEBOOK_STATES = {
    "draft": Label(_l("草稿"), WAITING),
    "published": Label(_l("已公布"), DONE),
    "replaced": Label(_l("已被新版替代"), NEUTRAL),
}
SECTIONS = {
    "aims": _l("目的与职责"),
    "procedure": _l("检查程序"),
    "means": _l("检查方式"),
    "content": _l("检查内容"),
    "penalty_standards": _l("处罚标准"),
    "penalty_procedure": _l("处罚程序"),
    "disclosure_procedure": _l("公示程序"),
}
INSPECTOR_STATES = {
    InspectorStatus.PROPOSED.value: Label(_l("待批准入库"), WAITING),
    InspectorStatus.ACTIVE.value: Label(_l("在岗"), DONE),
    InspectorStatus.SUSPENDED.value: Label(_l("暂停执法"), WAITING),
    InspectorStatus.LEFT.value: Label(_l("已离库"), NEUTRAL),
}
STAGES = {
    "90": _l("90 天内到期"),
    "30": _l("30 天内到期"),
    "7": _l("7 天内到期"),
    "expired": _l("已到期，自动暂停"),
    "renewed": _l("已换发，自动恢复"),
}
# Each officer at one of these, the nearest first (`queries.warned_of`).
WARNINGS = {
    "expired": _l("已到期，自动暂停"),
    "7": _l("7 天内到期"),
    "30": _l("8 至 30 天内到期"),
    "90": _l("31 至 90 天内到期"),
}
EXPERT_KINDS = {"person": _l("专家"), "institute": _l("检验检测机构")}
EXPERT_STATES = {True: Label(_l("在库"), DONE), False: Label(_l("已离库"), NEUTRAL)}
WORD_STATES = {True: Label(_l("使用中"), DONE), False: Label(_l("已停用"), NEUTRAL)}
PROPOSAL_STATES = {
    "waiting": Label(_l("待答复"), WAITING),
    "accepted": Label(_l("已采纳"), DONE),
    "declined": Label(_l("未采纳"), STOPPED),
}
REQUEST_KINDS = {"correction": _l("更正信息"), "leave": _l("休假"), "recusal": _l("回避")}
REQUEST_STATES = {
    "waiting": Label(_l("待办理"), WAITING),
    "done": Label(_l("已办理"), DONE),
    "declined": Label(_l("未同意"), STOPPED),
}
DUTIES = {
    DutyRole.WORK_LEAD.value: _l("负责人"),
    DutyRole.LIAISON.value: _l("联络员"),
    DutyRole.GROUP_HEAD.value: _l("领导小组组长"),
    DutyRole.GROUP_DEPUTY.value: _l("领导小组副组长"),
    DutyRole.GROUP_MEMBER.value: _l("领导小组成员"),
}
FAULTS = {
    "no_address": _l("没有地址"),
    "no_scope": _l("没有经营范围"),
    "no_type": _l("没有主体类型"),
    "no_day": _l("没有成立日期"),
    "old": _l("一年以上没有更新"),
    "future": _l("成立日期在将来"),
    "before": _l("状态变更早于成立"),
    "kind": _l("类型与代码不符"),
    "said_gone": _l("在册，但名称写明注销"),
    "target_gone": _l("已不在册，仍在检查对象名录库"),
    "duplicate": _l("疑似重复"),
}
LIKENESSES = {"name": _l("名称相同"), "address": _l("地址相同、名称相近")}
PAIR_STATES = {
    "open": Label(_l("待判定"), WAITING),
    "apart": Label(_l("不是同一主体"), NEUTRAL),
    "merged": Label(_l("已合并"), DONE),
}
IMPORT_KINDS = {
    "entities": _l("经营主体"),
    "items": _l("检查事项"),
    "inspectors": _l("执法人员"),
    "experts": _l("专家和检验检测机构"),
    "targets": _l("检查对象"),
    "matters": _l("场所、产品、项目、行为"),
    "certificates": _l("执法证件"),
    "details": _l("对象资料"),
    "premises": _l("经营场所"),
    "licences": _l("许可证"),
    "checks": _l("原平台的检查"),
    "listings": _l("信用名单"),
}
CERTIFICATE_STATES = {
    "valid": Label(_l("有效"), ACTIVE),
    "suspended": Label(_l("暂停"), WAITING),
    "revoked": Label(_l("注销"), STOPPED),
}
IMPORT_MODES = (
    ("check", _l("先核对，再决定"), _l("先看新增、更新了哪些，有哪些问题；确认后再导入。")),
    ("good", _l("直接导入没有问题的行"), _l("有问题的行不导入，并逐行说明原因。")),
    ("all", _l("全部没有问题才导入"), _l("只要有一行有问题，就一行也不导入。")),
)
CHANGES = {"added": _l("录入"), "changed": _l("变更"), "removed": _l("撤销录入")}
# What became of what belongs to an entity: by its table and what was done.
BELONGINGS = {
    ("premises", "added"): _l("登记经营场所"),
    ("premises", "changed"): _l("变更经营场所"),
    ("premises", "removed"): _l("删去经营场所"),
    ("licence", "added"): _l("登记许可证"),
    ("licence", "changed"): _l("变更许可证"),
    ("licence", "removed"): _l("删去许可证"),
    ("entity_tag", "added"): _l("加标签"),
    ("entity_tag", "changed"): _l("变更标签"),
    ("entity_tag", "removed"): _l("取下标签"),
}
CORRECTION_STATES = {
    "sent": Label(_l("待答复"), WAITING),
    "accepted": Label(_l("已采纳"), DONE),
    "refused": Label(_l("未采纳"), STOPPED),
}
# By what an item directly touches life and property (R-P3).
LIVES = {
    "food_drug": _l("食品药品"),
    "work_safety": _l("安全生产"),
    "public_safety": _l("公共安全"),
    "environment": _l("生态环境"),
}
SOURCES = {
    "load": _l("导入表格"),
    "interface": _l("接口导入"),
    "undo": _l("撤销导入"),
    "correction": _l("更正建议"),
    "hand": _l("手工办理"),
}
VERDICTS = {
    "new": _l("新增"),
    "changed": _l("更新"),
    "unchanged": _l("没有变化"),
    "gone": _l("文件里没有"),
}


def kind_choices() -> list[tuple[str, object]]:
    """Kinds of entity to choose from."""
    return list(KINDS.items())


def tag_choices() -> list[tuple[str, str]]:
    """Tags to choose by: the bureau's own, and those others share."""
    return [(name, name) for name in queries.tag_names()]


class _Place(NamedTuple):
    name: str
    parent: str | None


def _places() -> dict[str, _Place]:
    """Every place by code, read once while a request is answered."""
    if "places" not in g:
        g.places = {one.code: _Place(one.name, one.parent_code) for one in tenants.places()}
    found: dict[str, _Place] = g.places
    return found


def place_names() -> dict[str, str]:
    """Names of places by code."""
    return {code: place.name for code, place in _places().items()}


def place_choices() -> list[tuple[str, str]]:
    """Places of the current bureau to choose from."""
    names = place_names()
    return [(code, names[code]) for code in sorted(place_with_below(tenants.my_bureau().jurisdiction_code))]


def place_with_below(code: str) -> list[str]:
    """A place and all below it, as the rules of selection take one (R-L5)."""
    below: dict[str | None, list[str]] = {}
    for one, place in _places().items():
        below.setdefault(place.parent, []).append(one)
    taken = [code]
    for one in taken:
        taken += [each for each in below.get(one, ()) if each not in taken]
    return taken


def ending(thing: Target | TargetMatter) -> str:
    """On which day it left the library, and why."""
    return f"{thing.ended_on.isoformat()} {in_language(thing.ended_reason)}" if thing.ended_on else ""


def unbroken(text: str) -> Markup:
    """A code or number that stays on one line."""
    return Markup('<span class="text-nowrap">{}</span>').format(text)


def risk_name(code: str, level: str = "") -> str:
    """A stratum of risk, and what the bureau itself calls the level: 风险等级 2 级（中）."""
    return _(RISK_NAMES[code]) + (_("（%(text)s）", text=level) if level else "")
