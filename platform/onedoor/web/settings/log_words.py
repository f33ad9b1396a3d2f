"""What stands in a log of a thing before and after, in words: no column's name and no code (R-T6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.contract.meanings import meaning_of
from onedoor.edge.language import in_language
from onedoor.web.settings import labels

# What is kept of a thing before and after, where its name alone would not say it.
FIELDS: dict[str, Any] = {
    "state": _l("状态"), "status": _l("状态"), "reason": _l("理由"), "note": _l("说明"), "since": _l("自"),
    "until": _l("至"), "name": _l("名称"), "title": _l("标题"), "rate": _l("比例"), "what": _l("号码"),
    "digest": _l("指纹"), "proof": _l("证明指纹"), "rows": _l("条数"), "visits": _l("检查户数"), "n": _l("户数"),
    "waiting": _l("待补派户数"), "waits_for": _l("等候的抽取"), "list": _l("名单"), "statuses": _l("各情形户数"), "line": _l("抽取代码"),
    "seq": _l("第几次"), "partners": _l("参与部门"), "items": _l("事项"), "inspectors": _l("执法人员"),
    "texts": _l("见证寄语数"), "who": _l("何人"), "out": _l("换下"), "in": _l("换上"), "entry": _l("原日志编号"),
    "added": _l("新增"), "changed": _l("修改"), "unchanged": _l("未变"), "rejected": _l("未读入"), "valid": _l("可读入"),
    "remarks": _l("提示"), "post": _l("职务"), "sex": _l("性别"), "body": _l("执法机构全称"), "kinds": _l("类别"),
    "area": _l("区域"), "remark": _l("备注"), "roles": _l("角色"), "qualifications": _l("资格专长"),
    "certificate_number": _l("执法证编号"), "certificate_expires_on": _l("有效期至"), "leads": _l("可任组长"),
    "gone": _l("文件里没有"), "written": _l("已写入"), "would": _l("将会"), "columns": _l("各列"),
    "removed": _l("删除"), "restored": _l("恢复"), "left": _l("没有恢复"),
    "relisted": _l("恢复在库"), "kept_in": _l("本年抽过仍保留"), "kept_out": _l("曾手工移出，未列入"),
    "entities": _l("经营主体"), "objects": _l("抽中数量"), "doors": _l("抽中数量"), "version": _l("版本"),
    "agent": _l("浏览器"), "already": _l("已登记的"), "apart": _l("判定为不同"), "beyond": _l("超出事项对象类型的"), "by": _l("办理人"),
    "certificate": _l("执法证编号"), "certificates": _l("执法证编号"), "changed_on": _l("变动日期"), "closed": _l("是否封闭"),
    "code": _l("编号"), "codes": _l("各编号"), "count": _l("数量"), "days": _l("天数"), "direction": _l("入库还是离库"),
    "done": _l("是否完成"), "ended": _l("移出"), "figures": _l("各项指标"), "for": _l("为谁"), "former_until": _l("原令牌有效期至"),
    "good": _l("是否成功"), "how": _l("方式"), "ids": _l("各编号"), "issuer": _l("签发方"), "left_out": _l("未列入的户数，按原因"),
    "levels": _l("各等级"), "merged": _l("合并的"), "names": _l("各名称"), "networks": _l("调用来源"), "number": _l("编号"),
    "object": _l("对象"), "off": _l("取下的标签"), "officers": _l("人员"), "on": _l("日期"), "origin": _l("从何处"),
    "permissions": _l("权限"), "person": _l("何人"), "phone_of": _l("谁的手机"), "photo": _l("现场照片"), "place": _l("地点"),
    "places": _l("地点"), "principal": _l("委托人"), "rates": _l("比例"), "rate_rules": _l("比例规则"), "reasons": _l("理由"),
    "receiver": _l("接收单位"), "receivers": _l("接收单位"), "refused": _l("是否拒绝"), "repealed": _l("是否废止"),
    "rooms": _l("开放的接口"), "score": _l("得分"), "sets": _l("各组数据"), "source": _l("来源"), "sources": _l("来源"),
    "stage": _l("环节"), "step": _l("步骤"), "subject": _l("对象"), "successor": _l("承接单位"), "survivor": _l("保留的主体"),
    "tags": _l("标签"), "targets": _l("检查对象"), "text": _l("内容"), "to": _l("改为"), "total": _l("总数"), "trial": _l("试算"),
    "tried": _l("试算"), "unit": _l("科室"), "unit_id": _l("科室"), "whole": _l("整户情况"), "identity_number": _l("身份证号"),
    "scope": _l("范围"), "filter": _l("筛选条件"), "query": _l("查找条件"), "q": _l("关键词"), "sort": _l("排序"),
    "size": _l("每页条数"), "giver": _l("给予人"), "industry": _l("行业"), "invited": _l("应到人数"), "attended": _l("参训人员"),
    "results": _l("成绩"), "hours": _l("学时"), "subject_name": _l("对象"), "entity_kind": _l("主体类型"),
    "left_on": _l("移出日期"), "conditions": _l("选取条件"), "stratify": _l("分层方式"), "specialities": _l("专业特长"),
    "phone": _l("电话"), "contact": _l("联系方式"), "person_responsible": _l("责任人"), "display_name": _l("姓名"),
    "username": _l("用户名"), "days_off": _l("放假日"), "days_on": _l("上班日"), "provenance": _l("依据"),
    "jurisdiction_code": _l("辖区"), "entity_code": _l("统一社会信用代码"), "certificate_kept": _l("司法行政部门登记的执法证"),
    "calendar_of": _l("日历"), "category": _l("类别"), "email": _l("电子邮箱"), "host": _l("地址"), "member": _l("检查人员"),
    "mobile": _l("手机号码"),
}  # fmt: skip
# Words of code lists that acts keep; permissions and roles have theirs in `labels`.
VALUES: dict[str, Any] = {
    "active": _l("存续"), "inactive": _l("停用"), "draft": _l("起草"), "submitted": _l("已提交"), "reviewed": _l("已审核"),
    "returned": _l("退回"), "approved": _l("已批准"), "published": _l("已公布"), "replaced": _l("已替换"),
    "withdrawn": _l("已撤回"), "waiting": _l("等待"), "running": _l("办理中"), "done": _l("完成"), "failed": _l("失败"),
    "open": _l("办理中"), "closed": _l("已结束"), "sent": _l("已发出"), "accepted": _l("已接收"), "declined": _l("不同意"),
    "rejected": _l("退回"), "suspended": _l("暂停"), "left": _l("离库"), "entered": _l("在库"), "moved": _l("迁出"),
    "revoked": _l("吊销"), "deregistered": _l("注销"), "cancelled": _l("撤销"), "yearly": _l("年度计划"),
    "first_half": _l("上半年计划"), "second_half": _l("下半年计划"), "joint": _l("联合"), "special": _l("专项"),
    "supplement": _l("补充"), "random": _l("双随机"), "unlisted": _l("未列入"), "unfit": _l("不适合随机抽查"), "daily": _l("日常"),
    "single": _l("个案"), "market": _l("市场监管领域"), "other": _l("市场监管领域以外"), "all": _l("全部"), "add": _l("增加"),
    "remove": _l("移出"), "leave": _l("休假"), "written": _l("书面委托"), "correct": _l("责令改正"), "case": _l("立案"),
    "transfer": _l("移送"), "none": _l("无"), "online": _l("网络监测"), "yes": _l("是"), "no": _l("否"),
    **{one.value: text for one, text in labels.PERMISSIONS.items()},
    **{one.value: text for one, text in labels.ROLES.items()},
}  # fmt: skip
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_CODE = re.compile(r"[a-z]+(?:[._][a-z0-9]+)*")
# A meaning of the interface says more than a head of a table needs.
_ENOUGH = re.compile(r"[，；（(;,:]")


def field(key: str) -> str:
    """What a part of an act is called: by the log's words, or by what the interface says the name means."""
    if key in FIELDS:
        return str(FIELDS[key])
    if re.search(r"[\u4e00-\u9fff]", key):
        # Data may stand as a key: a place's name, a stratum.
        return in_language(key)
    if re.fullmatch(r"[\d*.]+", key):
        return key
    found = meaning_of(key)
    if found is None:
        return _("其他内容")
    english = str(get_locale() or "zh").startswith("en")
    return _ENOUGH.split(found.en if english else found.zh)[0].strip().capitalize()


def value(one: Any) -> str:
    """What it was, in words: yes and no, a word of a list, days and names as they are, the parts of what has parts."""
    if one is None or one == "" or one == [] or one == {}:
        return "—"
    if isinstance(one, bool):
        return _("是") if one else _("否")
    if isinstance(one, Mapping):
        return _("；").join(
            _("%(name)s：%(value)s", name=field(str(key)), value=value(part)) for key, part in one.items()
        )
    if isinstance(one, (list, tuple)):
        return _("、").join(map(value, one))
    return _word(str(one))


def _word(text: str) -> str:
    if text in VALUES:
        return str(VALUES[text])
    if _ID.fullmatch(text):
        # Which one it is the name of the act's thing says; the number tells two apart.
        return _("编号 %(number)s", number=text[-6:])
    if _CODE.fullmatch(text):
        found = meaning_of(text)
        return field(text) if text in FIELDS or found else text
    return in_language(text)
