"""Outgoing events: read by number, sent signed and in order, again until taken, replayed from a number (issue 24)."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from onedoor.events import queries, receiver_client, service
from onedoor.events.models import EventDelivery, EventSubscription
from onedoor.events.rules import DeliveryOutcome, is_signed
from onedoor.kernel import audit, audit_chain
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import Job, JobName
from onedoor.messages.models import Message
from tasks import events as event_jobs
from tenants.rules import Permission
from tests.api.test_registry_loads import token
from tests.fixtures.city import City

SECRET = re.compile(r"<code>(whsec_[\w+/=]{44})</code>")


class Receiver:
    """A bureau's system that takes events, for real: answers with `status`, and keeps what came."""

    def __init__(self) -> None:
        self.status, self.location = 204, ""
        self.messages: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append(({name.lower(): text for name, text in self.headers.items()}, body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def numbers(self) -> list[int]:
        """The numbers of all events that came, in the order they came."""
        return [one["number"] for _headers, body in self.messages for one in json.loads(body)["events"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module", autouse=True)
def allowed(city: City) -> Iterator[None]:
    """The operator allows this machine."""
    config = city.app.extensions["onedoor.config"]
    city.app.extensions["onedoor.config"] = dataclasses.replace(config, event_hosts=("127.0.0.1",))
    yield
    city.app.extensions["onedoor.config"] = config


@pytest.fixture(scope="module")
def own(city: City) -> dict[str, str]:
    return token(city, "SCJG", Permission.BUREAU_READ)


@pytest.fixture(scope="module")
def others(city: City) -> dict[str, str]:
    return token(city, "YJGL", Permission.BUREAU_READ)


def happen(city: City, *events: str, kind: str = "visit", name: str = "示例食品有限公司") -> list[str]:
    """Acts of market regulation, sealed; returns the ids of what they are about."""
    made = []
    with city.acting("scjg.planner"):
        for event in events:
            subject = new_id()
            audit.record(event, (kind, subject), name, after={"who": "示例甲"})
            made.append(str(subject))
    with city.app.app_context():
        audit_chain.seal()
    return made


def subscribed(city: City, receiver: Receiver, *things: str) -> tuple[UUID, str]:
    with city.acting("scjg.admin"):
        made, secret = service.subscribe("本局业务系统", receiver.url, things or ("visit", "draw"))
        return made.id, secret


def send(city: City, subscription_id: UUID) -> dict[str, Any]:
    with city.acting("scjg.admin"):
        return service.deliver(subscription_id)


def test_events_are_read_by_number_and_name_nobody(
    city: City, own: dict[str, str], others: dict[str, str]
) -> None:
    header, client = own, city.client()
    place = "/api/v1/events/"
    before = client.get(f"{place}?size=1000", headers=header).get_json()["next"]
    visit, draw, _stays, firm = [
        *happen(city, "visits.visit.begin", "draws.draw.create", "visits.complainant.reveal"),
        *happen(city, "visits.visit.schedule", kind="entity"),
    ]
    answer = client.get(f"{place}?after={before}", headers=header)
    text, page = answer.get_data(as_text=True), answer.get_json()
    assert [one["event"] for one in page["items"]] == [
        "visits.visit.begin",
        "draws.draw.create",
        "visits.visit.schedule",
    ]
    assert page["items"][0]["id"] == visit and page["items"][0]["address"] == f"/api/v1/visits/{visit}"
    assert page["items"][2]["id"] is None and firm not in text, "no visit names its firm"
    assert "示例" not in text and draw in text
    numbers = [one["number"] for one in page["items"]]
    assert numbers == sorted(numbers) and page["next"] == numbers[-1] and page["more"] is False
    part = client.get(f"{place}?after={before}&size=1", headers=header).get_json()
    assert part["more"] is True and part["next"] == numbers[0]
    only = client.get(f"{place}?after={before}&thing=visit", headers=header).get_json()["items"]
    assert {one["thing"] for one in only} == {"visit"}
    assert visit not in client.get(f"{place}?size=1000", headers=others).get_data(as_text=True)
    assert client.get(f"{place}?after=-1", headers=header).status_code == 422
    assert client.get(f"{place}?thing=user", headers=header).status_code == 422


def test_what_happens_is_sent_signed_in_order_and_once(city: City, receiver: Receiver) -> None:
    happen(city, "visits.visit.begin")
    subscription, secret = subscribed(city, receiver)
    happen(city, *["visits.visit.begin"] * 130, "plans.plan.submit")
    assert send(city, subscription) == {"sent": 130}, "from now on, and only what was asked for"
    assert len(receiver.messages) == 2, "a hundred at once"
    headers, body = receiver.messages[0]
    at = int(time.time())
    assert is_signed(secret, headers, body, at) and not is_signed(secret, headers, body + b" ", at)
    assert "示例" not in body.decode() and json.loads(body)["subscription"] == str(subscription)
    assert receiver.numbers() == sorted(set(receiver.numbers()))
    assert send(city, subscription) == {"sent": 0} and len(receiver.messages) == 2
    with city.acting("scjg.admin"):
        found = queries.subscription(subscription)
        assert found.position == receiver.numbers()[-1]
        kept = (
            db.session.connection().exec_driver_sql("SELECT secret FROM event_subscription").scalars().all()
        )
        assert all(secret.encode() not in one for one in kept), "the secret is sealed"


def test_what_was_not_taken_comes_again_with_the_same_number_and_is_paused_at_last(
    city: City, receiver: Receiver
) -> None:
    subscription, secret = subscribed(city, receiver)
    receiver.status = 500
    happen(city, "visits.visit.begin")
    send(city, subscription)
    with city.acting("scjg.admin"):
        found = queries.subscription(subscription)
        assert found.failures == 1 and found.next_try_at is not None and found.next_try_at > real_now()
        found.next_try_at = real_now()
    receiver.status = 200
    assert send(city, subscription) == {"sent": 1}
    (first, body), (second, again) = receiver.messages
    assert first["webhook-id"] == second["webhook-id"] and body == again
    assert is_signed(secret, second, again, int(time.time()))
    receiver.status = 503
    happen(city, "visits.visit.begin")
    send(city, subscription)
    with city.acting("scjg.admin"):
        queries.subscription(subscription).failing_since = real_now() - timedelta(days=2, minutes=1)
    send(city, subscription)
    with city.acting("scjg.admin"):
        assert queries.subscription(subscription).state == "paused"
        told = db.session.query(Message).filter_by(link=f"/settings/events/{subscription}").one()
        assert "503" in told.text
        sent = db.session.scalars(queries.deliveries(subscription).order_by(EventDelivery.id)).all()
        assert [one.outcome for one in sent] == ["refused", "taken", "refused", "refused"]
        service.resume(subscription)
    receiver.status = 200
    assert send(city, subscription) == {"sent": 1}, "nothing was lost meanwhile"


def test_redirects_are_not_followed_and_names_of_inner_machines_are_not_spoken_to(
    city: City, receiver: Receiver
) -> None:
    other = Receiver()
    try:
        receiver.status, receiver.location = 307, other.url
        answer = receiver_client.post(receiver.url, b"{}", {}, ("127.0.0.1",))
        assert (answer.outcome, answer.status) == (DeliveryOutcome.REFUSED, 307) and not other.messages
        # A name that leads inside is found out when it is looked up, not before.
        inside = receiver_client.post(
            other.url.replace("http://127.0.0.1", "https://localhost.localdomain"), b"{}", {}, ()
        )
        assert inside.outcome == DeliveryOutcome.UNREACHABLE and not other.messages
        gone = other.url
    finally:
        other.server.shutdown()
        other.server.server_close()
    assert receiver_client.post(gone, b"{}", {}, ("127.0.0.1",)).outcome == DeliveryOutcome.UNREACHABLE


def test_jobs_send_what_is_due(city: City, receiver: Receiver) -> None:
    subscription, _secret = subscribed(city, receiver, "owed")
    with city.app.app_context():
        event_jobs.dispatch()
        happen(city, "owed.matter.register", kind="owed")
        event_jobs.dispatch()
        event_jobs.dispatch()
    with city.acting("scjg.admin"):
        asked = db.session.query(Job).filter_by(name=JobName.DELIVER_EVENTS, subject_id=subscription).all()
        assert len(asked) == 1, "asked for once"
        assert event_jobs.deliver(asked[0].payload, None) == {"sent": 1}  # type: ignore[arg-type]
    assert len(receiver.numbers()) == 1


def test_events_are_replayed_from_a_number_by_page_and_by_token(
    city: City, receiver: Receiver, own: dict[str, str], others: dict[str, str]
) -> None:
    subscription, _secret = subscribed(city, receiver, "filing")
    happen(city, *["filing.filing.note"] * 3, kind="filing")
    send(city, subscription)
    first = receiver.numbers()
    header, place = own, f"/api/v1/events/subscriptions/{subscription}"
    client = city.client()
    answer = client.post(f"{place}/replay", headers=header, json={"after": first[0]})
    assert answer.status_code == 200 and answer.get_json()["position"] == first[0]
    send(city, subscription)
    assert receiver.numbers() == [*first, *first[1:]]
    admin = city.client("scjg.admin")
    assert admin.post(f"/settings/events/{subscription}/replay", data={"after": "0"}).status_code == 303
    assert send(city, subscription)["sent"] >= 3
    assert client.post(f"{place}/replay", headers=header, json={"after": 10**12}).status_code == 422
    assert admin.post(f"/settings/events/{subscription}/replay", data={"after": "x"}).status_code == 422
    stranger = others
    for path in (place, f"{place}/deliveries"):
        assert client.get(path, headers=header).status_code == 200
        assert client.get(path, headers=stranger).status_code == 404
    assert client.post(f"{place}/replay", headers=stranger, json={"after": 0}).status_code == 404
    assert city.client("yjgl.admin").get(f"/settings/events/{subscription}").status_code == 404
    assert admin.post(f"/settings/events/{subscription}/pause").status_code == 303
    assert client.post(f"{place}/replay", headers=header, json={"after": 0}).status_code == 409
    assert client.get(place, headers=header).get_json()["state"] == "paused", "its administrator resumes"


def test_the_administrator_subscribes_sees_the_secret_once_and_ends_it(
    city: City, receiver: Receiver
) -> None:
    admin = city.client("scjg.admin")
    given = {"name": "数据交换", "url": receiver.url, "things": ["visit"]}
    for change, word in (
        ({"url": "https://10.0.0.1/"}, "内部网络"),
        ({"url": "http://example.org/"}, "https://"),
        ({"things": []}, "至少选择"),
        ({"name": ""}, ""),
    ):
        refused = admin.post("/settings/events", data={**given, **change})
        assert refused.status_code == 422 and word in refused.get_data(as_text=True)
    answer = admin.post("/settings/events", data=given)
    found = SECRET.search(answer.get_data(as_text=True))
    assert found is not None and answer.headers["Cache-Control"] == "no-store"
    page = admin.get("/settings/events").get_data(as_text=True)
    assert "数据交换" in page and found[1] not in page
    with city.acting("scjg.admin"):
        one = db.session.query(EventSubscription).filter_by(name="数据交换").one().id
    assert "还没有发送过" in admin.get(f"/settings/events/{one}").get_data(as_text=True)
    renewed = SECRET.search(admin.post(f"/settings/events/{one}/secret").get_data(as_text=True))
    assert renewed is not None and renewed[1] != found[1]
    for act in ("pause", "resume", "end"):
        assert admin.post(f"/settings/events/{one}/{act}").status_code == 303
    happen(city, "visits.visit.begin")
    assert send(city, one) == {"sent": 0}
    assert admin.post(f"/settings/events/{one}/resume").status_code == 409
    log = admin.get("/settings/log").get_data(as_text=True)
    assert "新增事件推送" in log and "结束事件推送" in log
    assert city.client("scjg.planner").get("/settings/events").status_code == 403
    with city.acting("scjg.admin"), pytest.raises(ClerkError):
        service.subscribe("系统", receiver.url, ["nothing"])
