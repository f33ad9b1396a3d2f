"""Sending a message to a receiver: to the address that was looked up and found fit, with no detour and no long wait."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

import httpx

from onedoor.events.rules import AddressUnfit, DeliveryOutcome, checked_address, refuse_private
from onedoor.kernel.sentences import Sentence

PATIENCE = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True)
class Answer:
    """What became of a message: the status if anybody answered, and the sentence for whoever looks after it."""

    outcome: DeliveryOutcome
    status: int | None = None
    reason: Sentence | str = ""
    body: bytes = b""


def post(
    url: str, body: bytes, headers: Mapping[str, str], allowed: Collection[str], read_at_most: int = 0
) -> Answer:
    """Send a message. Redirects are not followed, no more than `read_at_most` bytes of the answer are read, and a name is
    looked up once: what was checked is what is spoken to.
    """
    try:
        host, port = checked_address(url, allowed)
        number = number_of(host, port, host in allowed)
    except AddressUnfit as unfit:
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence(str(unfit)))
    except OSError:
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence("找不到这个域名，请核对网址。"))
    address = httpx.URL(url)
    request = {
        "content": body,
        "headers": {**headers, "Host": address.netloc.decode("ascii")},
        "extensions": {"sni_hostname": host},
    }
    try:
        # A proxy of the environment would look the name up again.
        with httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client:
            with client.stream("POST", address.copy_with(host=number), **request) as answer:  # type: ignore[arg-type]
                said = next(answer.iter_raw(read_at_most), b"") if read_at_most else b""
                return replace(_read(answer.status_code), body=said)
    except httpx.TimeoutException:
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence("对方 10 秒内没有答复。"))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return Answer(DeliveryOutcome.UNREACHABLE, None, Sentence("连接不上对方，或对方的证书不对。"))


def _read(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(DeliveryOutcome.TAKEN, status)
    if status in (HTTPStatus.GONE, HTTPStatus.NOT_FOUND):
        reason = Sentence("对方说没有这个地址，请核对网址。")
    elif 300 <= status < 400:
        reason = Sentence("对方要求转到别的地址；推送不跟随转址，请直接填写最后的网址。")
    else:
        reason = Sentence("对方没有接收，答复代码 %(status)s。", status=status)
    return Answer(DeliveryOutcome.REFUSED, status, reason)


def number_of(host: str, port: int, vouched: bool) -> str:
    """The number to speak to. Raises AddressUnfit if any of a name's numbers is of an inner network, OSError if it has none."""
    found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not vouched:
        for number in found:
            refuse_private(str(number).partition("%")[0])
    return str(found[0])
