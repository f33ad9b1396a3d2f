"""What market regulation lacks after the story, put there so that every route has something of its own to lead to."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.events.policies import SECRET
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import in_scope
from onedoor.notifications.policies import SECRET as CHANNEL_SECRET
from onedoor.notifications.policies import URL
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.targets import service as target_service
from tenants import list_views, people, scope
from tenants.rules import Permission
from tests.fixtures.city import City


def complete(city: City, owner: psycopg.Connection, me: str) -> None:
    """What market regulation lacks after the story, so that every route's thing is there."""
    city.person("scjg.planner")  # is signed in somewhere
    _recuse(city, owner, me)
    _be_away(owner, me)
    _be_trained(city, owner, me)
    _look_alike(owner, me)
    _give_token(city, owner, me)
    _stand_in(city, owner, me)
    _photograph(owner, me)
    _hold_papers(owner, me)
    _save_view(city, owner, me)
    _plead(owner, me)
    _belong(city, owner, me)
    _share(owner, me)
    _do_to_many(owner, me)
    _miss_a_word(owner, me)
    _be_assisted(owner, me)
    _keep_a_certificate(owner, me)
    _check_outside(owner, me)
    _owe(owner, me)
    _go_together(owner, me)
    _begin_a_return(owner, me)
    _be_overseen(owner, me)
    _be_told_of_events(city, owner, me)
    _have_a_channel(city, owner, me)
    _write_its_own_way(owner, me)
    _propose_a_measure(owner, me)


def _be_overseen(owner: psycopg.Connection, me: str) -> None:
    """An alert rule of its own, an alert and a joint inspection about it, a task of one of its people."""
    if owner.execute(f"SELECT 1 FROM work_task WHERE tenant_id = {me}".encode()).fetchone():
        return
    justice = f"(SELECT tenant_id FROM oversight_order WHERE receiver_id = {me} LIMIT 1)"
    for whose in (me, justice):
        owner.execute(
            "INSERT INTO oversight_alert_rule (tenant_id, kind, state, days, audience, made_at, made_by)"
            f" SELECT {whose}, 'results', 'report_overdue', 0, 'both', now(), '试'".encode()
        )
    owner.execute(
        "INSERT INTO oversight_alert (tenant_id, rule_id, bureau_id, bureau_name, kind, state, year, record_id, name, audience,"
        f" seen_at, raised_at) SELECT tenant_id, id, {me}, '试', kind, state, 2026, gen_random_uuid(), '试', 'both', now(), now()"
        f" FROM oversight_alert_rule WHERE tenant_id <> {me} LIMIT 1".encode()
    )
    owner.execute(
        "INSERT INTO oversight_inspection (tenant_id, year, serial, number, title, scope, starts_on, ends_on, partner_ids,"
        f" bureau_ids, opened_at, opened_by) SELECT {justice}, 2026, 97, '试', '试', '试', '2026-01-01', '2026-01-02', '{{}}',"
        f" ARRAY[{me}::uuid], now(), '试'".encode()
    )
    owner.execute(
        "INSERT INTO oversight_finding (tenant_id, inspection_id, leader_id, bureau_id, found_on, text, written_at, writer_name)"
        f" SELECT tenant_id, id, tenant_id, {me}, '2026-01-01', '试', now(), '试' FROM oversight_inspection WHERE serial = 97".encode()
    )
    owner.execute(
        "INSERT INTO work_task (tenant_id, year, title, due_on, person_id, person_name, made_at, made_by)"
        f" SELECT {me}, 2026, '试', '2026-12-31', id, '试', now(), '试' FROM user_account WHERE tenant_id = {me} LIMIT 1".encode()
    )


def _write_its_own_way(owner: psycopg.Connection, me: str) -> None:
    """A template of its own, and a version of the rule of classes that was dropped."""
    owner.execute(
        "INSERT INTO letter_template (tenant_id, kind, version, name, digest, added_at, added_by, content)"
        f" SELECT {me}, 'notice', 97, '试.docx', '00', now(), '甲', '\\x00' WHERE NOT EXISTS"
        f" (SELECT 1 FROM letter_template WHERE tenant_id = {me})".encode()
    )
    owner.execute(
        "INSERT INTO class_rule (tenant_id, version, points, floors, always, source, state, drafter_name, drafted_at)"
        f" SELECT {me}, 97, '{{}}', '{{}}', '{{}}', '试', 'dropped', '甲', now() WHERE NOT EXISTS"
        f" (SELECT 1 FROM class_rule WHERE tenant_id = {me})".encode()
    )


def _propose_a_measure(owner: psycopg.Connection, me: str) -> None:
    """A measure against a firm, proposed to health."""
    owner.execute(
        "INSERT INTO credit_measure (tenant_id, entity_id, receiver_id, kind, entity_code, entity_name, content, law, facts,"
        f" sender_name, sent_at) SELECT {me}, e.id, b.id, 'joint', e.code, e.name, '试', '试', '{{试}}', '甲', now()"
        " FROM entity e JOIN bureau b ON b.code = '990100-WSJK'"
        f" WHERE e.kept_by = {me} AND NOT EXISTS"
        f" (SELECT 1 FROM credit_measure WHERE tenant_id = {me} AND receiver_id = b.id)"
        " LIMIT 1".encode()
    )


def _be_told_of_events(city: City, owner: psycopg.Connection, me: str) -> None:
    """A system of the bureau that is told of events, paused since it did not take a message."""
    if owner.execute(f"SELECT 1 FROM event_subscription WHERE tenant_id = {me}".encode()).fetchone():
        return
    made = new_id()
    with city.app.app_context():
        secret = SECRET.seal(made, "whsec_")
    owner.execute(
        "INSERT INTO event_subscription (id, tenant_id, name, url, secret, things, state, position, failures, created_at, created_by)"
        f" VALUES (%s, {me}, '试', 'https://example.invalid/events', %s, '{{visit}}', 'paused', 0, 1, now(), '试')".encode(),
        (made, secret),
    )
    owner.execute(
        "INSERT INTO event_delivery (tenant_id, subscription_id, first, last, count, attempt, at, took_ms, outcome, reason)"
        f" SELECT tenant_id, id, 1, 1, 1, 1, now(), 1, 'refused', '试' FROM event_subscription WHERE tenant_id = {me}".encode()
    )


def _have_a_channel(city: City, owner: psycopg.Connection, me: str) -> None:
    """A group to which messages to the bureau's people go, paused."""
    if owner.execute(f"SELECT 1 FROM notification_channel WHERE tenant_id = {me}".encode()).fetchone():
        return
    made = new_id()
    with city.app.app_context():
        url, secret = URL.seal(made, "https://qyapi.weixin.qq.com/x"), CHANNEL_SECRET.seal(made, "whsec_")
    owner.execute(
        "INSERT INTO notification_channel (id, tenant_id, kind, name, url, host, secret, state, created_at, created_by)"
        f" VALUES (%s, {me}, 'wecom', '试', %s, 'qyapi.weixin.qq.com', %s, 'paused', now(), '试')".encode(),
        (made, url, secret),
    )


def _begin_a_return(owner: psycopg.Connection, me: str) -> None:
    """A draft of a return with a paper."""
    owner.execute(
        "INSERT INTO statistical_return (tenant_id, kind, level, year, part, version, series_id, starts_on, ends_on,"
        " cutoff, due_on, created_at, created_by)"
        f" SELECT {me}, 'F7', 'own', 2026, 'H1', 1, gen_random_uuid(), '2026-01-01', '2026-06-30', now(),"
        " '2026-06-30', now(), '试' WHERE NOT EXISTS"
        f" (SELECT 1 FROM statistical_return WHERE tenant_id = {me})".encode()
    )
    owner.execute(
        "INSERT INTO statistical_return_file (tenant_id, return_id, name, media_type, size, digest, content, added_at,"
        f" added_by) SELECT {me}, id, '附件.pdf', 'application/pdf', 1, '00', '\\x00', now(), '试'"
        f" FROM statistical_return WHERE tenant_id = {me} AND NOT EXISTS"
        f" (SELECT 1 FROM statistical_return_file WHERE tenant_id = {me}) LIMIT 1".encode()
    )


def _give_token(city: City, owner: psycopg.Connection, me: str) -> None:
    if owner.execute(f"SELECT 1 FROM api_token WHERE tenant_id = {me}".encode()).fetchone():
        return
    with in_scope(scope.identity(), city.app):
        people.add_api_token(city.bureaus["SCJG"], "业务系统", frozenset(), now() + timedelta(days=1), "测试")
        db.session.commit()


def _owe(owner: psycopg.Connection, me: str) -> None:
    """A matter that it owes, and one that a partner asks it to take."""
    if owner.execute(f"SELECT 1 FROM owed_matter WHERE tenant_id = {me}".encode()).fetchone():
        return
    told = "campaign_name, draw_number, visit_number, entity_code, entity_name, entity_address, item_number, item_name"
    values = "'试', '试', v.number, v.entity_code, v.entity_name, '', '试-1', '试'"
    for whose, state in (("=", "open"), ("<>", "offered")):
        owner.execute(
            f"INSERT INTO owed_matter (tenant_id, visit_id, matter_id, lead_id, cause, reason, state, since, created_at, {told})"
            f" SELECT m.bureau_id, v.id, m.id, v.tenant_id, 'absent', '试', '{state}', now(), now(), {values}"
            f" FROM visit_matter m JOIN visit v ON v.id = m.visit_id WHERE m.bureau_id {whose} {me} ORDER BY m.id LIMIT 1".encode()
        )
    owner.execute(
        f"INSERT INTO owed_handover (tenant_id, owed_id, receiver_id, lead_id, visit_id, matter_id, reason, sent_at, sent_by, {told})"
        f" SELECT o.tenant_id, o.id, {me}, o.lead_id, o.visit_id, o.matter_id, '试', now(), '甲', {told.replace('campaign', 'o.campaign', 1)}"
        f" FROM owed_matter o WHERE o.tenant_id <> {me} LIMIT 1".encode()
    )


def _go_together(owner: psycopg.Connection, me: str) -> None:
    """Another bureau is asked to come along to one of its visits."""
    owner.execute(
        "INSERT INTO visit_combination (tenant_id, visit_id, receiver_id, visit_number, entity_id, entity_code, entity_name,"
        " entity_address, day, matters, asked_at, asked_by)"
        " SELECT v.tenant_id, v.id, b.id, v.number, v.entity_id, v.entity_code, v.entity_name, '', v.scheduled_on, '{}', now(), '甲'"
        f" FROM visit v JOIN bureau b ON b.id = ANY (v.party_ids) AND b.id <> {me} WHERE v.tenant_id = {me}"
        " ORDER BY v.id LIMIT 1 ON CONFLICT DO NOTHING".encode()
    )


def _keep_a_certificate(owner: psycopg.Connection, me: str) -> None:
    """As if the bureau were justice once, so that there is one of its own."""
    owner.execute(
        "INSERT INTO certificate (tenant_id, number, name, sort_key, body, kinds, area, expires_on, remark, updated_at)"
        f" SELECT {me}, '试-1', '试', 'shi', '', '', '', '2099-01-01', '', now()"
        f" WHERE NOT EXISTS (SELECT 1 FROM certificate WHERE tenant_id = {me})".encode()
    )


def _check_outside(owner: psycopg.Connection, me: str) -> None:
    """A check on paper, made outside the platform."""
    owner.execute(
        "INSERT INTO outside_check (tenant_id, origin, cause, kind, source, entity_code, entity_name, checked_on, entered, key,"
        " registered_at, registered_by, changed_at)"
        f" SELECT {me}, 'outside', 'down', 'daily', 'plan_line', '试', '试', '2020-01-01', false, '试', now(), '甲', now()"
        f" WHERE NOT EXISTS (SELECT 1 FROM outside_check WHERE tenant_id = {me})".encode()
    )


def _share(owner: psycopg.Connection, me: str) -> None:
    """A published item is offered to others."""
    owner.execute(
        "INSERT INTO item_template (tenant_id, number, note, shared_at, sharer_name)"
        f" SELECT tenant_id, number, '试', now(), '甲' FROM item WHERE tenant_id = {me} AND state = 'published'"
        f" AND NOT EXISTS (SELECT 1 FROM item_template WHERE tenant_id = {me}) ORDER BY number LIMIT 1".encode()
    )


def _do_to_many(owner: psycopg.Connection, me: str) -> None:
    """Something was done to many officers at once."""
    owner.execute(
        "INSERT INTO bulk_run (tenant_id, kind, action, params, total, asked_by, asked_at)"
        f" SELECT {me}, 'inspectors', 'suspend', '{{}}', 1, '甲', now()"
        f" WHERE NOT EXISTS (SELECT 1 FROM bulk_run WHERE tenant_id = {me})".encode()
    )


def _miss_a_word(owner: psycopg.Connection, me: str) -> None:
    """A word that the vocabulary of qualifications lacks."""
    owner.execute(
        "INSERT INTO qualification_proposal (tenant_id, name, reason, asked_by, asked_at)"
        f" SELECT {me}, '试', '试', '甲', now()"
        f" WHERE NOT EXISTS (SELECT 1 FROM qualification_proposal WHERE tenant_id = {me})".encode()
    )


def _be_assisted(owner: psycopg.Connection, me: str) -> None:
    """An expert on the list, who assists at a visit."""
    owner.execute(
        "INSERT INTO expert (tenant_id, kind, name, sort_key, organisation, title, qualifications, credential, remark, updated_at)"
        f" SELECT {me}, 'person', '试', '', '', '', '{{}}', '', '', now()"
        f" WHERE NOT EXISTS (SELECT 1 FROM expert WHERE tenant_id = {me})".encode()
    )
    owner.execute(
        "INSERT INTO visit_assistant (tenant_id, visit_id, expert_id, kind, name, organisation, title, bureau_name, added_by, added_at)"
        f" SELECT e.tenant_id, p.visit_id, e.id, 'person', '试', '', '', '', '甲', now() FROM expert e JOIN visit_party p"
        f" ON p.bureau_id = e.tenant_id WHERE e.tenant_id = {me}"
        f" AND NOT EXISTS (SELECT 1 FROM visit_assistant WHERE tenant_id = {me}) LIMIT 1".encode()
    )


def _be_away(owner: psycopg.Connection, me: str) -> None:
    """Leave of an officer, and a correction another asked for."""
    if owner.execute(f"SELECT 1 FROM inspector_leave WHERE tenant_id = {me}".encode()).fetchone():
        return
    officer = f" FROM inspector WHERE tenant_id = {me} LIMIT 1"
    owner.execute(
        "INSERT INTO inspector_leave (tenant_id, inspector_id, since, until, reason, noted_at, noted_by)"
        f" SELECT tenant_id, id, '2020-01-01', '2020-01-02', '试', now(), '甲'{officer}".encode()
    )
    owner.execute(
        "INSERT INTO inspector_request (tenant_id, inspector_id, kind, text, asked_by, asked_at)"
        f" SELECT tenant_id, id, 'correction', '试', '甲', now(){officer}".encode()
    )


def _be_trained(city: City, owner: psycopg.Connection, me: str) -> None:
    """Somebody who answers for the work, and a training."""
    if owner.execute(f"SELECT 1 FROM duty WHERE tenant_id = {me}".encode()).fetchone():
        return
    with city.acting("scjg.planner"):
        named = {"name": "甲某", "post": "副局长", "contact": "13900000077", "document": ""}
        officer_service.name_for_duty({**named, "role": "work_lead", "since": today()})
        held = {
            "title": "执法培训",
            "held_on": today(),
            "hours": 4,
            "place": "",
            "trainer": "",
            "content": "",
        }
        officer_service.save_training(None, {**held, "invited": [], "attended": []})


def _look_alike(owner: psycopg.Connection, me: str) -> None:
    """Two firms of market regulation that a review took for one."""
    owner.execute(
        "INSERT INTO duplicate_pair (tenant_id, first_id, second_id, likeness, found_at)"
        f" SELECT {me}, ids[1], ids[2], 'name', now() FROM (SELECT array_agg(id ORDER BY id) AS ids FROM"
        f" (SELECT id FROM entity WHERE kept_by = {me} ORDER BY id LIMIT 2) AS two) AS found"
        " ON CONFLICT DO NOTHING".encode()
    )
    # Once they were merged by mistake, which was taken back.
    owner.execute(
        "INSERT INTO entity_merge (tenant_id, gone_id, survivor_id, reason, at, actor_name, undone_at, undone_by, undone_reason)"
        f" SELECT {me}, first_id, second_id, '试验', now(), '甲', now(), '甲', '试验' FROM duplicate_pair"
        f" WHERE tenant_id = {me} AND NOT EXISTS (SELECT FROM entity_merge WHERE tenant_id = {me}) LIMIT 1".encode()
    )


def _photograph(owner: psycopg.Connection, me: str) -> None:
    """On a record that was accepted long since, so not by an officer."""
    owner.execute(
        "INSERT INTO record_photo (tenant_id, record_id, width, height, size, digest, content, thumbnail, added_at, added_by)"
        f" SELECT tenant_id, id, 4, 3, 1, 'none', 'x', 'x', now(), '试验' FROM record WHERE tenant_id = {me} LIMIT 1"
        " ON CONFLICT DO NOTHING".encode()
    )


def _hold_papers(owner: psycopg.Connection, me: str) -> None:
    """A page that was captured for a matter of a record."""
    owner.execute(
        "INSERT INTO record_paper (tenant_id, record_id, matter_id, kind, title, asked_on, added_at, added_by)"
        f" SELECT r.tenant_id, r.id, m.id, 'paper', '试', '2020-01-01', now(), '试验' FROM record r JOIN visit_matter m"
        f" ON m.visit_id = r.visit_id AND m.bureau_id = r.tenant_id WHERE r.tenant_id = {me}"
        f" AND NOT EXISTS (SELECT 1 FROM record_paper WHERE tenant_id = {me}) LIMIT 1".encode()
    )


def _save_view(city: City, owner: psycopg.Connection, me: str) -> None:
    if owner.execute(f"SELECT 1 FROM list_view WHERE tenant_id = {me}".encode()).fetchone():
        return
    with city.acting("scjg.planner"):
        list_views.save_view("registry.entities", "城区企业", {"kind": "91"}, shared=True)


def _plead(owner: psycopg.Connection, me: str) -> None:
    if owner.execute(f"SELECT 1 FROM draw_plea WHERE tenant_id = {me}".encode()).fetchone():
        return
    owner.execute(
        "INSERT INTO draw_plea (tenant_id, draw_id, object_code, slot, number, reason, asked_at, asked_by)"
        " SELECT s.tenant_id, s.draw_id, s.object_code, s.slot, 4, '试', now(), '甲' FROM team_slot s"
        f" WHERE s.tenant_id = {me} LIMIT 1".encode()
    )


def _belong(city: City, owner: psycopg.Connection, me: str) -> None:
    """A firm's place and licence, and a word of the vocabulary."""
    if owner.execute(f"SELECT 1 FROM tag WHERE tenant_id = {me}".encode()).fetchone():
        return
    firm = owner.execute(f"SELECT id FROM entity WHERE kept_by = {me} LIMIT 1".encode()).fetchone()
    assert firm is not None
    days = {"issued_on": None, "valid_to": None, "cancelled_on": None, "premises_number": None}
    with city.acting("scjg.planner"):
        found = entity_queries.entity(firm[0])
        place = {"name": "", "address": "示例路 1 号", "jurisdiction_code": found.jurisdiction_code}
        entity_service.save_premises(found, {**place, "closed_on": None, "note": ""})
        licence = {"kind": "食品经营许可证", "number": "试1", "issued_by": "示例市市场监管局", "note": ""}
        entity_service.save_licence(found, {**licence, **days})
        target_service.add_tag("试用", "", shared=False)
        target_service.save_factor("餐饮", 10, {"scope": "餐饮"})
        owner.execute(
            "INSERT INTO target_matter (tenant_id, entity_id, kind, name, listed_on)"
            f" SELECT tenant_id, entity_id, 'product', '试', now() FROM target WHERE tenant_id = {me} LIMIT 1".encode()
        )
    with city.acting("wsjk.planner"):
        scan = entity_service.read_evidence([("笔录.pdf", b"%PDF-1.7\n%%EOF\n")])
        entity_service.correct(entity_queries.entity(firm[0]), "address", "示例路 2 号", "现场检查", "", scan)
        target_service.suggest_bureau(
            [entity_queries.entity(firm[0])], city.bureaus["SCJG"], "由市场监管部门监管"
        )


def _stand_in(city: City, owner: psycopg.Connection, me: str) -> None:
    if owner.execute(f"SELECT 1 FROM stand_in WHERE tenant_id = {me}".encode()).fetchone():
        return
    agent, day = city.person("scjg.reviewer").user_id, today()
    with city.acting("scjg.planner") as here:
        assert here.actor_id is not None
        people.arrange(here.actor_id, agent, "leave", [Permission.PLAN_DRAFT], day, day, "年休假")


def _recuse(city: City, owner: psycopg.Connection, me: str) -> None:
    if owner.execute(f"SELECT 1 FROM recusal WHERE tenant_id = {me}".encode()).fetchone():
        return
    officer = owner.execute(f"SELECT id FROM inspector WHERE tenant_id = {me} LIMIT 1".encode()).fetchone()
    firm = owner.execute(f"SELECT code FROM entity WHERE kept_by = {me} LIMIT 1".encode()).fetchone()
    assert officer is not None and firm is not None
    with city.acting("scjg.planner"):
        officer_service.add_recusal(officer_queries.inspector(officer[0]), firm[0], "KIN", "亲属任负责人")
