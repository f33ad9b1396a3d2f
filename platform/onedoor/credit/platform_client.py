"""Speaking to an outside platform over HTTP; the only place that does.

The batch's number is the idempotency key: the same batch sent again gets the same receipts, so a crash
between sending and recording doubles nothing (R-O2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from onedoor.kernel.errors import ClerkError

# A proxy of the environment is used for the outside only.
HERE: dict[str, httpx.BaseTransport | None] = {"all://127.0.0.1": None, "all://localhost": None}
STATES = ("accepted", "rejected", "received")
LONGEST_REASON = 500


@dataclass(frozen=True)
class Platform:
    """Where to push to, with which token, and how many seconds an answer is waited for."""

    url: str | None
    token: str
    patience: float = 60

    def deliver(self, batch: Mapping[str, Any]) -> dict[str, Verdict]:
        """Send a batch and read its receipts, by record number."""
        return post(self, batch)


@dataclass(frozen=True)
class Verdict:
    """The platform's word on one record: accepted, rejected with a reason, or received and not decided."""

    state: str
    number: str
    reason: str


def post(platform: Platform, batch: Mapping[str, Any]) -> dict[str, Verdict]:
    """Send a batch and read its receipts, by record number.

    Raises `ClerkError` if the platform cannot be reached, refuses the batch, or answers something that is
    not one receipt for each record: then nothing is known, and the batch is to be sent again as it is.
    """
    if not platform.url:
        raise ClerkError("还没有设置报送平台的地址，请联系平台运维在接口设置中填写后，再重试本作业。")
    headers = {"Idempotency-Key": str(batch["batch"])}
    if platform.token:
        headers["Authorization"] = f"Bearer {platform.token}"
    try:
        patience = httpx.Timeout(platform.patience, connect=min(5.0, platform.patience))
        with httpx.Client(timeout=patience, mounts=HERE) as client:
            answer = client.post(f"{platform.url}/batches", json=batch, headers=headers)
    except httpx.TimeoutException as problem:
        raise ClerkError("报送平台超过时限没有答复。记录都还在，请稍后重试；重试不会重复报送。") from problem
    except (httpx.TransportError, httpx.InvalidURL) as problem:
        raise ClerkError(
            "连接不上报送平台。记录都还在，请稍后重试；如一直连接不上，请联系平台运维核对接口设置。"
        ) from problem
    _refuse_status(answer)
    try:
        told = answer.json()
    except ValueError:
        told = None
    return read_receipts(told, [one["number"] for one in batch["records"]])


def _refuse_status(answer: httpx.Response) -> None:
    if answer.status_code in (401, 403):
        raise ClerkError("报送平台不认可本平台的令牌，请联系平台运维核对接口设置中的令牌。")
    if answer.status_code == 409:
        raise ClerkError("报送平台说同一批次号的内容与先前收到的不同，未予接收，请联系平台运维与对方核对。")
    if answer.status_code not in (200, 202):
        raise ClerkError(
            "报送平台没有接收这一批次，答复代码 %(status)s。记录都还在，请稍后重试；重试不会重复报送。",
            status=answer.status_code,
        )


def read_receipts(told: Any, expected: Sequence[str]) -> dict[str, Verdict]:
    """What a platform says of a batch, one receipt for each record; raises `ClerkError` for anything else."""
    try:
        receipts = told["receipts"]
        verdicts = {str(one["record"]): _verdict(one) for one in receipts}
    except (ValueError, KeyError, TypeError) as problem:
        raise ClerkError(
            "报送平台的答复不是约定的回执格式，无法确认是否收到。请稍后重试；重试不会重复报送。"
        ) from problem
    if set(verdicts) != set(expected) or len(receipts) != len(expected):
        raise ClerkError(
            "报送平台的回执与报送的记录对不上：报送 %(sent)s 条，回执 %(given)s 条。请稍后重试，或与对方核对。",
            sent=len(expected),
            given=len(receipts),
        )
    return verdicts


def _verdict(receipt: Mapping[str, Any]) -> Verdict:
    state = receipt["state"]
    if state not in STATES:
        raise ValueError(state)
    reason = _plain(receipt.get("reason"), LONGEST_REASON)
    if state == "rejected" and not reason:
        reason = "对方没有说明理由，请与报送平台联系。"
    return Verdict(state, _plain(receipt.get("receipt"), 100), reason)


def _plain(text: Any, longest: int) -> str:
    """Foreign text without control characters, cut to `longest`."""
    return "".join(letter for letter in str(text or "") if letter.isprintable())[:longest].strip()
