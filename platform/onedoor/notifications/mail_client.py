"""Sending one e-mail by SMTP: to the number that was looked up and found fit, encrypted, with no long wait."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Collection
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from onedoor.events.receiver_client import Answer, number_of
from onedoor.events.rules import AddressUnfit, DeliveryOutcome
from onedoor.kernel.sentences import Sentence

PATIENCE = 10.0
SUBMISSION, SMTPS = 587, 465
# An address that will never do, by its answer; another may later.
FOR_GOOD = range(500, 600)


class _AtNumber:
    """Speaks to the number that was looked up, and is shown the certificate of the name."""

    number = ""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self.number, port), timeout)
        context: ssl.SSLContext | None = getattr(self, "context", None)
        return plain if context is None else context.wrap_socket(plain, server_hostname=host)


class _Plain(_AtNumber, smtplib.SMTP):
    pass


class _Encrypted(_AtNumber, smtplib.SMTP_SSL):
    pass


def send(server: str, message: EmailMessage, allowed: Collection[str]) -> Answer:
    """Hand a message to the operator's mail server (`smtp://user:password@host:587`, or `smtps://`).

    A server of an inner network is one the operator allows by name; any other is spoken to encrypted, or not at all.
    """
    parts = urlsplit(server)
    host, secure = (parts.hostname or "").lower(), parts.scheme == "smtps"
    port = parts.port or (SMTPS if secure else SUBMISSION)
    try:
        number = number_of(host, port, host in allowed)
    except AddressUnfit as unfit:
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence(str(unfit)))
    except OSError:
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence("找不到邮件服务器。"))
    try:
        with _connected(host, port, number, secure) as link:
            if not secure and not _encrypts(link, host in allowed):
                return Answer(
                    DeliveryOutcome.UNREACHABLE, None, Sentence("邮件服务器不支持加密连接，没有发送。")
                )
            if parts.username:
                link.login(unquote(parts.username), unquote(parts.password or ""))
            link.send_message(message)
    except smtplib.SMTPResponseException as refused:
        return _refused(refused.smtp_code)
    except smtplib.SMTPRecipientsRefused as refused:
        return _refused(next(iter(refused.recipients.values()))[0])
    except (OSError, smtplib.SMTPException):
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence("连接不上邮件服务器，或它的证书不对。"))
    return Answer(DeliveryOutcome.TAKEN, 250)


def _connected(host: str, port: int, number: str, secure: bool) -> Any:
    link: Any = (
        _Encrypted(timeout=PATIENCE, context=ssl.create_default_context())
        if secure
        else _Plain(timeout=PATIENCE)
    )
    link.number = number
    # What the certificate is held against.
    link._host = host
    code, said = link.connect(host, port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, said)
    return link


def _encrypts(link: smtplib.SMTP, vouched: bool) -> bool:
    link.ehlo()
    if not link.has_extn("starttls"):
        return vouched
    link.starttls(context=ssl.create_default_context())
    link.ehlo()
    return True


def _refused(code: int) -> Answer:
    return Answer(
        DeliveryOutcome.REFUSED, code, Sentence("邮件服务器没有接收，答复代码 %(status)s。", status=code)
    )
