"""Pages of a draw as answered: who may enter, what each state offers, files and streams."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import docx
import pytest
import sqlalchemy as sa
from flask import Flask, render_template_string

from onedoor.draws import queries, rules, service
from onedoor.draws.models import WitnessAttempt, WitnessInvitation
from onedoor.draws.service import outcome
from onedoor.draws.service.ceremony.countdown import TO_REVEAL
from onedoor.draws.source_strings import OF_A_SUBSTITUTE
from onedoor.kernel import clock, trace
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from onedoor.visits.rules.substitution import Hindrance, public_reason
from onedoor.web.draws import announcement, hall, labels
from onedoor.web.draws.word_document import Paper
from tenants import scope
from tests.draws_room.ceremony import JUSTICE, LEAD, Ceremony
from tests.fixtures.city import City
from tests.web.draws.conftest import Client, in_word


def read(client: Client, who: str | None, path: str) -> tuple[int, str]:
    answer = client(who).get(path)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_list_shows_each_bureau_its_own_draws(client: Client, city: City) -> None:
    one, other = Ceremony(city), Ceremony(city)
    one.create()
    other.create()
    with city.acting("scjg.operator"):
        number = queries.draw(one.draw_id).number
    for who in ("scjg.operator", "yjgl.planner", "sfj.supervisor"):
        assert number in read(client, who, "/draws")[1]
    assert number not in read(client, "wsjk.planner", "/draws")[1]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/hall",
        "/events",
        "/secret",
        "/announcement",
        "/announcement.docx",
        "/texts.json",
        "/void",
        "/give-up",
    ],
)
def test_another_bureau_finds_nothing(client: Client, ceremony: Ceremony, path: str) -> None:
    ceremony.open()
    for who in ("wsjk.planner", "wsjk.operator"):
        status, _ = read(client, who, f"/draws/{ceremony.draw_id}{path}")
        assert status in (403, 404)
    assert read(client, "scjg.operator", f"/draws/{uuid4()}")[0] == 404


@pytest.mark.parametrize(
    "act", ["witnesses", "countdown", "close", "reveal-system", "watch", "void", "give-up"]
)
def test_another_bureaus_operator_acts_on_nothing(client: Client, ceremony: Ceremony, act: str) -> None:
    ceremony.open()
    stranger = client("wsjk.operator")
    answer = stranger.post(
        f"/draws/{ceremony.draw_id}/{act}", data={"who": "某人", "reason": "无", "seconds": "60"}
    )
    assert answer.status_code == 404
    partner = client("yjgl.operator")
    answer = partner.post(
        f"/draws/{ceremony.draw_id}/{act}", data={"who": "某人", "reason": "无", "seconds": "60"}
    )
    assert answer.status_code in (404, 422)
    with ceremony.city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).state == "open"
        assert queries.invitations(ceremony.draw_id) == []


def test_before_the_plan_the_page_says_for_whom_it_waits(client: Client, ceremony: Ceremony) -> None:
    ceremony.create()
    _, text = read(client, "scjg.operator", f"/draws/{ceremony.draw_id}")
    assert "等待示范市应急管理局冻结名单。" in text
    assert "等待示范市司法局提交承诺，请提醒对方。" in text
    assert "提交承诺" in read(client, "sfj.supervisor", f"/draws/{ceremony.draw_id}")[1]


def test_the_page_shows_counts_by_stratum_and_why_rows_were_left_out(
    client: Client, ceremony: Ceremony
) -> None:
    """R-D2: who was left out, and why, is part of it."""
    ceremony.open()
    _, text = read(client, "yjgl.planner", f"/draws/{ceremony.draw_id}")
    assert "已注销、吊销或迁出 3户" in text
    assert "企业" in text and "个体工商户" in text
    assert "截止见证" not in text.split('id="draw-state"')[0]


def test_the_operator_walks_the_ceremony_by_the_next_step(client: Client, ceremony: Ceremony) -> None:
    ceremony.open()
    path = f"/draws/{ceremony.draw_id}"
    operator = client("scjg.operator")
    answer = operator.post(f"{path}/witnesses", data={"who": "赵见证（政协委员）"}, follow_redirects=True)
    link = re.search(r"/witness/[0-9a-f]{32}", answer.get_data(as_text=True))
    assert link is not None
    assert client().post(link[0], data={"text": "公平"}, follow_redirects=True).status_code == 200
    operator.post(f"{path}/witnesses", data={"who": "钱见证（记者）"})
    assert "公平" in operator.get(path).get_data(as_text=True)
    assert operator.post(f"{path}/close").status_code == 303
    # The closing has revealed for the platform: there is nothing to press.
    assert "揭示本平台随机数" not in operator.get(path).get_data(as_text=True)
    assert operator.post(f"{path}/reveal-system").status_code == 303
    assert f"等待{JUSTICE}揭示，各方揭示后自动抽取。" in operator.get(path).get_data(as_text=True)
    justice = client("sfj.supervisor")
    answer = justice.post(f"{path}/reveal", data={"nonce": "00" * 32})
    assert (answer.status_code, "与当初的承诺不一致" in answer.get_data(as_text=True)) == (422, True)
    assert justice.post(f"{path}/reveal", data={"nonce": ceremony.nonce.hex()}).status_code == 303
    ceremony.run()
    text = operator.get(path).get_data(as_text=True)
    assert "抽中的检查对象和检查组" in text
    # Who watched and said nothing signs as well, and the public page does not name them.
    record = operator.get(f"{path}/announcement").get_data(as_text=True)
    assert "随机抽取结果公告" in record and record.count("钱见证（记者）") == 2
    paper = docx.Document(io.BytesIO(operator.get(f"{path}/announcement.docx").get_data()))
    signed = [each.text for each in paper.paragraphs if each.text.endswith("：____________________")]
    assert [each.split("：")[0] for each in signed] == [
        "抽取人",
        JUSTICE,
        "赵见证（政协委员）",
        "钱见证（记者）",
    ]
    # A mean of doors is written alike wherever it stands.
    with ceremony.city.acting("scjg.operator"):
        counts = queries.counts(ceremony.draw_id)
    assert counts is not None
    alone = f"{counts.independent_doors:,.2f}"
    hall_page, public = (
        operator.get(f"{path}/hall").get_data(as_text=True),
        read(client, None, f"/open{path}")[1],
    )
    for each in (text, hall_page, record, public, "".join(each.text for each in paper.paragraphs)):
        assert re.search(rf"\D{alone}\D", each)
    # What they sign, and what to look at first, stands on both.
    for signing in (record, "".join(each.text for each in paper.paragraphs)):
        assert "签字前请核对登记簿最后一条的条号和指纹" in signing
    assert "钱见证" not in read(client, None, f"/open/draws/{ceremony.draw_id}")[1]


def test_before_the_announced_time_nothing_is_offered_that_would_be_refused(
    client: Client, ceremony: Ceremony
) -> None:
    """The time and the reason instead of a button; on the witness's phone the same time."""
    ceremony.open()
    token, path, operator = (
        ceremony.invite("秦见证（记者）"),
        f"/draws/{ceremony.draw_id}",
        client("scjg.operator"),
    )
    assert operator.post(f"{path}/countdown", data={"seconds": "600"}).status_code == 303
    for place in ("", "/hall"):
        text = operator.get(path + place).get_data(as_text=True)
        assert f'action="{path}/close' not in text
        assert "还没有提交寄语的：秦见证（记者）" in text
    with ceremony.city.acting("scjg.operator"):
        until = queries.moment(ceremony.draw_id)["until"]
    _status, phone = read(client, None, f"/witness/{token}")
    assert f'data-until="{until}"' in phone
    ceremony.speak(token, "都说完了")
    assert f'action="{path}/close' in operator.get(path).get_data(as_text=True)
    ceremony.close()
    assert operator.post(f"{path}/countdown", data={"seconds": "60"}).status_code == 303
    for place in ("", "/hall"):
        text = operator.get(path + place).get_data(as_text=True)
        assert f'action="{path}/reveal-system' not in text and f"等待{JUSTICE}揭示" in text
    _status, justice = read(client, "sfj.supervisor", f"{path}/secret")
    assert re.search(r"data-do-reveal disabled data-opens=", justice)


def test_a_form_that_is_wrong_is_shown_again_and_changes_nothing(client: Client, ceremony: Ceremony) -> None:
    ceremony.open()
    operator = client("scjg.operator")
    assert operator.post(f"/draws/{ceremony.draw_id}/witnesses", data={"who": ""}).status_code == 422
    answer = operator.post(f"/draws/{ceremony.draw_id}/void", data={"reason": ""})
    assert answer.status_code == 422
    justice = client("sfj.supervisor")
    assert justice.post(f"/draws/{ceremony.draw_id}/commit", data={"digest": "短"}).status_code == 422
    with ceremony.city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).state == "open"


def test_a_form_shown_again_follows_the_draw_and_not_its_own_address(
    client: Client, ceremony: Ceremony
) -> None:
    """The live part asks for the draw's page: the address of the form takes no GET."""
    ceremony.open()
    shown = client("scjg.operator").post(f"/draws/{ceremony.draw_id}/witnesses", data={"who": ""})
    assert f'hx-get="/draws/{ceremony.draw_id}"' in shown.get_data(as_text=True)


def test_a_void_draw_says_what_to_do_and_asks_nobody_to_reveal(client: Client, ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    path, operator = f"/draws/{ceremony.draw_id}", client("scjg.operator")
    assert operator.post(f"{path}/void", data={"reason": "司法局没有揭示"}).status_code == 303
    assert "在任务页面再次抽取，或者取消任务。" in operator.get(path).get_data(as_text=True)
    kept = client("sfj.supervisor").get(f"{path}/secret").get_data(as_text=True)
    assert "本次抽取已作废，不再揭示" in kept and "请回到本页核对并揭示" not in kept
    former = ceremony.draw_id
    ceremony.create("上一次抽取已作废", ("XFJY",))
    again = operator.get(f"/draws/{ceremony.draw_id}").get_data(as_text=True)
    assert "这项任务的各次抽取" in again and f"/draws/{former}" in again


def test_of_many_drawn_the_hall_shows_the_first_and_where_all_are(
    client: Client, ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each watcher of each hall gets them: tens of thousands stay on the public page."""
    ceremony.whole()
    with ceremony.city.acting("scjg.operator"):
        codes = [each.code for each in queries.outcome(ceremony.draw_id).objects]
    path = f"/draws/{ceremony.draw_id}/hall"
    _, whole = read(client, "yjgl.planner", path)
    assert all(f"<code>{code}</code>" in whole or f"<strong>{code}</strong>" in whole for code in codes)
    assert "全部见公示页" not in whole
    monkeypatch.setattr(hall, "SHOWN", 2)
    _, some = read(client, "yjgl.planner", path)
    assert [code for code in codes if code in some] == codes[:2]
    assert (
        f"共 {len(codes)} 户，这里列出前 2 户。" in some and f'href="/open/draws/{ceremony.draw_id}"' in some
    )


def test_who_withheld_is_named_to_everybody(
    client: Client, ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by the lead's words alone; nobody is said to have withheld who had no time to reveal."""
    for waited, wanted in (
        (timedelta(0), "没有等到揭示"),
        (TO_REVEAL, f"没有揭示，这次抽取因此没有结果：{JUSTICE}"),
    ):
        made = Ceremony(ceremony.city)
        made.open()
        made.close()
        later = SimpleNamespace(now=lambda waited=waited: clock.now() + waited)
        with ceremony.city.acting("scjg.operator"), monkeypatch.context() as patched:
            patched.setattr(outcome, "clock", later)
            service.void(made.draw_id, "设备损坏")
        for who, path in ((None, f"/open/draws/{made.draw_id}"), ("yjgl.planner", f"/draws/{made.draw_id}")):
            _, text = read(client, who, path)
            assert wanted in text and ("因此没有结果" in text) is bool(waited), path
            assert "已承诺" not in text
        # The browser's verifier has its sentence for it.
        _, text = read(client, None, f"/open/draws/{made.draw_id}/verify")
        assert "void-unrevealed" in text


def test_files_are_downloaded_as_they_were_published(client: Client, ceremony: Ceremony) -> None:
    ceremony.whole()
    partner = client("yjgl.planner")
    with ceremony.city.acting("yjgl.planner"):
        listed = queries.files(ceremony.draw_id)
    names = {"plan.json", "proof.json", "register.jsonl", f"pool-{LEAD}.txt"}
    assert names <= {file.name for file in listed}
    for file in listed:
        content = partner.get(f"/draws/{ceremony.draw_id}/files/{file.name}").data
        assert hashlib.sha256(content).hexdigest() == file.digest
    assert partner.get(f"/draws/{ceremony.draw_id}/files/else.txt").status_code == 404


def test_a_roster_with_recusals_is_downloaded_by_the_leads_operator_alone(
    client: Client, ceremony: Ceremony
) -> None:
    """access.md, "inspectors: … recusals"; who took it stands in the lead's log."""
    ceremony.open()
    page = f"/draws/{ceremony.draw_id}"
    for who in ("scjg.planner", "yjgl.operator", "wsjk.operator", "sfj.supervisor"):
        assert client(who).get(f"{page}/files/roster.txt").status_code == 404, who
    for who in ("scjg.planner", "yjgl.operator"):
        shown = client(who).get(page).get_data(as_text=True)
        assert "写有谁与哪一户回避，不公开" in shown and "files/roster.txt" not in shown
        assert "回避 1 条（亲属关系 1）" in shown
    operator = client("scjg.operator")
    assert "files/roster.txt" in operator.get(page).get_data(as_text=True)
    answer = operator.get(f"{page}/files/roster.txt")
    assert answer.data.startswith(b"onedoor-roster/1\t") and b"\n!\t" in answer.data
    assert answer.headers["Cache-Control"] == "no-store"
    with ceremony.city.acting("scjg.operator"):
        taken = sa.select(AuditEntry.actor_name).where(
            AuditEntry.event == "draws.roster.take", AuditEntry.subject_id == ceremony.draw_id
        )
        assert len(db.session.scalars(taken).all()) == 1


def test_the_record_has_everything_to_compare_with_what_one_noted(client: Client, ceremony: Ceremony) -> None:
    """Parties and witnesses sign numbers and full digests (draw.md, "Register"); on paper and in Word the same."""
    ceremony.whole()
    with ceremony.city.acting("scjg.operator"):
        board = queries.board(ceremony.draw_id)
    path = f"/draws/{ceremony.draw_id}/announcement"
    paper = client("scjg.operator").get(path).get_data(as_text=True)
    written = in_word(client("scjg.operator").get(f"{path}.docx").data)
    digests = [entry["own"] for entry in board["register"]]
    digests += [board["plan_digest"], board["texts_digest"], board["proof_digest"]]
    digests += [each[kind] for each in board["committers"] for kind in ("commit", "nonce")]
    for digest in digests:
        grouped = " ".join(labels.groups(digest))
        assert grouped in paper and grouped in written
    for text in (
        "张见证（人大代表）",
        "公开公正",
        "李观察（记者）",
        "签字确认",
        f"/open/draws/{ceremony.draw_id}",
    ):
        assert text in paper and text in written
    assert f"第 {board['register'][-1]['n']} 条" in written


def test_the_word_record_tells_what_became_of_the_drawn() -> None:
    """As its page does: substitutes, replaced and missing people, who is not visited after all (R-D6)."""
    people = {"object": "A1", "object_name": "甲店", "leaves": "I1", "leaves_name": "赵一"}
    changes = [
        {"kind": "substitute", "leaves": "A1", "leaves_name": "甲店", "comes": "B2", "comes_name": "", "reason": "注销"},
        people | {"kind": "replace", "comes": "I2", "comes_name": "钱二", "reason": "病假"},
        people | {"kind": "fill", "leaves": None, "leaves_name": "", "comes": None, "comes_name": "", "reason": "无人"},
    ]  # fmt: skip
    # The first as a former release published it; the second is visited by the others all the same.
    off = [
        {"object": "C3", "reason": "停业"},
        {"object": "D4", "object_name": "丁店", "bureaus": ["甲局", "乙局"], "reason": "移交"},
    ]
    paper = Paper()
    announcement.afterwards(paper, {"changes": changes, "called_off": off})
    result = [each.text for each in docx.Document(io.BytesIO(paper.bytes())).paragraphs]
    assert result[1:4] == [
        "改由替补对象 甲店 → B2（注销）",
        "更换人员 甲店：赵一 → 钱二（病假）",
        "补派人员 甲店：空缺 → —（无人）",
    ]
    assert result[-2:] == ["已取消检查 C3（停业）", "甲局、乙局不检查 丁店（移交）"]
    paper = Paper()
    announcement.afterwards(paper, {"changes": [], "called_off": off[:1] * 103})
    assert "另有 3 项" in docx.Document(io.BytesIO(paper.bytes())).paragraphs[-1].text


def test_reasons_that_the_product_writes_are_said_in_english(ceremony: Ceremony) -> None:
    """The log keeps them in Chinese; what people typed stays as they typed it."""
    with ceremony.city.app.test_request_context("/?lang=en"):
        result = {kind: labels.reason(public_reason(kind, "搬走了")) for kind in Hindrance}
        assert result.pop(Hindrance.OTHER) == "Another reason: 搬走了"
        assert not any("\u4e00" <= char <= "\u9fff" for text in result.values() for char in text), result
        assert labels.reason(OF_A_SUBSTITUTE) == "The team of a substitute"
        assert labels.reason("病假") == "病假"
        paper = Paper()
        filled = {"kind": "fill", "object": "A1", "leaves": None, "comes": "I2", "reason": OF_A_SUBSTITUTE}
        announcement.afterwards(paper, {"changes": [filled], "called_off": []})
        text = "".join(each.text for each in docx.Document(io.BytesIO(paper.bytes())).paragraphs)
        assert "The team of a substitute" in text
        board = {"unit": "entity", "changes": [filled]}
        page = render_template_string(
            '{% import "draws/parts.html" as parts with context %}{{ parts.changes(board.changes, words) }}',
            board=board,
            words=labels.vocabulary(),
        )
        assert "The team of a substitute" in page
    with ceremony.city.app.test_request_context("/"):
        assert labels.reason(OF_A_SUBSTITUTE) == OF_A_SUBSTITUTE


def test_the_word_record_marks_in_its_list_what_became_of_an_object() -> None:
    one = {"name": "甲店", "code": "A1", "lists": ["L"], "team": [], "unfilled": []}
    drawn = announcement._drawn({"objects": [one | {"off": "part"}, one | {"off": "whole"}, one]})
    assert [row[1] for row in drawn] == ["甲店 A1\n（部分部门不检查）", "甲店 A1\n（已取消检查）", "甲店 A1"]


def test_anybody_reads_the_register(client: Client, ceremony: Ceremony) -> None:
    ceremony.open()
    entries = rules.parse_register(client().get("/register.jsonl").data)
    assert entries[-1]["line"] == ceremony.line


def test_a_wrong_witness_link_is_not_found(client: Client, city: City) -> None:
    status, text = read(client, None, f"/witness/{'0' * 32}")
    assert (status, "核对链接" in text) == (404, True)


def test_a_refused_text_is_shown_again_and_its_try_counted(client: Client, ceremony: Ceremony) -> None:
    ceremony.open()
    token = ceremony.invite("钱见证（记者）")
    assert "1 至 200 个字" in client().post(f"/witness/{token}", data={"text": " "}).get_data(as_text=True)
    who = WitnessInvitation.who == "钱见证（记者）"
    joined = WitnessInvitation.id == WitnessAttempt.invitation_id
    with ceremony.city.acting("scjg.operator"):
        query = sa.select(WitnessAttempt.outcome).join(WitnessInvitation, joined).where(who)
        assert db.session.scalars(query).all() == ["unfit"]


def test_the_public_hall_opens_when_the_lead_says_so(client: Client, ceremony: Ceremony) -> None:
    ceremony.open()
    path = f"/hall/{ceremony.draw_id}"
    assert read(client, None, path)[0] == 404
    assert read(client, None, f"{path}/events")[0] == 404
    client("scjg.operator").post(f"/draws/{ceremony.draw_id}/watch", data={"watchable": "1"})
    assert read(client, None, path)[0] == 200
    public = f"/open/draws/{ceremony.draw_id}"
    assert path in read(client, None, public)[1]
    ceremony.close()
    assert '<li class="" aria-current="step">截止见证，揭示</li>' in read(client, None, path)[1]
    # R-D4, nobody can go back: who shuts the doors between texts and reveals says why, and all parties read it.
    own = f"/draws/{ceremony.draw_id}"
    assert client("scjg.operator").post(f"{own}/watch", data={"watchable": "0"}).status_code == 409
    assert read(client, "scjg.operator", f"{own}/shut")[0] == 200
    assert client("scjg.operator").post(f"{own}/shut", data={"reason": " "}).status_code == 422
    assert read(client, None, path)[0] == 200
    assert client("scjg.operator").post(f"{own}/shut", data={"reason": "现场秩序需要"}).status_code == 303
    assert read(client, None, path)[0] == 404
    assert "关闭公众观看：现场秩序需要" in read(client, "sfj.supervisor", own)[1]
    assert path not in read(client, None, public)[1]
    with ceremony.city.acting("wsjk.planner"):
        assert not any("现场秩序需要" in step.text for step in trace.of(ceremony.draw_id))


def test_a_stream_tells_every_change_and_ends_with_the_draw(
    ceremony: Ceremony, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks on a connection of its own for a moment, and holds none while it waits."""
    monkeypatch.setattr(hall, "LOOK_EVERY", 0)
    ceremony.open()
    with app.app_context():
        pool = db.engines[None].pool
    assert isinstance(pool, sa.QueuePool)
    with ceremony.city.acting("scjg.operator") as entered:
        pass
    with app.test_request_context():
        stream = hall._changes(app, entered, ceremony.draw_id)
        assert next(stream).startswith("retry")
        first = next(stream)
        assert pool.checkedout() == 0
        ceremony.close()
        second = next_event(stream)
        ceremony.reveal()
        ceremony.run()
        rest = list(stream)
    assert first.startswith("event: state") and second.startswith("event: state") and first != second
    assert rest[-1] == "event: end\ndata: ended\n\n"


def next_event(stream) -> str:
    """The next thing said that is no sign of life."""
    return next(said for said in stream if not said.startswith("event: still"))


def test_beyond_its_places_a_stream_is_refused_so_that_the_server_stays_free(
    client: Client, ceremony: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    ceremony.open()
    operator = client("scjg.operator")
    taken = [hall.PLACES.acquire(blocking=False) for _ in range(6)]
    try:
        assert operator.get(f"/draws/{ceremony.draw_id}/events").status_code == 204
    finally:
        for one in taken:
            if one:
                hall.PLACES.release()


def test_nothing_of_a_draw_is_public_before_its_plan(client: Client, ceremony: Ceremony) -> None:
    ceremony.freeze()
    with ceremony.city.acting("scjg.operator"):
        service.let_watch(ceremony.draw_id, True)
    assert read(client, None, f"/hall/{ceremony.draw_id}")[0] == 404
    with in_scope(scope.public(), ceremony.city.app):
        assert queries.glance(ceremony.draw_id) is None
