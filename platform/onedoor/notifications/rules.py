"""The events of the workflow of which people are told, the ways there are, and what goes out by each; pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

from onedoor.kernel.text.source_strings import N_


class ChannelState(StrEnum):
    """A way out to a bureau's other system."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class DeliveryState(StrEnum):
    """A message on its way to one person."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Way(StrEnum):
    """By which way somebody is told: the bell in the head of each page, e-mail, the bureau's channel, or once a day by e-mail."""

    BELL = "bell"
    EMAIL = "email"
    CHANNEL = "channel"
    DIGEST = "digest"


WAY_NAMES: dict[Way, str] = {
    Way.BELL: N_("站内通知"),
    Way.EMAIL: N_("电子邮件"),
    Way.CHANNEL: N_("本单位的消息通道"),
    Way.DIGEST: N_("每日汇总邮件"),
}
BELL_ALONE, MAILED, SUMMED_UP = (Way.BELL,), (Way.BELL, Way.EMAIL), (Way.BELL, Way.DIGEST)


@dataclass(frozen=True)
class WorkflowEvent:
    """What people are told of: its name, who is told (in words, for the page), and the ways where nobody chose others.

    `outside` says that its sentence names neither a firm nor a person, so that a channel outside may carry it; of any other a
    channel says only its name.
    """

    name: str
    told: str
    ways: tuple[Way, ...] = MAILED
    outside: bool = True


EVENTS: dict[str, WorkflowEvent] = {
    "submitted": WorkflowEvent(N_("有事项等待审批"), N_("可以审批这一步的人员，不含提交人"), outside=False),
    "returned": WorkflowEvent(N_("提交的事项被退回"), N_("提交人；备案材料为报送人员"), outside=False),
    "approved": WorkflowEvent(N_("提交的事项已批准"), N_("提交人"), SUMMED_UP, outside=False),
    "filed": WorkflowEvent(N_("收到备案材料"), N_("监督单位答复备案的人员")),
    "accepted": WorkflowEvent(N_("备案或检查记录已通过"), N_("报送人员；检查记录为检查组成员"), SUMMED_UP),
    "invited": WorkflowEvent(N_("受邀参加联合抽查"), N_("受邀单位答复邀请的人员")),
    "reminded": WorkflowEvent(N_("被催办答复邀请"), N_("被催办单位答复邀请的人员")),
    "answered": WorkflowEvent(N_("参加部门作了答复"), N_("牵头单位组织抽查的人员"), SUMMED_UP),
    "commitment_due": WorkflowEvent(N_("抽取等待承诺"), N_("参加抽取的单位提交承诺的人员")),
    "committed": WorkflowEvent(N_("有单位提交了承诺"), N_("牵头单位的抽取员"), BELL_ALONE),
    "drawn": WorkflowEvent(
        N_("抽取已经结束"), N_("牵头单位组织抽查的人员和抽取员，参加单位答复邀请的人员"), SUMMED_UP
    ),
    "assigned": WorkflowEvent(N_("安排了您参加的检查"), N_("检查组成员")),
    "noticed": WorkflowEvent(N_("检查通知书已发出"), N_("检查组成员"), BELL_ALONE),
    "rescheduled": WorkflowEvent(N_("检查改期"), N_("检查组成员")),
    "called_off": WorkflowEvent(N_("检查或抽查任务取消"), N_("检查组成员；抽查任务为参加单位答复邀请的人员")),
    "replaced": WorkflowEvent(N_("检查组人员或检查对象更换"), N_("退出、接替的人员；对象更换为检查组成员")),
    "overdue_tomorrow": WorkflowEvent(N_("明天到期"), N_("办理这件事的人员")),
    "overdue": WorkflowEvent(N_("已经超期"), N_("办理这件事的人员，检查另有安排检查的人员")),
    "other": WorkflowEvent(N_("其他通知"), N_("需要办理或者知悉的人员"), SUMMED_UP, outside=False),
}

# Which act of the log tells of which event. What is overdue no act tells: the jobs find it.
ACTS: dict[str, str] = {
    "tenants.approval.ask": "submitted",
    "tenants.approval.return": "returned",
    "tenants.approval.approve": "approved",
    "filing.filing.send": "filed",
    "filing.filing.return": "returned",
    "filing.filing.accept": "accepted",
    "campaigns.campaign.invite": "invited",
    "campaigns.participation.add": "invited",
    "campaigns.participation.remind": "reminded",
    "campaigns.answer.accepted": "answered",
    "campaigns.answer.declined": "answered",
    "campaigns.answer.withdraw": "answered",
    "campaigns.campaign.cancel": "called_off",
    "draws.draw.create": "commitment_due",
    "draws.draw.commit": "committed",
    "draws.draw.proof": "drawn",
    "draws.draw.void": "drawn",
    "visits.visit.approve": "assigned",
    "visits.visit.notify": "noticed",
    "visits.visit.reschedule": "rescheduled",
    "visits.visit.postpone": "rescheduled",
    "visits.visit.cancel": "called_off",
    "visits.team.replace": "replaced",
    "visits.team.fill": "replaced",
    "visits.team.name": "replaced",
    "visits.object.substitute": "replaced",
    "visits.record.accept": "accepted",
}
FOUND_BY_JOBS = frozenset({"overdue_tomorrow", "overdue"})

LANGUAGES: dict[str, str] = {"zh": N_("中文"), "en": "English"}


class ChannelKind(StrEnum):
    """A group of 政务微信 or 钉钉, or a gateway that sends text messages to phones."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    SMS = "sms"


CHANNEL_NAMES: dict[ChannelKind, str] = {
    ChannelKind.WECOM: N_("政务微信群机器人"),
    ChannelKind.DINGTALK: N_("钉钉群机器人"),
    ChannelKind.SMS: N_("短信网关"),
}
# These are the receivers' own; others, and whatever lies in an inner network, the operator allows by name.
KNOWN_HOSTS: dict[ChannelKind, str] = {
    ChannelKind.WECOM: "qyapi.weixin.qq.com",
    ChannelKind.DINGTALK: "oapi.dingtalk.com",
}
FIRST_HOUR = 8
MOST_TRIES = 12
KEPT = timedelta(days=90)
AT_ONCE = 50
ANSWER_AT_MOST = 4096


def channel_body(kind: ChannelKind, text: str, mobiles: Collection[str], number: str) -> bytes:
    """What is posted: as the group robots of 政务微信 and 钉钉 take it, who is meant by their mobile numbers; to a gateway of
    text messages one number, the text, and by what it is told apart from others."""
    body: dict[str, Any]
    if kind is ChannelKind.WECOM:
        body = {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": list(mobiles)}}
    elif kind is ChannelKind.DINGTALK:
        body = {
            "msgtype": "text",
            "text": {"content": text},
            "at": {"atMobiles": list(mobiles), "isAtAll": False},
        }
    else:
        body = {"id": number, "mobile": next(iter(mobiles), ""), "text": text}
    return json.dumps(body, ensure_ascii=False).encode()


def dingtalk_address(url: str, secret: str, milliseconds: int) -> str:
    """The address of a 钉钉 robot that asks for signatures (加签), with time and signature."""
    said = f"{milliseconds}\n{secret}".encode()
    sign = base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()
    return f"{url}&timestamp={milliseconds}&sign={quote_plus(sign)}"


def says_taken(kind: ChannelKind, body: bytes) -> bool:
    """Whether the answer's body agrees that it was taken: the group robots answer 200 to what they refuse."""
    if kind is ChannelKind.SMS:
        return True
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("errcode") == 0
