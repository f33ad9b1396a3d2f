"""E-mail and channels: to a real mail server and a real receiver, retried, kept with what became of each."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.events.rules import is_signed
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.messages.models import Message
from onedoor.notifications import queries, service
from onedoor.notifications.models import NotificationDelivery
from onedoor.notifications.rules import EVENTS, Way
from tasks import runner, worker
from tasks.notifications import dispatch, in_their_language
from tests.fixtures.city import City
from tests.notifications.receivers import Mailbox, Receiver, made_certificate, mail_server, receiver

BELL, EMAIL, CHANNEL, DIGEST = Way.BELL, Way.EMAIL, Way.CHANNEL, Way.DIGEST


@contextmanager
def deployed(app: Flask, **settings: Any) -> Iterator[None]:
    """The application with other settings of the operator."""
    before = app.extensions["onedoor.config"]
    app.extensions["onedoor.config"] = replace(before, **settings)
    try:
        yield
    finally:
        app.extensions["onedoor.config"] = before


@pytest.fixture
def mail(app: Flask) -> Iterator[Mailbox]:
    with mail_server() as box:
        url = f"smtp://127.0.0.1:{box.port}"
        with deployed(app, mail_url=url, mail_from="onedoor@example.org", event_hosts=("127.0.0.1",)):
            yield box


@pytest.fixture
def group(app: Flask) -> Iterator[Receiver]:
    with receiver() as made, deployed(app, event_hosts=("127.0.0.1",)):
        yield made


def reach(city: City, who: str, email: str = "", mobile: str = "", language: str = "zh", **ways: Any) -> None:
    with city.acting(who):
        service.set_address(email, mobile, language)
        service.choose(ways)


def tell(city: City, *people: str, event: str = "invited", occasion: str = "1") -> None:
    ids = [city.person(one).user_id for one in people]
    with city.acting("scjg.head"):
        text = Sentence("催办：请在 %(day)s 前答复“%(name)s”的邀请", day="2026-12-01", name="餐饮抽查")
        messages.send_once(ids, text, "/campaigns/1", event, occasion)


def send(city: City) -> None:
    """What beat and the worker do."""
    worker.load_handlers()
    with city.app.app_context():
        dispatch()
        for _, job_id in runner.jobs_to_ring():
            runner.run(job_id)


def deliveries(city: City) -> list[tuple[str, str, int]]:
    with city.acting("scjg.head"):
        rows = db.session.scalars(sa.select(NotificationDelivery).order_by(NotificationDelivery.id))
        return [(one.way, one.state, one.attempts) for one in rows]


def due_again(city: City) -> None:
    """As if the wait were over."""
    with city.acting("scjg.head"):
        past = {"next_try_at": real_now() - timedelta(seconds=1)}
        db.session.execute(sa.update(NotificationDelivery).values(**past))


def test_a_mail_goes_out_once_in_the_persons_language(city: City, mail: Mailbox) -> None:
    reach(city, "scjg.planner", "planner@example.org", invited=[BELL, EMAIL])
    reach(city, "scjg.reviewer", "reviewer@example.org", language="en", invited=[EMAIL])
    reach(city, "scjg.operator", "operator@example.org", invited=[BELL])
    tell(city, "scjg.planner", "scjg.reviewer", "scjg.operator", "scjg.discloser")
    tell(city, "scjg.planner")
    send(city)
    send(city)
    by = {one["To"]: one for one in mail.took}
    assert set(by) == {"planner@example.org", "reviewer@example.org"} and len(mail.took) == 2
    text = by["planner@example.org"].get_content()
    assert "受邀参加联合抽查" in by["planner@example.org"]["Subject"]
    assert "请在 2026-12-01 前答复“餐饮抽查”的邀请" in text and "http://127.0.0.1/campaigns/1" in text
    english = by["reviewer@example.org"]
    assert "Invited to a joint check" in english["Subject"]
    assert "please answer the invitation" in english.get_content()
    assert deliveries(city) == [("email", "sent", 1)] * 2


def test_what_the_server_refuses_for_now_is_tried_again_and_for_good_is_not(
    city: City, mail: Mailbox
) -> None:
    reach(city, "scjg.planner", "planner@example.org", invited=[EMAIL])
    tell(city, "scjg.planner")
    mail.refuse = "451 later"
    send(city)
    assert deliveries(city) == [("email", "waiting", 1)]
    send(city)
    assert deliveries(city) == [("email", "waiting", 1)], "not before its time"
    due_again(city)
    mail.refuse = "550 nobody here"
    send(city)
    assert deliveries(city) == [("email", "failed", 2)] and mail.took == []


def test_nothing_is_sent_in_clear_to_a_server_nobody_vouched_for(city: City, app: Flask) -> None:
    reach(city, "scjg.planner", "planner@example.org", invited=[EMAIL])
    tell(city, "scjg.planner")
    with mail_server() as box:
        url = f"smtp://127.0.0.1:{box.port}"
        with deployed(app, mail_url=url, mail_from="onedoor@example.org", event_hosts=()):
            send(city)
    assert box.took == [] and deliveries(city) == [("email", "waiting", 1)]


def test_encrypted_and_signed_in_with_the_certificate_checked(
    city: City, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = made_certificate(tmp_path, "localhost")
    reach(city, "scjg.planner", "planner@example.org", invited=[EMAIL])
    tell(city, "scjg.planner")
    with mail_server(files) as box:
        url = f"smtp://onedoor:p%40ss@localhost:{box.port}"
        given = {"mail_url": url, "mail_from": "onedoor@example.org", "event_hosts": ("localhost",)}
        with deployed(app, **given):
            send(city)
            assert box.took == [] and deliveries(city) == [("email", "waiting", 1)], (
                "nobody knows its authority"
            )
            monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
            due_again(city)
            send(city)
    assert [one["X-Encrypted"] for one in box.took] == ["True"]


def test_a_digest_comes_once_a_day_with_everything_in_it(city: City, mail: Mailbox) -> None:
    reach(city, "scjg.planner", "planner@example.org", invited=[BELL, DIGEST], drawn=[DIGEST])
    tell(city, "scjg.planner")
    tell(city, "scjg.planner", occasion="2")
    tell(city, "scjg.planner", event="drawn")
    send(city)
    assert mail.took == []
    due_again(city)
    send(city)
    (digest,) = mail.took
    assert "今日通知 3 条" in digest["Subject"] and digest.get_content().count("/campaigns/1") == 3


def test_a_group_is_told_once_and_who_is_meant(city: City, group: Receiver) -> None:
    with city.acting("scjg.admin"):
        _, secret = service.add_channel("wecom", "工作群", group.url)
    reach(city, "scjg.planner", mobile="13900000001", invited=[CHANNEL])
    reach(city, "scjg.head", mobile="13900000002", invited=[CHANNEL])
    tell(city, "scjg.planner", "scjg.head")
    send(city)
    (post,) = group.took
    said = post.body["text"]
    assert said["mentioned_mobile_list"] == ["13900000001", "13900000002"]
    assert "受邀参加联合抽查" in said["content"] and "餐饮抽查" in said["content"]
    assert is_signed(secret, post.headers, post.raw, int(real_now().timestamp()))
    assert deliveries(city) == [("channel", "sent", 1)] * 2


def test_what_names_a_firm_stays_in_the_house(city: City, group: Receiver) -> None:
    with city.acting("scjg.admin"):
        service.add_channel("wecom", "工作群", group.url)
    reach(city, "scjg.planner", rescheduled=[CHANNEL], other=[CHANNEL])
    tell(city, "scjg.planner", event="rescheduled")
    tell(city, "scjg.planner", event="other")
    send(city)
    said = [post.body["text"]["content"] for post in group.took]
    assert len(said) == 2 and not any("餐饮抽查" in one for one in said)
    assert any("检查改期" in one for one in said)


def test_a_robot_of_dingtalk_gets_its_signature_and_its_refusal_is_seen(city: City, group: Receiver) -> None:
    with city.acting("scjg.admin"):
        service.add_channel("dingtalk", "钉钉群", group.url, "SECabc")
    reach(city, "scjg.planner", mobile="13900000001", invited=[CHANNEL])
    tell(city, "scjg.planner")
    group.answer = b'{"errcode":310000,"errmsg":"sign not match"}'
    send(city)
    assert deliveries(city) == [("channel", "waiting", 1)]
    asked = parse_qs(urlsplit(group.took[0].path).query)
    expected = hmac.new(b"SECabc", f"{asked['timestamp'][0]}\nSECabc".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(expected).decode()]
    assert group.took[0].body["at"]["atMobiles"] == ["13900000001"]
    group.answer = b'{"errcode":0}'
    due_again(city)
    send(city)
    assert deliveries(city) == [("channel", "sent", 2)]


def test_a_gateway_gets_a_text_for_each_phone(city: City, group: Receiver) -> None:
    with city.acting("scjg.admin"):
        service.add_channel("sms", "短信", group.url)
    reach(city, "scjg.planner", mobile="13900000001", invited=[CHANNEL])
    reach(city, "scjg.head", mobile="13900000002", invited=[CHANNEL])
    reach(city, "scjg.reviewer", invited=[CHANNEL])
    tell(city, "scjg.planner", "scjg.head", "scjg.reviewer")
    send(city)
    assert {post.body["mobile"] for post in group.took} == {"13900000001", "13900000002"}


def test_a_redirect_is_not_followed(city: City, group: Receiver) -> None:
    with city.acting("scjg.admin"):
        service.add_channel("wecom", "工作群", group.url)
    reach(city, "scjg.planner", invited=[CHANNEL])
    tell(city, "scjg.planner")
    group.status = 307
    send(city)
    assert len(group.took) == 1 and deliveries(city) == [("channel", "waiting", 1)]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("wecom", "https://example.org/send"),
        ("wecom", "https://oapi.dingtalk.com/robot/send"),
        ("sms", "https://qyapi.weixin.qq.com/x"),
        ("wecom", "http://qyapi.weixin.qq.com/x"),
        ("dingtalk", "https://127.0.0.1/x"),
        ("pigeon", "https://qyapi.weixin.qq.com/x"),
    ],
)
def test_only_what_the_operator_allows_is_a_channel(city: City, kind: str, url: str) -> None:
    with city.acting("scjg.admin"), pytest.raises(ClerkError):
        service.add_channel(kind, "工作群", url)


def test_the_bureaus_ways_hold_until_somebody_chooses(city: City) -> None:
    planner = city.person("scjg.planner").user_id
    with city.acting("scjg.admin"):
        service.set_defaults({"drawn": [BELL, CHANNEL]})
        assert queries.ways_of("drawn", [planner])[planner] == (BELL, CHANNEL)
        assert queries.ways_of("invited", [planner])[planner] == EVENTS["invited"].ways
    with city.acting("scjg.planner"):
        service.choose({"drawn": [DIGEST]})
    with city.acting("scjg.admin"):
        assert queries.ways_of("drawn", [planner])[planner] == (DIGEST,)
    with city.acting("scjg.planner"):
        service.choose({"drawn": [BELL, CHANNEL]})
        service.choose({"invited": list(EVENTS["invited"].ways)})
    with city.acting("scjg.admin"):
        service.set_defaults({"drawn": list(EVENTS["drawn"].ways)})
        assert queries.ways_of("drawn", [planner])[planner] == EVENTS["drawn"].ways
    with city.acting("yjgl.admin"):
        assert queries.bureau_ways() == {}


def test_who_wants_no_bell_finds_it_among_what_was_read(city: City) -> None:
    from onedoor.messages import queries as told
    from onedoor.notifications.service.acts import send as send_notice
    from onedoor.notifications.service.notices import Notice

    planner = city.person("scjg.planner")
    reach(city, "scjg.planner", invited=[])
    with city.acting("scjg.head"):
        notice = Notice(frozenset({planner.user_id}), Sentence("检查 %(number)s", number="1"), "/x", "1")
        assert send_notice("invited", notice) == 1 and send_notice("invited", notice) == 0
        mine = told.messages_to(planner.user_id, planner.permissions).where(Message.event == "invited")
        assert len(db.session.scalars(mine).all()) == 1
        assert db.session.scalars(mine.where(~told.is_read(planner.user_id))).all() == []


@pytest.mark.parametrize(
    ("email", "mobile"),
    [("nobody", ""), ("a@b", ""), ("a@b.c\nBcc: x@y.zz", ""), ("", "12345"), ("", "2390000000a")],
)
def test_an_address_that_cannot_be_is_refused(city: City, email: str, mobile: str) -> None:
    with city.acting("scjg.planner"), pytest.raises(ClerkError):
        service.set_address(email, mobile, "zh")


def test_an_address_is_sealed_and_nobody_elses_to_read(city: City, owner: Any) -> None:
    reach(city, "scjg.planner", "planner@example.org", "13900000001")
    planner = city.person("scjg.planner").user_id
    with city.acting("scjg.planner"):
        assert service.my_address() == ("planner@example.org", "13900000001", "zh")
    for who in ("scjg.admin", "yjgl.planner"):
        with city.acting(who):
            assert queries.address(planner) is None
    rows = owner.execute("SELECT email, mobile FROM notification_address").fetchall()
    assert rows and not any(b"example" in bytes(row[0]) or b"139" in bytes(row[1]) for row in rows)


def test_what_is_said_in_another_language_needs_no_request(app: Flask) -> None:
    with app.app_context():
        assert in_their_language("其他通知", None, "en") == "Other messages"
        assert in_their_language("其他通知", None, "zh") == "其他通知"
