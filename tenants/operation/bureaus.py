"""Bureaus as the operator keeps them: opened, renamed, merged, closed; their records stay where they are (R-T1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from onedoor.kernel import audit, locks
from onedoor.kernel.clock import today
from onedoor.kernel.codes import EntityKind
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import queries
from tenants.models import Bureau, Jurisdiction
from tenants.operation import grants

DOMAINS: dict[str, str] = {"market": Sentence("市场监管领域"), "other": Sentence("其他领域")}
_LETTERS = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True)
class BureauFacts:
    """A bureau's columns as they are to be; `kinds` are the kinds of entity it keeps (R-T4)."""

    name: str
    short_name: str
    abbreviation: str
    domain: str
    kinds: tuple[str, ...] = ()
    credit_code: str | None = None

    def columns(self) -> dict[str, Any]:
        """The row's changeable columns."""
        return {
            "name": self.name.strip(),
            "short_name": self.short_name.strip(),
            "abbreviation": self.abbreviation.strip(),
            "domain": self.domain,
            "entity_kinds": sorted(self.kinds),
            "credit_code": self.credit_code or None,
        }


def open_bureau(place: str, letters: str, facts: BureauFacts) -> Bureau:
    """Open a bureau in a place; its code is the place's and the letters. Raises ClerkError beside what is wrong."""
    locks.hold("bureaus")
    wrong = _wrong(facts, None)
    code = f"{place}-{letters}"
    if db.session.get(Jurisdiction, place) is None:
        wrong["place"] = ["请选择辖区。"]
    if not _LETTERS.fullmatch(letters):
        wrong["letters"] = ["请填写 2 到 8 个大写字母，如 SCJG。"]
    elif any(one.code == code for one in _all()):
        wrong["letters"] = ["这个代码已经有单位使用。"]
    if wrong:
        raise ClerkError("这个单位有几处需要修改。", fields=wrong)
    made = Bureau(id=new_id(), code=code, jurisdiction_code=place, **facts.columns())
    db.session.add(made)
    db.session.flush()
    audit.record(
        "tenants.bureau.add", ("bureau", made.id), made.name, after={"code": code, **facts.columns()}
    )
    return made


def change_bureau(bureau_id: UUID, facts: BureauFacts) -> Bureau:
    """Rename a bureau or mend its facts; what was signed under the former name keeps it."""
    locks.hold("bureaus")
    found = _in_use(bureau_id)
    wrong = _wrong(facts, found.id)
    if wrong:
        raise ClerkError("这个单位有几处需要修改。", fields=wrong)
    after = facts.columns()
    before = {name: getattr(found, name) for name in after}
    for name, value in after.items():
        setattr(found, name, value)
    db.session.flush()
    audit.record("tenants.bureau.change", ("bureau", found.id), found.name, before=before, after=after)
    return found


def close_bureau(bureau_id: UUID, reason: str, successor_id: UUID | None = None) -> Bureau:
    """Close a bureau today, or merge it into another: nobody signs in any more, its grants end, its records stay.

    The successor keeps the kinds of entity it kept (R-T4) and supervises what it supervised (R-T3).
    """
    locks.hold("bureaus")
    found = _in_use(bureau_id)
    successor = _successor(found, successor_id)
    if not reason.strip():
        raise ClerkError("请写明撤销或合并的依据。", fields={"reason": ["请写明依据的文件和文号。"]})
    if bureau_id == current_scope().tenant_id:
        raise Conflict("不能撤销平台运维所在的单位。")
    kinds = list(found.entity_kinds)
    if kinds and successor is None:
        raise Conflict("这个单位负责维护一些种类的经营主体，请选择承接它职责的单位，或先改由其他单位维护。")
    held = grants.end_all(found.id)
    found.active, found.closed_on, found.close_reason = False, today(), reason.strip()
    found.entity_kinds = []
    if successor is not None:
        found.successor_id = successor.id
        successor.entity_kinds = sorted({*successor.entity_kinds, *kinds})
        grants.pass_on(held, successor.id, reason.strip())
    db.session.flush()
    audit.record(
        "tenants.bureau.merge" if successor else "tenants.bureau.close",
        ("bureau", found.id),
        found.name,
        after={"reason": found.close_reason, "successor": successor.name if successor else ""},
    )
    return found


def _successor(found: Bureau, successor_id: UUID | None) -> Bureau | None:
    if successor_id is None:
        return None
    successor = db.session.get(Bureau, successor_id, with_for_update=True)
    if successor is None or not successor.active or successor.id == found.id:
        raise ClerkError("请选择在用的另一个单位。", fields={"successor": ["请选择在用的另一个单位。"]})
    return successor


def _in_use(bureau_id: UUID) -> Bureau:
    found = db.session.get(Bureau, bureau_id, with_for_update=True)
    if found is None:
        raise NotFound("没有找到这个单位。")
    if not found.active:
        raise Conflict("这个单位已经停用，不能再改。")
    return found


def _wrong(facts: BureauFacts, but: UUID | None) -> dict[str, list[str]]:
    """What no bureau can be called or keep; base data has one owner (R-T4)."""
    wrong: dict[str, list[str]] = {}
    others = [one for one in _all() if one.id != but]
    for name in ("name", "short_name", "abbreviation"):
        value = getattr(facts, name).strip()
        if not value:
            wrong[name] = ["请填写此项。"]
        elif name != "short_name" and any(one.active and getattr(one, name) == value for one in others):
            wrong[name] = ["已有单位使用这个名称。"]
    if facts.domain not in DOMAINS:
        wrong["domain"] = ["请选择领域。"]
    unknown = set(facts.kinds) - {kind.value for kind in EntityKind}
    kept = {kind: one.name for one in others for kind in one.entity_kinds}
    taken = sorted(set(facts.kinds) & set(kept))
    if unknown:
        wrong["kinds"] = ["请从所列种类中选择。"]
    elif taken:
        wrong["kinds"] = [Sentence("所选种类已由%(bureau)s维护。", bureau=kept[taken[0]])]
    return wrong


def _all() -> list[Bureau]:
    return queries.bureaus() + queries.closed_bureaus()
