"""What stands in the documents of one check, and writing them (forms.md, "Documents of one check")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.draws import queries as draws
from onedoor.kernel import files, trace
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db
from onedoor.kernel.deployment import settings
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.messages.rules import LETTERS, Letter
from onedoor.officers import queries as officers
from onedoor.visits import queries
from onedoor.visits.models import (
    Record,
    RecordItem,
    RecordPaper,
    Visit,
    VisitAssistant,
    VisitMatter,
    VisitMember,
)
from onedoor.visits.rules.checklists import in_full, to_fill_in
from onedoor.visits.rules.codes import grouped
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.methods import PAPER_NAMES, PaperKind
from onedoor.visits.rules.results import HANDLING_NAMES, METHOD_NAMES, Handling, Method, names
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.approval import to_be_noticed
from onedoor.visits.service.audit_trail import chinese_day, record_step
from onedoor.visits.service.documents.notice_details import notice_details
from onedoor.visits.service.part_approval import go_without
from onedoor.visits.service.result_disclosure import plan_of
from tenants import queries as tenants

SIGNED = {"signed": "已阅读并签字确认", "refused": "拒绝签字"}


def code_address(visit: Visit) -> str:
    """What a scan of the visit's code opens (R-V2)."""
    return f"{settings().base_url}/v/{visit.code}"


def visit_values(visit: Visit) -> dict[str, Any]:
    """The values common to all documents of a visit."""
    parties = [party for party in queries.parties(visit.id) if party.deferred_reason is None]
    bureaus = {party.bureau_id: party.bureau_name for party in parties}
    bureaus |= {mine: name for mine, name in _with_entrusted(visit).items() if mine in bureaus}
    ways, entry = queries.ways(visit.id), queries.needs_entry(visit.id)
    return {
        "number": visit.number,
        "bureau": tenants.bureau(visit.tenant_id).name,
        "bureaus": "、".join(bureaus.values()),
        "together": "联合" if len(bureaus) > 1 else "",
        "entity": {
            "name": visit.entity_name,
            "code": visit.entity_code,
            "address": visit.entity_address or "登记的住所（经营场所）",
        },
        **_together(visit, _way(visit)),
        "day": chinese_day(queries.visit_state(visit).day),
        "today": chinese_day(today()),
        "members": [
            *(_member(each) for each in queries.team(visit.id) if each.bureau_id in bureaus),
            *(_assistant(each) for each in queries.assistants(visit.id) if each.tenant_id in bureaus),
        ],
        "matters": [
            _matter(each, bureaus[each.bureau_id], ways[each.id].method)
            for each in queries.matters(visit.id)
            if each.bureau_id in bureaus
        ],
        "entry": entry,
        # What nobody enters for has no code to check (R-V3).
        "code": grouped(visit.code) if entry else "（不入企，没有检查码）",
        "address": code_address(visit) if entry else settings().base_url,
    }


def _together(visit: Visit, way: dict[str, Any]) -> dict[str, Any]:
    """Who comes on the same day with a check of its own is named in the notice: the object is visited once (R-J4)."""
    day = queries.visit_state(visit).day
    come = [one for one in queries.combined_visits(visit.id) if one.day == day and not one.cancelled]
    if not come:
        return way
    named = "、".join(f"{one.bureau}（检查编号：{one.number}）" for one in come)
    return {**way, "origin": f"{way['origin']}同日一并上门的还有：{named}。"}


def _with_entrusted(visit: Visit) -> dict[UUID, str]:
    """This bureau's name with the entrusted bodies that go in it: papers name both (R-T5)."""
    mine = tenants.my_bureau()
    ids = [each.inspector_id for each in queries.team(visit.id) if each.bureau_id == mine.id]
    names = officers.entrusted_bodies.entrusted_names(ids, queries.visit_state(visit).day or today())
    return {mine.id: f"{mine.name}（受委托组织：{'、'.join(names)}）"} if names else {}


def _way(visit: Visit) -> dict[str, Any]:
    """What the check goes back to, as a document says it: `origin` in one sentence; who complained is in none (R-V9)."""
    kind, source = KIND_NAMES[Kind(visit.kind)], SOURCE_NAMES[Source(visit.source)]
    if visit.drawn is not None and not visit.team_drawn_only:
        campaign_id, draw_id = visit.drawn
        campaign, draw = campaigns.campaign(campaign_id).name, draws.draw(draw_id).number
        origin = f"根据“{campaign}”，你单位经随机抽取（抽取编号：{draw}）列为检查对象。"
        told = {"campaign": campaign, "draw": draw, "kind": kind, "source": source}
        return {**told, "origin": origin, "chosen": "由随机抽取产生"}
    if visit.by_draw:
        return {**_made_up_for(visit), "kind": kind, "source": source}
    plan = plan_of(visit)
    number = f"（{plan['plan_number']}）" if plan else ""
    name = plan.get("line_name") or plan.get("plan_name") or ""
    basis = f"根据“{name}”{number}，" if name else ""
    chosen, drawn = "由检查部门指定", "对象和人员不是随机抽取产生"
    if visit.team_drawn_only:
        chosen, drawn = "由随机抽取产生", "对象不是随机抽取产生，人员由随机抽取产生"
    origin = f"{basis}对你单位开展{kind}，来源：{source}。本次检查的{drawn}。"
    return {
        "campaign": f"{name}{number}" if name else source,
        "draw": "检查对象非抽取，检查人员抽取" if visit.team_drawn_only else "非抽取产生",
        "kind": kind,
        "source": source,
        "origin": origin,
        "chosen": chosen,
    }


def _made_up_for(visit: Visit) -> dict[str, Any]:
    """Of a check of what was drawn and not checked then: the object was drawn, who goes was named (R-J5)."""
    source, former = queries.source_of(visit.id), queries.drawn_origin(visit)
    draw = source.reference if source else ""
    campaign = campaigns.campaign(former.required_campaign_id).name if former else ""
    basis = f"根据“{campaign}”，" if campaign else ""
    origin = f"{basis}你单位经随机抽取（抽取编号：{draw}）列为检查对象，当时有事项未检查，现予补查。本次检查的人员由检查部门指定。"
    return {
        "campaign": campaign or draw,
        "draw": draw,
        "origin": origin,
        "chosen": "对象由随机抽取产生，人员由检查部门指定",
    }


def notice_values(visit: Visit) -> dict[str, Any]:
    """The notice, with its own number, the hour, whom to ask and what to prepare."""
    return {**visit_values(visit), **notice_details(visit)}


def sheet_values(visit: Visit) -> dict[str, Any]:
    """Scheme and check sheet: every matter with its points, to be filled in (R-V1)."""
    values = visit_values(visit)
    bureaus = {party.bureau_id: party.bureau_name for party in queries.parties(visit.id)}
    ways = queries.ways(visit.id)
    values["items"] = [
        _blank(matter, bureaus[matter.bureau_id], ways[matter.id].method)
        for matter in queries.matters(visit.id)
    ]
    return values


def record_values(record: Record) -> dict[str, Any]:
    """The record of one bureau's part, as printed (现场检查笔录)."""
    visit = queries.visit(record.visit_id)
    bureau = tenants.bureau(record.tenant_id).name
    values = visit_values(visit)
    assistants = [one for one in queries.assistants(visit.id) if one.tenant_id == record.tenant_id]
    values["members"] = [
        *({**person, "bureau": bureau, "leader": ""} for person in record.inspectors),
        *map(_assistant, assistants),
    ]
    if not record.inspectors:
        values["members"] = [
            member for member in visit_values(visit)["members"] if member["bureau"] == bureau
        ]
    ways = queries.ways(visit.id, record.tenant_id)
    units = {one.id: one.unit_name for one in queries.matters(visit.id, record.tenant_id)}
    by = {one: f"{bureau}（{name}）" if name else bureau for one, name in units.items()}
    signature = SIGNED.get(record.signature or "", "")
    return {
        **values,
        "issued": False,
        "bureau": bureau,
        "items": [
            _filled(item, by[item.matter_id], ways[item.matter_id].method)
            for item in queries.items(record.id)
        ],
        "started": _moment(record.started_at),
        "ended": _moment(record.ended_at),
        "place": record.place or "不入企",
        "papers": [_paper(one) for one in queries.papers(record.id)],
        "attendee": record.attendee,
        "attendee_post": record.attendee_post,
        "results": "、".join(names(record.results)),
        "note": "；".join(text for text in (record.whole_note, record.note) if text),
        "signature": "：".join(text for text in (signature, record.signature_note) if text),
        "handling": _handling(record),
    }


def joint_record_values(visit: Visit) -> dict[str, Any]:
    """The one record sheet of a joint visit (R-J2): the lead's number, and each bureau's part with its own number.

    A part whose record is not accepted yet is the bureau's own to read; to the others it says how far it is.
    """
    parts, records = queries.parts(visit.id), {one.tenant_id: one for one in queries.records(visit.id)}
    told = []
    for party in queries.parties(visit.id):
        part, record = parts.get(party.bureau_id), records.get(party.bureau_id)
        left = f"事项另行检查：{party.deferred_reason}" if party.deferred_reason else ""
        told.append(
            {
                "bureau": party.bureau_name,
                "number": (part.number if part else None) or "",
                "left": left or ("" if record else "记录尚未审核通过"),
                "values": record_values(record) if record and not left else None,
            }
        )
    return {**visit_values(visit), "parts": told}


def report_values(record: Record) -> dict[str, Any]:
    """The inspection report of one bureau's part."""
    report = queries.report(record.id)
    if report is None:
        raise Conflict("检查报告还没有完成。")
    day = chinese_day(report.completed_at.astimezone(SHANGHAI).date())
    return {
        **record_values(record),
        "assessment": report.assessment,
        "proposed": report.proposed,
        "today": day,
    }


def write_notices(
    campaign_id: UUID, progress: Callable[[int, int, str], None] | None = None
) -> dict[str, Any]:
    """Write the notice of every approved, announced visit of a campaign and note it as sent; those wait that a partner's head
    has still to approve.
    """
    visits = go_without(to_be_noticed(campaign_id))
    for number, visit in enumerate(visits, start=1):
        notify(visit)
        if progress is not None:
            progress(number, len(visits), "")
    if visits:
        trace.step("notice", Sentence("发出检查通知书 %(count)s 份", count=len(visits)), [campaign_id])
    return {"notices": len(visits)}


def notify(visit: Visit) -> None:
    """Write and keep the notice of one visit (行政检查通知书)."""
    values = notice_values(visit)
    content = messages.write(Letter.NOTICE, values)
    name = f"{LETTERS[Letter.NOTICE].title} {values['number']}.docx"
    visit.notice_file_id = files.store_file(name, content, messages.DOCX).id
    visit.state, visit.noticed_at = VisitState.NOTICED.value, now()
    record_step(
        visit, "notice", Sentence("发出行政检查通知书 %(number)s", number=values["number"]), "visit.notify"
    )
    db.session.flush()


def _member(member: VisitMember) -> dict[str, Any]:
    return {
        "name": member.name,
        "certificate": member.certificate_number,
        "bureau": member.bureau_name,
        "leader": "组长" if member.leader else "",
    }


def _assistant(one: VisitAssistant) -> dict[str, Any]:
    """Among the members, without a certificate: who assists is named as such (R-L7)."""
    place = "，".join(text for text in (one.organisation, one.title) if text)
    return {
        "name": f"{one.name}（{place}）" if place else one.name,
        "certificate": "",
        "bureau": one.bureau_name,
        "leader": "协助检查",
    }


def _matter(matter: VisitMatter, bureau: str, method: Method) -> dict[str, Any]:
    return {
        "number": matter.number,
        "name": matter.name,
        "basis": matter.basis,
        "bureau": f"{bureau}（{matter.unit_name}）" if matter.unit_name else bureau,
        "method": METHOD_NAMES[method],
    }


def _blank(matter: VisitMatter, bureau: str, method: Method) -> dict[str, Any]:
    points = [{"point": point["point"], "answer": to_fill_in(point)} for point in matter.checklist]
    return {**_matter(matter, bureau, method), "points": points, "results": "", "note": ""}


def _filled(item: RecordItem, bureau: str, method: Method) -> dict[str, Any]:
    return {
        "number": item.number,
        "name": item.name,
        "basis": item.basis,
        "bureau": bureau,
        "method": METHOD_NAMES[method],
        "points": [{"point": answer["point"], "answer": in_full(answer)} for answer in item.answers],
        "results": "、".join(names(item.results)),
        "note": item.note,
    }


def _paper(paper: RecordPaper) -> dict[str, Any]:
    """One paper as the record lists it, with the digest of its file."""
    said = (paper.title, paper.origin, paper.number, _moment(paper.taken_at))
    kind, title = PAPER_NAMES[PaperKind(paper.kind)], "，".join(text for text in said if text)
    if paper.found_on is not None:
        # Another's result stands for the check (R-J7).
        kind = "结果互认"
        day = chinese_day(paper.found_on)
        title = f"采用{paper.title}（{paper.number}，{day}），不再重复检查。理由：{paper.reason}"
    return {
        "kind": kind,
        "title": title,
        "received": _moment(paper.received_at) or "未收到",
        "digest": paper.digest or "",
    }


def _handling(record: Record) -> str:
    text = HANDLING_NAMES[Handling(record.handling or Handling.NONE)]
    due = f"，限 {chinese_day(record.handling_due_on)}前改正" if record.handling_due_on else ""
    return f"{text}{due}" + (f"；{record.handling_note}" if record.handling_note else "")


def _moment(moment: Any) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y年%-m月%-d日 %H:%M") if moment else ""
