"""Issuing a document: numbered, written, kept as it was, with a code by which it is told from a forged one; and its delivery."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from jinja2.sandbox import SandboxedEnvironment

from onedoor.kernel import audit, locks
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.deployment import settings
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.messages import queries
from onedoor.messages.bodies import BODIES, PRINTED, Facts, Rows
from onedoor.messages.models import Delivery, Document
from onedoor.messages.rules import HOW_NAMES, LETTERS, How, Letter
from onedoor.messages.service.letters import write
from tenants import queries as tenants

# Without letters that are taken for another.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_SANDBOX = SandboxedEnvironment(autoescape=False)


def issue(
    letter: Letter,
    subject_id: UUID,
    entity: Mapping[str, str],
    values: Mapping[str, Any],
    shared_with: Iterable[UUID] = (),
    *,
    number: str | None = None,
) -> Document:
    """Issue a document of the current bureau about a thing: numbered by kind and year, written from its template and kept.

    `entity` has name, code and address; `values` are what the letter's sample has beside what all have; `number` is that of the
    check, for what goes by it.
    """
    scope, bureau = current_scope(), tenants.my_bureau()
    assert scope.tenant_id is not None
    year, code = today().year, "".join(secrets.choice(_LETTERS) for _ in range(20))
    serial = _next(letter, year)
    number = number or f"{bureau.abbreviation}{LETTERS[letter].word}〔{year}〕{serial}号"
    given: dict[str, Any] = {
        **dict.fromkeys(LETTERS[letter].sample, ""),
        "members": [],
        "matters": [],
        **values,
        "entity": dict(entity),
        "number": number,
        "issued": True,
        "bureau": bureau.name,
        "today": f"{year}年{today().month}月{today().day}日",
        "code": code,
        "address": address_of(code),
    }
    content = write(letter, given)
    document = Document(
        id=new_id(),
        tenant_id=scope.tenant_id,
        kind=letter.value,
        year=year,
        serial=serial,
        number=number,
        subject_id=subject_id,
        entity_name=entity["name"],
        values=given,
        digest=hashlib.sha256(content).hexdigest(),
        code=code,
        issued_on=today(),
        issued_at=now(),
        issued_by=scope.actor_name,
        shared_with=list(shared_with),
        content=content,
    )
    db.session.add(document)
    db.session.flush()
    audit.record("messages.document.issue", ("document", document.id), number, after={"kind": letter.value})
    return document


def deliver(document_id: UUID, given: Mapping[str, Any]) -> Delivery:
    """Note how, when and to whom a document was delivered, and issue the proof of it (送达回证)."""
    document = queries.document(document_id)
    if document.tenant_id != current_scope().tenant_id:
        raise Conflict("送达情况由出具文书的单位登记。")
    if document.kind == Letter.DELIVERY:
        raise Conflict("送达回证不再送达。")
    _check(document, given)
    delivery = Delivery(
        id=new_id(),
        tenant_id=document.tenant_id,
        document_id=document.id,
        how=given["how"],
        delivered_on=given["delivered_on"],
        to_name=given["to_name"].strip(),
        signed=given["signature"] == "signed",
        note=(given.get("note") or "").strip(),
        recorded_at=now(),
        recorded_by=current_scope().actor_name,
    )
    db.session.add(delivery)
    db.session.flush()
    day = delivery.delivered_on
    values = {
        "document": LETTERS[Letter(document.kind)].title,
        "document_number": document.number,
        "how": HOW_NAMES[How(delivery.how)],
        "day": f"{day.year}年{day.month}月{day.day}日",
        "to": delivery.to_name,
        "signature": "已签收" if delivery.signed else f"拒绝签收：{delivery.note}",
        "by": delivery.recorded_by,
    }
    issue(Letter.DELIVERY, document.id, document.values["entity"], values)
    after = {"how": delivery.how, "on": day.isoformat(), "signed": delivery.signed}
    audit.record("messages.document.deliver", ("document", document.id), document.number, after=after)
    return delivery


def body_of(document: Document) -> Iterator[tuple[str, Any]]:
    """What stands in it, part by part, for the page to print: ("text", …), ("facts", rows) or ("table", heads and rows)."""
    for block in {**BODIES, **PRINTED}[Letter(document.kind)]:
        if isinstance(block, Facts):
            yield "facts", [(label, _filled(text, document.values)) for label, text in block.rows]
        elif isinstance(block, Rows):
            yield "table", (block.heads, list(_rows(block, document.values)))
        else:
            yield "text", _filled(block, document.values)


def address_of(code: str) -> str:
    """What a scan of the document's code opens."""
    return f"{settings().base_url}/d/{code}"


def _rows(block: Rows, values: Mapping[str, Any]) -> Iterator[list[str]]:
    for number, one in enumerate(values[block.name], start=1):
        given = {**values, "x": one, "loop": {"index": number}}
        yield [_filled(text, given) for text in block.cells]


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return _SANDBOX.from_string(text).render(values)


def _next(letter: Letter, year: int) -> int:
    locks.hold(f"document {current_scope().tenant_id} {letter.value} {year}")
    last = sa.select(sa.func.max(Document.serial)).where(
        Document.tenant_id == current_scope().tenant_id, Document.kind == letter.value, Document.year == year
    )
    return (db.session.scalar(last) or 0) + 1


def _check(document: Document, given: Mapping[str, Any]) -> None:
    day = given.get("delivered_on")
    if day is None or not local_day(document.issued_at) <= day <= today():
        text = "送达日期须在文书日期和今天之间。"
        raise ClerkError(text, fields={"delivered_on": [text]})
    if given["signature"] != "signed" and not (given.get("note") or "").strip():
        text = "拒绝签收的，请写明情况和见证人。"
        raise ClerkError(text, fields={"note": [text]})
