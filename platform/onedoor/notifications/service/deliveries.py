"""From messages to e-mail and channels: settled by which ways each goes, sent by a job, tried again, and kept with what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa

from onedoor.events import receiver_client
from onedoor.events.receiver_client import Answer
from onedoor.events.rules import DeliveryOutcome, signature, wait_after
from onedoor.kernel.clock import SHANGHAI, real_now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.deployment import settings
from onedoor.kernel.jobs import Job, JobName, JobState, enqueue
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, sentence_parts, store_sentence
from onedoor.messages.models import Message
from onedoor.notifications import mail_client, queries
from onedoor.notifications.models import NotificationAddress, NotificationChannel, NotificationDelivery
from onedoor.notifications.policies import SECRET, URL
from onedoor.notifications.rules import (
    ANSWER_AT_MOST,
    AT_ONCE,
    EVENTS,
    FIRST_HOUR,
    KEPT,
    MOST_TRIES,
    ChannelKind,
    ChannelState,
    DeliveryState,
    Way,
    channel_body,
    dingtalk_address,
    says_taken,
)
from onedoor.notifications.service.choices import opened
from tenants import queries as bureaus
from tenants.rules import Permission

# How a text is said in a language, from what it was made of: rooms know no languages, the edge does.
Say = Callable[[str, Any, str], str]
_Pair = tuple[NotificationDelivery, Message]


def plan() -> int:
    """Settle by which further ways the bureau's new messages go; returns how many deliveries were made of them."""
    query = sa.select(Message).where(
        Message.tenant_id == current_scope().tenant_id, Message.planned_at.is_(None)
    )
    fresh = list(db.session.scalars(query.order_by(Message.id).limit(10 * AT_ONCE)))
    if not fresh:
        return 0
    moment, channels = real_now(), [one for one in queries.channels() if one.state == ChannelState.ACTIVE]
    made: list[NotificationDelivery] = []
    for message in fresh:
        people = _receivers(message)
        ways, reached = queries.ways_of(message.event, people), queries.addresses(people)
        for person in sorted(people):
            made += _planned(message, person, ways[person], reached.get(person), channels, moment)
    planned = sa.update(Message).where(Message.id.in_([one.id for one in fresh])).values(planned_at=moment)
    db.session.execute(planned.execution_options(synchronize_session=False))
    db.session.add_all(made)
    db.session.flush()
    return len(made)


def dispatch() -> int:
    """Settle what is new, and ask for the sending of what is due; returns whether it was asked for. Old deliveries go."""
    plan()
    moment = real_now()
    mine = NotificationDelivery.tenant_id == current_scope().tenant_id
    old = sa.delete(NotificationDelivery).where(mine, NotificationDelivery.created_at < moment - KEPT)
    db.session.execute(old)
    due = sa.select(NotificationDelivery.id).where(
        mine, NotificationDelivery.state == DeliveryState.WAITING, NotificationDelivery.next_try_at <= moment
    )
    asked = sa.select(Job.id).where(
        Job.tenant_id == current_scope().tenant_id,
        Job.name == JobName.DELIVER_NOTIFICATIONS.value,
        Job.state.in_([JobState.WAITING, JobState.RUNNING]),
    )
    if not db.session.scalar(sa.select(due.exists())) or db.session.scalar(sa.select(asked.exists())):
        return 0
    enqueue(JobName.DELIVER_NOTIFICATIONS, {}, title=Sentence("发送通知邮件和消息"))
    return 1


def deliver(say: Say) -> dict[str, Any]:
    """Send what is due: each e-mail, each person's digest as one, and each occasion to a channel's group as one."""
    query = (
        sa.select(NotificationDelivery, Message)
        .join(Message, Message.id == NotificationDelivery.message_id)
        .where(
            NotificationDelivery.tenant_id == current_scope().tenant_id,
            NotificationDelivery.state == DeliveryState.WAITING,
            NotificationDelivery.next_try_at <= real_now(),
        )
        .order_by(NotificationDelivery.next_try_at, NotificationDelivery.id)
        .limit(AT_ONCE)
        .with_for_update(of=NotificationDelivery)
    )
    due: list[_Pair] = [(row[0], row[1]) for row in db.session.execute(query)]
    reached = queries.addresses({one.user_id for one, _ in due})
    sent = 0
    for together in _grouped(due):
        first = together[0][0]
        channel = queries.channel(first.channel_id) if first.channel_id else None
        answer = (
            _mail(together, reached.get(first.user_id), say)
            if channel is None
            else _post(channel, together, reached, say)
        )
        for delivery, _ in together:
            _note(delivery, answer)
        sent += answer.outcome == DeliveryOutcome.TAKEN
    db.session.flush()
    return {"sent": sent}


def _receivers(message: Message) -> set[UUID]:
    if message.user_id is not None:
        return queries.active([message.user_id])
    return queries.people_who_may(Permission(message.permission)) if message.permission else set()


def _planned(
    message: Message,
    person: UUID,
    ways: Collection[Way],
    address: NotificationAddress | None,
    channels: Iterable[NotificationChannel],
    moment: datetime,
) -> Iterable[NotificationDelivery]:
    """Nothing for whom it cannot reach: a mail needs an address, a text message a number."""
    given = {
        "tenant_id": message.tenant_id,
        "message_id": message.id,
        "user_id": person,
        "created_at": moment,
    }
    if settings().mail_url and address is not None and address.email:
        if Way.EMAIL in ways:
            yield NotificationDelivery(id=new_id(), way="email", next_try_at=moment, **given)
        elif Way.DIGEST in ways:
            yield NotificationDelivery(id=new_id(), way="digest", next_try_at=_next_morning(moment), **given)
    if Way.CHANNEL in ways:
        for one in channels:
            if one.kind != ChannelKind.SMS or (address is not None and address.mobile):
                yield NotificationDelivery(
                    id=new_id(), way="channel", channel_id=one.id, next_try_at=moment, **given
                )


def _next_morning(moment: datetime) -> datetime:
    """Eight o'clock in China, today or tomorrow."""
    local = moment.astimezone(SHANGHAI)
    day = local.date() + timedelta(days=local.hour >= FIRST_HOUR)
    return datetime.combine(day, time(FIRST_HOUR), SHANGHAI)


def _grouped(due: Iterable[_Pair]) -> list[list[_Pair]]:
    groups: dict[Any, list[_Pair]] = defaultdict(list)
    for delivery, message in due:
        key: Any = delivery.id
        if delivery.way == "digest":
            key = ("digest", delivery.user_id)
        elif delivery.channel_id is not None and queries.channel(delivery.channel_id).kind != ChannelKind.SMS:
            # A group reads it once, whoever of them is meant.
            key = (delivery.channel_id, message.event, message.occasion or message.id)
        groups[key].append((delivery, message))
    return list(groups.values())


def _mail(together: list[_Pair], address: NotificationAddress | None, say: Say) -> Answer:
    server = settings().mail_url
    if not server or address is None or not address.email:
        return Answer(DeliveryOutcome.REFUSED, 550, Sentence("没有可以投递的邮箱地址。"))
    language, first = address.language, together[0][0]
    digest = first.way == "digest"
    lines = [f"{say(message.text, message.text_said, language)}\n{_link(message)}" for _, message in together]
    title = (
        Sentence("今日通知 %(count)s 条", count=len(together))
        if digest
        else Sentence(EVENTS[_event(together)].name)
    )
    foot = Sentence("您可以在“我的账户”中选择哪些事情用哪种方式通知。")
    mail = EmailMessage()
    mail["Subject"] = f"【{say(*_parts(Sentence('一门')), language)}】{say(*_parts(title), language)}"
    mail["From"], mail["To"] = settings().mail_from, opened(address)[0]
    mail["Date"] = formatdate(localtime=False)
    # The same however often it is sent, so that who got it twice can tell.
    mail["Message-ID"] = f"<{first.id}@{urlsplit(settings().base_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join([*lines, say(*_parts(foot), language)]) + "\n")
    return mail_client.send(server, mail, settings().event_hosts)


def _post(
    channel: NotificationChannel, together: list[_Pair], reached: dict[UUID, NotificationAddress], say: Say
) -> Answer:
    kind, message = ChannelKind(channel.kind), together[0][1]
    if channel.state != ChannelState.ACTIVE:
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence("消息通道已暂停或结束。"))
    event = EVENTS.get(message.event, EVENTS["other"])
    title = say(*_parts(Sentence(event.name)), "zh")
    # Outside the house stands no firm and nobody's name; what it is about is read after signing in.
    text = f"【{bureaus.my_bureau().short_name}】{title}"
    if event.outside and message.event not in NAMING:
        text = f"{text}：{message.text}"
    text = f"{text}\n{_link(message)}"
    mobiles = [opened(reached[one.user_id])[1] for one, _ in together if one.user_id in reached]
    number = f"{channel.id}.{message.id}"
    body = channel_body(kind, text, sorted(filter(None, mobiles)), number)
    url, secret = URL.open(channel.id, channel.url), SECRET.open(channel.id, channel.secret)
    stamp = int(real_now().timestamp())
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "OneDoor-Notifications/1"}
    if kind is ChannelKind.DINGTALK and not secret.startswith("whsec_"):
        url = dingtalk_address(url, secret, stamp * 1000)
    else:
        headers |= (
            {
                "webhook-id": number,
                "webhook-timestamp": str(stamp),
                "webhook-signature": signature(secret, number, stamp, body),
            }
            if secret.startswith("whsec_")
            else {}
        )
    answer = receiver_client.post(url, body, headers, settings().event_hosts, ANSWER_AT_MOST)
    if answer.outcome == DeliveryOutcome.TAKEN and not says_taken(kind, answer.body):
        return Answer(
            DeliveryOutcome.REFUSED, answer.status, Sentence("对方的机器人没有接收，请核对网址和安全设置。")
        )
    return answer


# Of these the sentence may name the firm of an announced visit.
NAMING = frozenset(
    {
        "assigned",
        "noticed",
        "rescheduled",
        "called_off",
        "replaced",
        "accepted",
        "overdue",
        "overdue_tomorrow",
    }
)


def _note(delivery: NotificationDelivery, answer: Answer) -> None:
    moment = real_now()
    delivery.attempts += 1
    delivery.status = answer.status
    store_sentence(delivery, "reason", answer.reason)
    if answer.outcome == DeliveryOutcome.TAKEN:
        delivery.state, delivery.ended_at = "sent", moment
    elif delivery.attempts >= MOST_TRIES or (
        delivery.way != "channel" and answer.status in mail_client.FOR_GOOD
    ):
        delivery.state, delivery.ended_at = "failed", moment
    else:
        delivery.next_try_at = moment + wait_after(delivery.attempts)


def _event(together: list[_Pair]) -> str:
    event = together[0][1].event
    return event if event in EVENTS else "other"


def _link(message: Message) -> str:
    return f"{settings().base_url}{message.link}"


def _parts(sentence: Sentence) -> tuple[str, Any]:
    return str(sentence), sentence_parts(sentence)
