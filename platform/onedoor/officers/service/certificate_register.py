"""The register of certificates, which justice keeps, and what of it holds for a bureau's officers (R-T4, R-L8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.imports.rules.rows import RowReader
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, read_as
from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.pinyin import pinyin_key
from onedoor.officers.models import Certificate, Inspector
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.queries.certificates import by_number
from onedoor.officers.rules.certificate_rows import FIELDS, VALID, CertificateRow, serves_until
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.inspector_rows import InspectorRow

_FACTS = ("number", *FIELDS.values())


def save_certificate(found: Certificate | None, values: Mapping[str, Any]) -> Certificate:
    """Add or edit one by hand; justice alone."""
    require_keeper()
    other = kept_certificates.known(values["number"])
    if other is not None and other is not found:
        raise ClerkError(
            "证件库里已有编号 %(number)s，请核对。",
            number=values["number"],
            fields={"number": ["这个编号已在证件库中。"]},
        )
    before = facts(found) if found is not None else None
    given = {**values, "sort_key": pinyin_key(values["name"], person=True)}
    given["stopped_on"] = None if values["status"] == VALID else values["stopped_on"] or today()
    if found is None:
        found = _new(given)
    else:
        _assign(found, given)
    audit.record(
        "registry.certificate.save",
        ("certificate", found.id),
        found.number,
        before=before,
        after=facts(found),
    )
    db.session.flush()
    return found


def put_certificate(row: CertificateRow) -> RowOutcome:
    """Add or update the one of a row; what the row says nothing of stays as it was."""
    found = kept_certificates.known(row.mark)
    if found is None:
        return RowOutcome(NEW, read_as(row.values), _new(row.values).id)
    fresh = {field: row.values[field] for field in row.given}
    status = fresh.get("status", found.status)
    if status == VALID:
        fresh["stopped_on"] = None
    elif "status" in fresh and not row.says_when and status == found.status:
        fresh["stopped_on"] = found.stopped_on
    before, stood = facts(found), found.updated_at.isoformat()
    _assign(found, {**fresh, "sort_key": row.values["sort_key"]})
    after = facts(found)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    before["updated_at"] = stood
    db.session.flush()
    return RowOutcome(CHANGED, changes, found.id, before) if changes else RowOutcome(UNCHANGED)


def require_keeper() -> None:
    """Raises Forbidden unless the current bureau keeps certificates."""
    if not kept_certificates.keeps():
        raise Forbidden("执法证件由司法行政部门维护，本单位不能登记或修改。")


def facts(found: Certificate) -> dict[str, Any]:
    """What the register says of one, for the log and for what a load would change."""
    columns = {name: getattr(found, name) for name in _FACTS}
    days = {
        name: columns[name].isoformat() if columns[name] else None for name in ("expires_on", "stopped_on")
    }
    return {**columns, **days}


def confirmed(values: Mapping[str, Any], kept: Mapping[str, list[Certificate]]) -> dict[str, Any]:
    """An officer's values as the register has them, where it has the certificate: it says until when it serves.

    Raises ClerkError where the certificate is somebody else's.
    """
    number = values.get("certificate_number") or ""
    named = kept.get(number, [])
    found = next((one for one in named if one.name == values["name"]), None)
    if found is None and named:
        raise ClerkError(
            "司法局的证件库里，编号 %(number)s 的执法证不是%(name)s的，请核对编号和姓名。",
            number=number,
            name=values["name"],
            fields={"certificate_number": ["证件库里这个编号是另一个人的。"]},
        )
    if found is None:
        return {**values, "certificate_kept": False, "own_expires_on": None}
    return {
        **values,
        "certificate_expires_on": serves_until(found.expires_on, found.stopped_on),
        "certificate_kept": True,
        "own_expires_on": values.get("certificate_expires_on"),
        "kinds": found.kinds or values.get("kinds", ""),
        "area": found.area or values.get("area", ""),
    }


def take_over() -> int:
    """What the register says now of the current bureau's officers; returns of how many it says otherwise than before.

    Only until when a certificate serves: what follows of it is `watch_certificates`' to see to. Where the register has it
    no longer, what the bureau itself said stands again.
    """
    query = sa.select(Inspector).where(
        Inspector.tenant_id == current_scope().tenant_id,
        Inspector.status != InspectorStatus.LEFT,
        Inspector.certificate_number.is_not(None),
    )
    officers = db.session.scalars(query.with_for_update()).all()
    kept = by_number([one.certificate_number or "" for one in officers])
    return sum(_taken(one, kept) for one in officers)


def _taken(inspector: Inspector, kept: Mapping[str, list[Certificate]]) -> bool:
    named = kept.get(inspector.certificate_number or "", [])
    found = next((one for one in named if one.name == inspector.name), None)
    before = inspector.certificate_expires_on
    if found is not None:
        if not inspector.certificate_kept:
            inspector.certificate_kept, inspector.own_expires_on = True, before
        until: date | None = serves_until(found.expires_on, found.stopped_on)
    elif inspector.certificate_kept:
        until = inspector.own_expires_on
        inspector.certificate_kept, inspector.own_expires_on = False, None
    else:
        return False
    if until == before:
        return False
    inspector.certificate_expires_on, inspector.updated_at = until, now()
    audit.record(
        "registry.inspector.save",
        ("inspector", inspector.id),
        inspector.name,
        before={"certificate_expires_on": before.isoformat() if before else None},
        after={
            "certificate_expires_on": until.isoformat() if until else None,
            "certificate": found.status if found else None,
        },
    )
    return True


def _new(values: Mapping[str, Any]) -> Certificate:
    found = Certificate(id=new_id(), tenant_id=current_scope().tenant_id, updated_at=now(), **values)
    db.session.add(found)
    db.session.flush()
    return found


def _assign(found: Certificate, values: Mapping[str, Any]) -> None:
    differing = {name: value for name, value in values.items() if getattr(found, name) != value}
    for name, value in differing.items():
        setattr(found, name, value)
    if differing:
        found.updated_at = now()


def by_register(row: InspectorRow, reader: RowReader) -> InspectorRow:
    """An officer's row as the register has the certificate; what does not agree is said beside the cell."""
    number = row.values["certificate_number"]
    if not number:
        return row
    kept = by_number([number])
    values = reader.read("执法证编号", lambda: confirmed(row.values, kept))
    if values is None:
        return row
    if not kept:
        if kept_certificates.any_kept():
            reader.remark("执法证编号", ClerkError("司法局的证件库里没有这个编号，请核对。"))
        return row
    said, until = row.values["certificate_expires_on"], values["certificate_expires_on"]
    if said and said != until:
        reader.remark(
            "证件有效期至", ClerkError("有效期按司法局的证件库读入：%(day)s。", day=until.isoformat())
        )
    found = next(one for one in kept[number] if one.name == row.values["name"])
    # Where the register says nothing, nor the file, what the bureau itself noted stays.
    beside = {column for column, text in (("执法类别", found.kinds), ("执法区域", found.area)) if text}
    return replace(row, values=values, given=row.given | {"证件有效期至"} | beside)
