"""What the side bars and the public navigation offer: one declared list each.

An entry whose endpoint no room has registered yet is not shown, so this list may run ahead of the rooms.
An entry with permissions is shown to whoever holds one of them; the guard of the route decides, the menu only hides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from onedoor.edge.guard import may_enter
from onedoor.edge.identity import current_user
from tenants.rules import Permission as P


@dataclass(frozen=True)
class Entry:
    """One line of a navigation; ``prefix`` names the endpoints (beside its own) that light it up."""

    label: Any
    endpoint: str
    permissions: tuple[str, ...] = ()
    prefix: str = ""

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        here = request.endpoint or ""
        return here == self.endpoint or bool(self.prefix and here.startswith(self.prefix))

    def visible(self, held: frozenset[str]) -> bool:
        known = self.endpoint in current_app.view_functions
        return known and (not self.permissions or not held.isdisjoint(self.permissions))


@dataclass(frozen=True)
class Group:
    """A group of the side bar that folds, with its entries; one without a label is always open."""

    label: Any
    entries: tuple[Entry, ...]
    icon: str = ""


PUBLIC = (
    Entry(_l("首页"), "portal.home"),
    Entry(_l("事项清单"), "portal.items", prefix="portal.item"),
    Entry(_l("检查计划"), "portal.plans", prefix="portal.plan"),
    Entry(_l("随机抽取"), "portal.draws", prefix="portal.draw"),
    Entry(_l("检查结果"), "portal.results", prefix="portal.result"),
    Entry(_l("数据"), "portal.data", prefix="portal.burden"),
    Entry(_l("核验检查码"), "portal.check_code"),
)

BUREAU = (
    Group(
        "",
        (
            Entry(_l("工作台"), "desk.home"),
            Entry(
                _l("待办"),
                "desk.inbox",
                (P.PLAN_REVIEW, P.PLAN_APPROVE, P.VISIT_REVIEW, P.VISIT_APPROVE),
                prefix="desk.approval",
            ),
        ),
    ),
    Group(
        _l("名录"),
        (
            Entry(_l("检查事项"), "registry.items", prefix="registry.item"),
            Entry(_lp("menu", "检查对象"), "registry.targets", prefix="registry.target"),
            Entry(_l("执法人员"), "registry.inspectors", prefix="registry.inspector"),
            Entry(_l("委托执法"), "registry.entrusted", prefix="registry.entrusted"),
            Entry(_lp("menu", "抽查细则"), "registry.rulebooks", prefix="registry.rulebook"),
            Entry(_l("经营主体"), "registry.entities", prefix="registry.entit"),
            Entry(_l("数据质量"), "registry.quality", prefix="registry.duplicate"),
            Entry(_l("工作负责人"), "registry.duties", prefix="registry.duty"),
            Entry(_l("培训"), "registry.trainings", prefix="registry.training"),
        ),
        "list-details",
    ),
    Group(
        _lp("menu", "计划"),
        (
            Entry(_lp("menu", "年度计划"), "plans.plans", prefix="plans.plan"),
            Entry(_l("备案"), "filing.filings", prefix="filing."),
            Entry(_l("督办通报"), "orders.received", prefix="orders."),
            Entry(_l("入企次数上限"), "plans.caps", prefix="plans.cap"),
        ),
        "calendar",
    ),
    Group(
        _l("抽查"),
        (
            Entry(_l("抽查任务"), "campaigns.campaigns", prefix="campaigns.campaign"),
            Entry(_l("联合抽查"), "campaigns.joint", prefix="campaigns.joint"),
            Entry(_lp("menu", "抽取"), "draws.draws", prefix="draws.draw"),
        ),
        "dice",
    ),
    Group(
        _l("检查"),
        (
            Entry(_l("检查列表"), "visits.visits", prefix="visits.visit"),
            Entry(_l("检查日历"), "visits.calendar", prefix="visits.calendar"),
            Entry(_l("新建检查"), "visits.visit_new", (P.VISIT_MANAGE, P.VISIT_RECORD)),
            Entry(_l("我的检查"), "field.today", (P.VISIT_RECORD,)),
            Entry(_l("我的执法信息"), "registry.own", (P.VISIT_RECORD,)),
            Entry(_lp("menu", "检查报告"), "visits.reports", prefix="visits.report"),
            Entry(_l("后续处置"), "followups.followups", prefix="followups.followup"),
            Entry(_l("合并上门"), "visits.combinations", prefix="visits.combination"),
            Entry(_l("待补查"), "owed.owed", prefix="owed."),
            Entry(_l("移送"), "followups.transfers", prefix="followups.transfer"),
            Entry(_l("执法检查台账"), "ledger.ledger", prefix="ledger."),
            Entry(_l("文书"), "documents.documents", prefix="documents.document"),
        ),
        "shield-check",
    ),
    Group(
        _l("公示与信用"),
        (
            Entry(_l("待公示"), "visits.to_disclose", (P.DISCLOSE,)),
            Entry(_l("已公示"), "disclosure.published", prefix="disclosure."),
            Entry(_l("报送"), "credit.exports", prefix="credit.export"),
            Entry(_l("信用修复"), "credit.repairs", prefix="credit.repair"),
            Entry(_l("信用名单"), "credit.listings", prefix="credit.listing"),
            Entry(_l("信用措施"), "credit.measures_list", prefix="credit.measure"),
            Entry(_l("信用风险分类"), "credit.classes", prefix="credit.class"),
        ),
        "file-text",
    ),
    Group(
        "",
        (
            Entry(_l("报表"), "statistics.return_list", prefix="statistics."),
            Entry(_l("后台作业"), "jobs.jobs", prefix="jobs."),
        ),
    ),
    Group(
        _l("设置"),
        (
            Entry(_l("用户"), "settings.users", (P.USERS_MANAGE,), prefix="settings.user"),
            Entry(_l("科室"), "settings.units", (P.USERS_MANAGE,), prefix="settings.unit"),
            Entry(_l("角色"), "settings.roles", (P.USERS_MANAGE,), prefix="settings.role"),
            Entry(_l("代办和委托"), "settings.stand_ins", (P.USERS_MANAGE,), prefix="settings.stand_in"),
            Entry(_l("公示期限"), "visits.disclosure_days", (P.USERS_MANAGE,)),
            Entry(_l("文书模板"), "documents.templates", (P.USERS_MANAGE,), prefix="documents.template"),
            Entry(_l("接口"), "settings.interfaces", (P.USERS_MANAGE,), prefix="settings.interface"),
            Entry(
                _l("通知和消息通道"),
                "notifications.bureau",
                (P.USERS_MANAGE,),
                prefix="notifications.channel",
            ),
            Entry(_l("事件推送"), "settings.events", (P.USERS_MANAGE,), prefix="settings.event"),
            Entry(_l("日志"), "settings.log", (P.USERS_MANAGE,), prefix="settings.log"),
        ),
        "settings",
    ),
)

OVERSIGHT = (
    Group(
        "",
        (
            Entry(_l("工作台"), "desk.home"),
            Entry(_l("总览"), "supervision.overview", prefix="supervision.trends"),
        ),
    ),
    Group(
        _l("备案和督办"),
        (
            Entry(_l("备案箱"), "filing.inbox", (P.OVERSIGHT_ANSWER,), prefix="filing.filing"),
            Entry(_l("全部备案"), "supervision.filings", prefix="supervision.filing"),
            Entry(_l("计划备案"), "supervision.plans"),
            Entry(_l("督办通报"), "orders.sent", prefix="orders."),
            Entry(_l("工作安排"), "supervision.tasks"),
        ),
        "inbox",
    ),
    Group(
        _l("抽查和检查"),
        (
            Entry(_l("抽查任务"), "supervision.campaigns", prefix="supervision.campaign"),
            Entry(_l("抽取复核"), "supervision.draws", prefix="supervision.draw"),
            Entry(_l("抽取承诺"), "draws.draws", (P.DRAW_COMMIT,), prefix="draws.draw"),
            Entry(_l("检查"), "supervision.visits", prefix="supervision.visit"),
            Entry(_l("检查结果"), "supervision.results", prefix="supervision.record"),
            Entry(_l("后续处置"), "supervision.followups"),
            Entry(_l("待补查"), "supervision.owed"),
            Entry(_l("执法检查台账"), "supervision.ledger", prefix="supervision.ledger"),
            Entry(_l("平台外检查原因"), "supervision.outside_causes", prefix="supervision.outside"),
        ),
        "shield-check",
    ),
    Group(
        _l("预警和分析"),
        (
            Entry(_l("预警"), "supervision.alerts", prefix="supervision.alert"),
            Entry(_l("重复检查"), "supervision.repeats"),
            Entry(_l("覆盖率和名录库"), "supervision.libraries", prefix="supervision.uncovered"),
            Entry(_l("负责人和培训"), "supervision.duties"),
            Entry(_l("检查负担与成效"), "supervision.burden"),
        ),
        "alert-triangle",
    ),
    Group(
        _l("汇总报表"),
        (
            Entry(_l("各单位报表"), "supervision.returns", prefix="supervision.return"),
            Entry(_l("报表报送"), "statistics.place_list", prefix="statistics."),
        ),
        "file-text",
    ),
    Group(
        _l("规定和日志"),
        (
            Entry(_l("本地规定"), "supervision.settings", prefix="supervision.setting"),
            Entry(_l("代办和委托"), "supervision.stand_ins"),
            Entry(_l("查阅记录"), "supervision.looks"),
            Entry(_l("单位日志"), "supervision.logs", prefix="supervision.log"),
            Entry(_l("日志锚点"), "supervision.anchors"),
            Entry(_l("后台作业"), "jobs.jobs", prefix="jobs."),
        ),
        "settings",
    ),
)

PLATFORM = (
    Group(
        "",
        (
            Entry(_l("单位"), "operator.bureaus", prefix="operator.bureau"),
            Entry(_l("辖区"), "operator.places", prefix="operator.place"),
            Entry(_l("监督授权"), "operator.grants", prefix="operator.grant"),
            Entry(_l("委托执法"), "operator.entrusted"),
            Entry(_l("本地规定"), "operator.settings", prefix="operator.setting"),
            Entry(_l("工作日历"), "operator.calendars", prefix="operator.calendar"),
            Entry(_l("名单依据"), "operator.listing_bases", prefix="operator.listing"),
            Entry(_l("报送平台"), "operator.outside_platforms", prefix="operator.outside"),
            Entry(_l("法律法规"), "operator.laws", prefix="operator.law"),
            Entry(_l("资格专长目录"), "operator.qualifications", prefix="operator.qualification"),
            Entry(_l("运行"), "operator.health"),
            Entry(_l("各单位作业"), "operator.jobs"),
            Entry(_l("备份"), "operator.backups", prefix="operator.backup"),
        ),
    ),
)

FIELD = (
    Entry(_l("今日"), "field.today", prefix="field.visit"),
    Entry(_l("工作台"), "desk.home"),
)

SIDE_BARS: Mapping[str, Sequence[Group]] = {"bureau": BUREAU, "oversight": OVERSIGHT, "platform": PLATFORM}


def _held() -> frozenset[str]:
    return frozenset(getattr(current_user, "permissions", ()))


def area() -> str:
    """Whose side bar the person has, on every page: the operator's, the supervisor's or a bureau's."""
    held = _held()
    if P.PLATFORM_MANAGE in held:
        return "platform"
    return "oversight" if P.OVERSIGHT in held else "bureau"


def home() -> str:
    """Where one lands, and where the name in the header leads: an officer's phone at today's visits, all others at their to-dos."""
    if area() == "platform":
        return url_if("operator.bureaus") or "/"
    on_phone = "Mobi" in request.user_agent.string and P.VISIT_RECORD in _held()
    return (url_if("field.today") if on_phone else None) or url_if("desk.home") or url_if("jobs.jobs") or "/"


def side_bar() -> list[Group]:
    """The groups the person asking may see, without the empty ones, and with one entry, of those that fit, as where one is."""
    held = _held()
    groups = SIDE_BARS[area()]
    if area() == "oversight" and P.BUREAU_READ in held:
        there = {entry.endpoint for group in groups for entry in group.entries}
        own = (Group(g.label, tuple(e for e in g.entries if e.endpoint not in there), g.icon) for g in BUREAU)
        groups = (*groups, *own)
    found = [
        Group(group.label, tuple(entry for entry in group.entries if entry.visible(held)), group.icon)
        for group in groups
    ]
    return [group for group in found if group.entries]


def here(groups: Sequence[Group]) -> Entry | None:
    """The one entry of a side bar at which the page is: its own, or the first whose pages it is among."""
    entries = [entry for group in groups for entry in group.entries]
    own = (entry for entry in entries if entry.endpoint == request.endpoint)
    return next(own, None) or next((entry for entry in entries if entry.current), None)


def line(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of a flat navigation that exist and may be seen."""
    held = _held()
    return [entry for entry in entries if entry.visible(held)]


def url_if(endpoint: str, **values: Any) -> str | None:
    """The address of an endpoint, or None while no room has registered it or its guard would turn the reader away."""
    known = endpoint in current_app.view_functions
    return url_for(endpoint, **values) if known and may_enter(endpoint) else None
