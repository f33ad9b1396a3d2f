"""What of an approved officer changes by proposal and approval alone: account, name, identity and certificate number, and who
may lead (R-L9). What stands in a team is what was drawn, so nobody is put into another's seat by an edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import files
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.officers.models import Inspector, InspectorProposal, InspectorProposalLine
from onedoor.officers.policies import NEW_IDENTITY
from onedoor.officers.queries.proposals import waiting_changes
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.service.proposals import new_proposal, submit
from tenants.models import UserAccount

HELD = ("name", "user_id", "certificate_number", "leads")
# What goes with a certificate's number, and with a name.
_WITH = {
    "certificate_number": ("certificate_expires_on", "certificate_kept", "own_expires_on"),
    "name": ("sort_key",),
}
# What says who sits in a seat; between drawing and record it does not change (R-D6).
SEAT = frozenset({"user_id", "leads"})
# The same person under another name or a renewed certificate shows the paper.
_WITH_PAPER = frozenset({"name", "certificate_number"})
FIELD_NAMES: dict[str, str] = {
    "name": N_("姓名"), "user_id": N_("登录账号"), "certificate_number": N_("执法证编号"), "leads": N_("可任组长"),
    "certificate_expires_on": N_("有效期至"), "identity_number": N_("身份证号"),
}  # fmt: skip
Paper = tuple[str, bytes, str]


@dataclass(frozen=True)
class OfficerChange:
    """What is to be different of one officer: fields with their new values, and the identity number if that changes."""

    inspector: Inspector
    values: Mapping[str, Any] = field(default_factory=dict)
    identity_number: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is anything to propose."""
        return bool(self.values or self.identity_number)


def is_approved(inspector: Inspector) -> bool:
    """Whether the head has taken this officer in: what says who they are is the head's to change."""
    return inspector.status in (InspectorStatus.ACTIVE, InspectorStatus.SUSPENDED)


def hold_back(
    inspector: Inspector, values: Mapping[str, Any], identity_number: str, known_number: str
) -> tuple[dict[str, Any], str, OfficerChange]:
    """Part what is given into what may be written at once, number included, and what is for the head to decide."""
    fresh = dict(values)
    if not is_approved(inspector):
        return fresh, identity_number, OfficerChange(inspector)
    held = {name: fresh[name] for name in HELD if name in fresh and fresh[name] != getattr(inspector, name)}
    for name in tuple(held):
        held |= {other: fresh[other] for other in _WITH.get(name, ()) if other in fresh}
    for name in HELD:
        fresh.pop(name, None)
    fresh = {name: value for name, value in fresh.items() if name not in held and name != "sort_key"}
    held.pop("sort_key", None)
    # Completing what was never known puts nobody else into the officer's place.
    new = identity_number if known_number and identity_number != known_number else ""
    return fresh, "" if new else identity_number, OfficerChange(inspector, held, new)


def refuse_while_seated(inspector: Inspector) -> None:
    """Raise `Conflict` while the officer is on a team whose record is not in: account, identity and who leads stay as they were when
    the team was drawn, or another would sit in that seat. The way is a replacement (R-D6)."""
    if db.session.scalar(sa.text("SELECT officer_is_seated(:id)"), {"id": inspector.id}):
        raise Conflict(
            "%(name)s在已经抽定、还没有提交记录的检查组里，账号、身份证号和能否任组长现在不能改。本人不能去的，请先更换人员。",
            name=inspector.name,
        )


def check_seat(change: OfficerChange) -> None:
    """Raise for a change that would put another into a seat that was drawn. A first account puts nobody out of one."""
    first = set(change.values) & SEAT == {"user_id"} and change.inspector.user_id is None
    if change.identity_number or (set(change.values) & SEAT and not first):
        refuse_while_seated(change.inspector)


def propose_changes(
    changes: Sequence[OfficerChange],
    reason: str,
    *,
    load: UUID | None = None,
    paper: str = "",
    file: Paper | None = None,
) -> InspectorProposal | None:
    """Ask the head to change what says who officers are; until then they stand as they did. None where the same waits already.

    By hand a changed name or certificate comes with its paper; a load's paper is its file.
    """
    asked = [one for one in changes if one.differs and not waits(one)]
    if not asked:
        return None
    for one in asked:
        check_seat(one)
    if load is None and any(set(one.values) & _WITH_PAPER for one in asked) and not (paper.strip() and file):
        text = N_("更名和换证请写明依据的文件，并附上文件。")
        wrong = {name: [text] for name, given in (("paper", paper.strip()), ("file", file)) if not given}
        raise ClerkError(text, fields=wrong)
    made = new_proposal("change", reason, load)
    made.paper = paper.strip()
    if file is not None:
        made.file_id = files.store_file(files.plain_name(file[0]), file[1], file[2]).id
    for one in asked:
        line = InspectorProposalLine(
            id=new_id(), tenant_id=made.tenant_id, proposal_id=made.id,
            inspector_id=one.inspector.id, name=one.inspector.name, changes=told(one),
        )  # fmt: skip
        if one.identity_number:
            line.identity_number = NEW_IDENTITY.seal(line.id, one.identity_number)
        db.session.add(line)
    db.session.flush()
    return submit(made, [one.inspector for one in asked])


def told(change: OfficerChange) -> dict[str, Any]:
    """What differs, `[before, after]` by field, as JSON keeps it; of an identity number only that it does (R-T7)."""
    return {
        name: [plain(getattr(change.inspector, name)), plain(value)]
        for name, value in change.values.items()
        if getattr(change.inspector, name) != value
    }


def change_words(line: InspectorProposalLine) -> list[tuple[str, Any, Any]]:
    """What a proposed change says, for whoever decides: the field's word, what stands, what is to stand."""
    found: list[tuple[str, Any, Any]] = [
        (FIELD_NAMES[name], _shown(name, before), _shown(name, after))
        for name, (before, after) in (line.changes or {}).items()
        if name in FIELD_NAMES
    ]
    if line.changes is not None and (line.identity_number is not None or not line.changes):
        found.append((FIELD_NAMES["identity_number"], "", N_("改为另一个号码（不显示）")))
    return found


def _shown(name: str, value: Any) -> Any:
    if name == "leads":
        return Sentence("是") if value else Sentence("否")
    if name == "user_id" and value:
        return db.session.scalar(sa.select(UserAccount.username).where(UserAccount.id == UUID(value))) or ""
    return value or ""


def waits(change: OfficerChange) -> bool:
    """Whether the same was proposed and waits for the head."""
    wanted = told(change)
    for line in waiting_changes(change.inspector):
        kept = NEW_IDENTITY.open(line.id, bytes(line.identity_number)) if line.identity_number else ""
        if line.changes == wanted and kept == change.identity_number:
            return True
    return False


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def read_value(name: str, value: Any) -> Any:
    """A value of a field as JSON kept it."""
    if value is None:
        return None
    if name == "user_id":
        return UUID(value)
    return date.fromisoformat(value) if name in ("certificate_expires_on", "own_expires_on") else value
