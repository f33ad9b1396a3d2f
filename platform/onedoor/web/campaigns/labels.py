"""The words of campaigns' states, as badges."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from onedoor.campaigns.rules import CampaignState, Disposition, FilingDecision, Level, PartyState
from onedoor.campaigns.rules.deviations import DeviationKind
from onedoor.web.shell.pieces import Label

STATES = {
    CampaignState.DRAFT: Label(_l("草稿")),
    CampaignState.INVITING: Label(_l("准备中"), "waiting"),
    CampaignState.PLANNED: Label(_l("抽取中"), "active"),
    CampaignState.DRAWN: Label(_l("已抽取"), "active"),
    CampaignState.VISITING: Label(_l("检查中"), "active"),
    CampaignState.CLOSED: Label(_l("已办结"), "done"),
    CampaignState.CANCELLED: Label(_l("已取消"), "stopped"),
}
PARTIES = {
    PartyState.NOT_INVITED: Label(_l("尚未邀请")),
    PartyState.WAITING: Label(_l("等待答复"), "waiting"),
    PartyState.SILENT: Label(_l("逾期未答复"), "stopped"),
    PartyState.ACCEPTED: Label(_l("参加"), "done"),
    PartyState.DECLINED: Label(_l("不参加")),
    PartyState.WITHDRAWN: Label(_l("已退出")),
    PartyState.WITHDRAWN_LATE: Label(_l("冻结后退出"), "stopped"),
    PartyState.LEFT_OUT: Label(_l("不等其参加")),
}
LEVELS = {
    Level.STOP: Label(_l("必须解决"), "stopped"),
    Level.WARN: Label(_l("请核对"), "waiting"),
    Level.NOTE: Label(_l("提示")),
}
GROUNDS = {"life": _l("随机抽查直接涉及生命财产安全的事项"), "deployment": _l("国家或县级以上政府临时部署")}
SOURCES = {"plan": _l("年度计划"), "ad_hoc": _l("计划外（临时部署等）")}
DISPOSITIONS = {Disposition.LATER: _l("由本部门以后补查"), Disposition.HANDED_OVER: _l("移交其他部门检查")}
FILING_DECISIONS = {
    FilingDecision.KEEP: _l("抽取结果继续有效，未开始的检查等修改后的计划通过备案再进行"),
    FilingDecision.REDRAW: _l("按退回意见修改后再次抽取，原抽取保留备查"),
    FilingDecision.STOP: _l("停止本次抽查"),
}
DEVIATIONS = {
    DeviationKind.ITEMS: _l("检查事项"),
    DeviationKind.SCOPE: _l("对象范围"),
    DeviationKind.RATE: _l("抽查比例"),
    DeviationKind.METHOD: _l("检查方式"),
    DeviationKind.PERIOD: _l("检查时间"),
}
STRATIFY = {
    "none": _l("不分层"),
    "kind": _l("按主体类型分层"),
    "place": _l("按所在地分层"),
    "risk": _l("按风险等级分层（只能封闭抽取）"),
    "class": _l("按信用等级分层（只能封闭抽取）"),
    "rules": _l("按计划的比例规则分层"),
}
UNITS = {
    "entity": _l("经营主体（一户一次机会）"),
    "place": _l("经营场所（每处一次机会）"),
    "matter": _l("产品、项目、行为（每件一次机会）"),
}
RATE_MODES = {"bp": _l("按比例"), "number": _l("按数量"), "all": _l("全部检查")}
HASHES = (
    ("sha256", "SHA-256", _l("国际通用，浏览器和各种系统都能直接核验")),
    ("sm3", "SM3", _l("国家商用密码杂凑算法（GB/T 32905）")),
)
BEACONS = (
    ("none", _l("不约定"), _l("各方揭示后立即抽取；有一方不揭示就作废")),
    ("numbers", _l("公开开奖号码"), _l("例如福利彩票、体育彩票的开奖号码，不需要联网，照开奖公告录入")),
    ("hex", _l("公共随机数服务"), _l("十六进制输出，例如 drand、NIST 随机信标")),
)
USUAL_MODE = {"hash": "sha256", "beacon": "none"}
WEIGH = {
    "none": _l("机会均等"),
    "kind": _l("按主体类型加权"),
    "place": _l("按所在地加权"),
    "risk": _l("按风险等级加权（只能封闭抽取）"),
}

# What the units of a bureau say of their parts (R-J2).
UNIT_ANSWERS = {"asked": _l("待答复"), "agreed": _l("参加"), "declined": _l("不参加")}
