"""The inspector library: officers, their private part, recusals (R-L7 to R-L9, R-D5, R-T7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.service.library_updates import note_update
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.encrypted_columns import seal
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.pinyin import pinyin_key
from onedoor.officers import queries
from onedoor.officers.models import Inspector, InspectorPrivate, InspectorProposalLine
from onedoor.officers.policies import IDENTITY, PHONE
from onedoor.officers.queries import certificates as kept_certificates
from onedoor.officers.queries.leave import officer_of_account
from onedoor.officers.queries.proposals import waiting_changes, waits_to
from onedoor.officers.rules.codes import INSPECTOR_NAMES, InspectorStatus
from onedoor.officers.service.certificate_register import confirmed
from onedoor.officers.service.certificates import look_at
from onedoor.officers.service.library import f2
from onedoor.officers.service.officer_changes import (
    HELD,
    OfficerChange,
    Paper,
    check_seat,
    hold_back,
    is_approved,
    propose_changes,
    refuse_while_seated,
)
from onedoor.officers.service.personal_numbers import officer_with_identity
from onedoor.officers.service.proposals import propose_entry, propose_exit, refuse_while_leaving
from tenants import approvals, units
from tenants import queries as tenants
from tenants.models import UserAccount


def account_of(username: str) -> UUID | None:
    """The account of this bureau with that user name, with which the officer signs in on the phone."""
    query = sa.select(UserAccount.id).where(
        UserAccount.tenant_id == current_scope().tenant_id, UserAccount.username == username
    )
    return db.session.scalar(query) if username else None


def username_of(inspector: Inspector) -> str:
    """The user name of the officer's account, or nothing."""
    query = sa.select(UserAccount.username).where(UserAccount.id == inspector.user_id)
    return (db.session.scalar(query) or "") if inspector.user_id else ""


def save_inspector_form(
    inspector: Inspector | None, given: Mapping[str, Any], file: Paper | None = None
) -> Inspector:
    """Add or edit one officer from a form, where the account is a user name; `file` is the paper of a change."""
    beside = ("account", "identity_number", "phone", "paper")
    values = {name: given[name] for name in given if name not in beside}
    values["user_id"] = named_account(given["account"].strip())
    return save_inspector(
        inspector, values, given["identity_number"], given["phone"], given.get("paper", ""), file
    )


def named_account(username: str) -> UUID | None:
    """The account of this bureau with that user name, none for no name. Raises ClerkError where there is none."""
    found = account_of(username)
    if username and found is None:
        raise ClerkError(
            "本单位没有“%(name)s”这个账号。",
            name=username,
            fields={"account": ["本单位没有这个账号，请核对。"]},
        )
    return found


def save_inspector(
    inspector: Inspector | None,
    values: Mapping[str, Any],
    identity_number: str = "",
    phone: str = "",
    paper: str = "",
    file: Paper | None = None,
) -> Inspector:
    """Add or edit one officer by hand; an empty number or phone leaves what is kept.

    One who is added is proposed: the head decides whether they enter, and what then says who they are (R-L9). `paper` names
    what that is based on, `file` is it.
    """
    number = values.get("certificate_number")
    kept = kept_certificates.by_number([number]) if number else {}
    given = {**confirmed(values, kept), "sort_key": pinyin_key(values["name"], person=True)}
    if inspector is not None and inspector.certificate_kept and given["certificate_kept"]:
        # What the form shows is the register's day, and what the bureau said before it stands.
        del given["own_expires_on"]
    _check_unit(given.get("unit_id"))
    refuse_taken(inspector, given, identity_number)
    before = _facts(inspector) if inspector else None
    if inspector is not None:
        require_kept(inspector)
        refuse_oneself(inspector)
    if inspector is None:
        inspector = new_inspector(
            {"sex": "", "status": InspectorStatus.PROPOSED.value, "remark": "", **given}
        )
        db.session.flush()
    else:
        given, identity_number, change = _held(inspector, given, identity_number)
        propose_changes([change], Sentence("修改人员信息"), paper=paper, file=file)
        change_inspector(inspector, given)
        look_at(inspector)
    keep_private(inspector, identity_number, phone)
    audit.record(
        "registry.inspector.save",
        ("inspector", inspector.id),
        inspector.name,
        before=before,
        after=_facts(inspector),
    )
    if before is None:
        propose_entry([inspector], Sentence("新增"))
    return inspector


def change_officer(
    inspector: Inspector, given: Mapping[str, Any], file: Paper | None
) -> InspectorProposalLine:
    """Propose what is to be different of one who is in the library, over the interface; what is not given stays (R-L9)."""
    if not is_approved(inspector):
        raise Conflict("%(name)s还没有入库或已经离库，请直接修改或提请入库。", name=inspector.name)
    values = {name: given[name] for name in ("name", "certificate_number", "leads") if name in given}
    if "account" in given:
        values["user_id"] = named_account(given["account"].strip())
    if "certificate_expires_on" in given and "certificate_number" in given:
        values["certificate_expires_on"] = given["certificate_expires_on"]
    number = given.get("identity_number", "")
    save_inspector(
        inspector,
        {"name": inspector.name, "certificate_number": inspector.certificate_number, **values},
        read_identity_number(number) if number else "",
        "",
        given.get("paper", ""),
        file,
    )
    waiting = waiting_changes(inspector)
    if not waiting:
        raise Conflict("所填内容与现在登记的一致，没有需要变更的。")
    return waiting[-1]


def _held(
    inspector: Inspector, given: dict[str, Any], identity_number: str
) -> tuple[dict[str, Any], str, OfficerChange]:
    known = private_texts(inspector).get("identity_number", "") if is_approved(inspector) else ""
    return hold_back(inspector, given, identity_number, known)


def refuse_taken(inspector: Inspector | None, given: Mapping[str, Any], identity_number: str) -> None:
    """Raise where certificate, identity number or account are another officer's."""
    _refuse_known_certificate(inspector, given.get("certificate_number"))
    _refuse_known_identity(inspector, identity_number)
    _refuse_taken_account(inspector, given.get("user_id"))


def refuse_oneself(inspector: Inspector) -> None:
    """Raise Forbidden for whoever keeps the library and is this officer: what frees somebody from a draw, or lets them
    be drawn, is done by a colleague; they themselves propose it (R-T5)."""
    if approvals.is_mine([inspector.user_id]):
        raise oneself(inspector)


def oneself(inspector: Inspector) -> Forbidden:
    """Why whoever works here does not do it."""
    return Forbidden(
        "%(name)s就是您本人，不能由本人办理；请由同事办理，或者在“我的执法信息”里提出申请。",
        name=inspector.name,
    )


def _check_unit(unit_id: UUID | None) -> None:
    """A form may name any id; another bureau's unit is answered like none at all (R-T1)."""
    if unit_id is not None and unit_id not in {unit.id for unit in tenants.units()}:
        raise ClerkError("没有这个科室。", fields={"unit_id": ["请从所列科室中选择。"]})


def set_inspector_status(inspector: Inspector, status: InspectorStatus, reason: str) -> bool:
    """At work, suspended, or left the library, with the reason; whether it is done, or for the head to decide (R-L9).

    What the head decides the officer may ask for; what is done at once a colleague does (R-T5).
    """
    require_kept(inspector)
    if not reason.strip():
        raise ClerkError("请写明理由。", fields={"reason": ["请写明理由。"]})
    db.session.refresh(inspector, with_for_update=True)
    refuse_while_leaving(inspector)
    known = inspector.status in (InspectorStatus.ACTIVE, InspectorStatus.SUSPENDED)
    if known and status is InspectorStatus.LEFT:
        propose_exit([inspector], reason)
        return False
    if not known and status in (InspectorStatus.ACTIVE, InspectorStatus.PROPOSED):
        if propose_entry([inspector], reason) is None:
            raise Conflict("%(name)s的入库已在等待批准，不必重复提请。", name=inspector.name)
        return False
    if status is InspectorStatus.PROPOSED or (not known and status is InspectorStatus.SUSPENDED):
        raise Conflict("%(name)s现在不能改为这个状态。", name=inspector.name)
    if not known and waits_to("entry", inspector):
        raise Conflict("%(name)s的入库还在等待批准，请等批准或退回后再办理。", name=inspector.name)
    refuse_oneself(inspector)
    before, inspector.status, inspector.updated_at = inspector.status, status.value, now()
    inspector.suspended_for = inspector.proposed_as = None
    note = Sentence("%(name)s：%(state)s", name=inspector.name, state=Sentence(INSPECTOR_NAMES[status]))
    note_update("inspectors", 0, 0, note)
    audit.record(
        "registry.inspector.status",
        ("inspector", inspector.id),
        inspector.name,
        before={"status": before},
        after={"status": status.value, "reason": reason.strip()},
    )
    db.session.flush()
    return True


def set_unit(inspector: Inspector, unit_id: UUID | None) -> None:
    """Which unit of the bureau an officer belongs to (R-T5); none takes it away."""
    require_kept(inspector)
    _check_unit(unit_id)
    names = {unit.id: unit.name for unit in tenants.units()}
    before = inspector.unit_id
    if before == unit_id:
        raise Conflict("已经属于这个科室。")
    refuse_oneself(inspector)
    change_inspector(inspector, {"unit_id": unit_id})
    audit.record(
        "registry.inspector.save",
        ("inspector", inspector.id),
        inspector.name,
        before={"unit": names.get(before, "") if before else ""},
        after={"unit": names.get(unit_id, "") if unit_id else ""},
    )


def private_texts(inspector: Inspector) -> dict[str, str]:
    """Identity number and phone as text, for masking; empty where none is kept."""
    kept = queries.private_of(inspector)
    if kept is None:
        return {}
    values = {column: getattr(kept, column.column) for column in (IDENTITY, PHONE)}
    return {column.column: column.open(kept.id, value) if value else "" for column, value in values.items()}


def new_inspector(values: Mapping[str, Any]) -> Inspector:
    """An officer with the next code of the bureau."""
    bureau = tenants.my_bureau()
    # After the last there is, since whoever a load brought may be taken back.
    last = sa.func.max(sa.cast(sa.func.substring(Inspector.code, "[0-9]+$"), sa.Integer))
    query = queries.inspectors().with_only_columns(last)
    number = (db.session.scalar(query) or 0) + 1
    inspector = Inspector(
        id=new_id(), tenant_id=bureau.id, code=f"{bureau.code}-{number:03d}", updated_at=now(), **values
    )
    db.session.add(inspector)
    return inspector


def change_inspector(inspector: Inspector, values: Mapping[str, Any]) -> bool:
    """Write what differs; whether anything did."""
    require_mine(inspector)
    differing = {name: value for name, value in values.items() if getattr(inspector, name) != value}
    check_seat(OfficerChange(inspector, differing))
    if is_approved(inspector) and not differing.keys().isdisjoint(HELD):
        raise Conflict(
            "%(name)s已经入库，姓名、账号、执法证编号和能否任组长须提请负责人批准后更改。",
            name=inspector.name,
        )
    for name, value in differing.items():
        setattr(inspector, name, value)
    if "status" in differing:
        inspector.suspended_for = inspector.proposed_as = None
    if differing:
        inspector.updated_at = now()
        db.session.flush()
    return bool(differing)


def keep_private(inspector: Inspector, identity_number: str, phone: str) -> dict[str, str]:
    """Keep the numbers given, sealed; of each that differs what was kept before, empty where nothing was (R-T7)."""
    given = {"identity_number": identity_number, "phone": phone}
    known = private_texts(inspector)
    fresh = {name: text for name, text in given.items() if text and known.get(name) != text}
    if not fresh:
        return {}
    if "identity_number" in fresh and known.get("identity_number"):
        refuse_while_seated(inspector)
    kept = queries.private_of(inspector)
    if kept is None:
        kept = InspectorPrivate(id=new_id(), tenant_id=inspector.tenant_id, inspector_id=inspector.id)
        db.session.add(kept)
    for name, text in fresh.items():
        seal(kept, {"identity_number": IDENTITY, "phone": PHONE}[name], text)
    inspector.updated_at = now()
    db.session.flush()
    return {name: known.get(name, "") for name in fresh}


def _refuse_known_certificate(inspector: Inspector | None, number: str | None) -> None:
    if not number:
        return
    other = db.session.scalar(queries.inspectors().where(Inspector.certificate_number == number))
    if other is not None and (inspector is None or other.id != inspector.id):
        raise ClerkError(
            "执法证编号“%(number)s”已登记在%(name)s名下，请核对。",
            number=number,
            name=other.name,
            fields={"certificate_number": ["这个编号已登记在他人名下。"]},
        )


def _refuse_known_identity(inspector: Inspector | None, number: str) -> None:
    """One person is one officer of a bureau, whatever the number of the certificate (R-L7)."""
    other = officer_with_identity(number)
    if other is not None and (inspector is None or other.id != inspector.id):
        raise ClerkError(
            "这个身份证号已登记在%(name)s（%(code)s）名下；换证或重新入库，请在该人员的页面办理。",
            name=other.name,
            code=other.code,
            fields={"identity_number": ["这个身份证号已登记在他人名下。"]},
        )


def _refuse_taken_account(inspector: Inspector | None, user_id: UUID | None) -> None:
    """An account is one officer's: what is done with it is done by one person (R-T6)."""
    if user_id is not None and (inspector is None or inspector.status != InspectorStatus.LEFT):
        other = officer_of_account(user_id, besides=inspector)
        if other is not None:
            raise ClerkError(
                "这个账号已由%(name)s（%(code)s）使用，一个账号只能对应一名执法人员。",
                name=other.name,
                code=other.code,
                fields={"account": ["这个账号已由他人使用。"]},
            )


def require_kept(inspector: Inspector) -> None:
    """Refuse an officer of another bureau as if there were none (R-T1), and one whom another unit keeps (R-T5)."""
    require_mine(inspector)
    units.refuse_others(inspector.unit_id)


def require_mine(inspector: Inspector) -> None:
    """Refuse an officer of another bureau as if there were none (R-T1)."""
    if inspector.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这名执法人员。")


def _facts(inspector: Inspector) -> dict[str, Any]:
    expires = inspector.certificate_expires_on
    return {
        **f2(inspector),
        "certificate_expires_on": expires.isoformat() if expires else None,
        "qualifications": inspector.qualifications,
        "leads": inspector.leads,
        "status": inspector.status,
    }
