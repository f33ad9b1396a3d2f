"""People of a bureau from a spreadsheet: read and shown first, then added together, each with a link that is shown once (R-T5, R-L11)."""

from __future__ import annotations

import io
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.crypto import UnknownKey
from onedoor.kernel.db import db
from onedoor.kernel.encrypted_columns import cipher
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import DbRole, current_scope, in_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import Column, Limits, SourceRow, in_turn, read_table, write_xlsx
from tenants import queries
from tenants.models import Bureau, Unit
from tenants.people.access_links import LinkToHandOver
from tenants.people.accounts import USERNAME, take_in
from tenants.people.first_accounts import in_use
from tenants.rules import GIVEN_BY_ADMINISTRATORS, ROLE_NAMES, Role

COLUMNS = (
    Column("姓名", required=True),
    Column("用户名", required=True),
    Column("身份证号", aliases=("身份证号码", "公民身份号码"), required=True),
    Column("职务"),
    Column("科室"),
    Column("角色", required=True),
)
EXAMPLE = ("张某某", "zhang.mm", "", "科员", "", "计划员、抽取员")
MOST = 500
LIMITS = Limits(size=2 << 20, workbook=8 << 20, rows=MOST)
_ROLES = {name: role for role, name in ROLE_NAMES.items() if role in GIVEN_BY_ADMINISTRATORS}


@dataclass(frozen=True)
class PersonRow:
    """One row of the file as it was read, with what stands against it."""

    number: int
    display_name: str
    username: str
    identity_number: str
    post: str
    unit: str
    roles: tuple[str, ...]
    problems: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Handed:
    """Somebody who was added, and the link to hand over."""

    row: PersonRow
    link: LinkToHandOver


def template() -> bytes:
    """The file to fill in."""
    target = io.BytesIO()
    write_xlsx(target, [column.name for column in COLUMNS], [EXAMPLE], sheet="用户")
    return target.getvalue()


def read_people(content: bytes, bureau: Bureau) -> list[PersonRow]:
    """The rows of a file, each with its problems; nothing is added. Raises ClerkError for a file nobody can read."""
    with in_turn():
        rows = [_row(row) for row in read_table(content, COLUMNS, LIMITS).rows]
    people = [row for row in rows if row.username or row.display_name]
    if not people:
        raise ClerkError("文件里没有人员，请按模板填写后再上传。", fields={"file": ["文件里没有人员。"]})
    return checked(people, bureau)


def checked(people: Sequence[PersonRow], bureau: Bureau) -> list[PersonRow]:
    """The same rows with what stands against each now."""
    units = {unit.name for unit in _units(bureau)}
    supervises = bool(queries.grants(bureau.id))
    seen: set[str] = set()
    found = []
    for row in people:
        problems = list(_problems(row, units, supervises, row.username in seen))
        seen.add(row.username)
        found.append(replace(row, problems=tuple(problems)))
    return found


def add_people(people: Sequence[PersonRow], bureau: Bureau) -> list[Handed]:
    """Add all of them or none. Raises ClerkError with the row that stops it.

    Works in the identity scope confined to the bureau; what was read is looked at again.
    """
    people = checked(people, bureau)
    wrong = next((row for row in people if row.problems), None)
    if wrong is not None:
        raise ClerkError(
            "第 %(number)s 行：%(problem)s", number=wrong.number, problem=Sentence(wrong.problems[0])
        )
    units = {unit.name: unit.id for unit in _units(bureau)}
    with in_scope(
        replace(current_scope(), role=DbRole.IDENTITY, tenant_id=bureau.id, bureau_name=bureau.name)
    ):
        handed = [Handed(row, _take_in(row, bureau.id, units.get(row.unit))) for row in people]
        db.session.commit()
    return handed


def expect_nobody_runs(bureau: Bureau) -> None:
    """Raise Conflict where an administrator signs in already: who works in a bureau is its own to say (R-T5)."""
    with in_scope(replace(current_scope(), role=DbRole.IDENTITY, tenant_id=bureau.id)):
        runs = in_use(bureau.id, Role.ADMINISTRATOR)
    if runs:
        raise Conflict("这个单位已有管理员，其他人员由单位管理员在“设置 › 用户”中添加。")


def sealed(people: Sequence[PersonRow], bureau_id: UUID) -> str:
    """What was read, for the browser to keep until it is confirmed: encrypted, since it holds identity numbers (R-T7)."""
    text = json.dumps([asdict(row) for row in people], ensure_ascii=False)
    return urlsafe_b64encode(cipher().encrypt(text, _place(bureau_id))).decode()


def unsealed(token: str, bureau_id: UUID) -> list[PersonRow]:
    """The rows again; raises ClerkError for what is not ours, of another bureau, or of another person."""
    try:
        rows = json.loads(cipher().decrypt(urlsafe_b64decode(token.encode()), _place(bureau_id)))
    except (ValueError, IndexError, InvalidTag, UnknownKey):
        raise ClerkError("核对的内容已经失效，请重新上传文件。") from None
    return [PersonRow(**{**row, "roles": tuple(row["roles"]), "problems": ()}) for row in rows]


def _place(bureau_id: UUID) -> str:
    return f"people_file/{bureau_id}/{current_scope().actor_id}"


def _units(bureau: Bureau) -> list[Unit]:
    return list(db.session.scalars(sa.select(Unit).where(Unit.tenant_id == bureau.id)))


def _take_in(row: PersonRow, bureau_id: UUID, unit_id: UUID | None) -> LinkToHandOver:
    roles = frozenset(_ROLES[name] for name in row.roles)
    try:
        return take_in(
            bureau_id,
            row.username,
            row.display_name,
            read_identity_number(row.identity_number),
            roles,
            post=row.post,
            unit_id=unit_id,
        )[1]
    except ClerkError as error:
        texts = [text for each in (error.fields or {}).values() for text in each] or [error.message]
        raise ClerkError(
            "第 %(number)s 行：%(problem)s", number=row.number, problem=Sentence(texts[0])
        ) from None


def _row(row: SourceRow) -> PersonRow:
    cells = {name: str(value or "").strip() for name, value in row.cells.items()}
    return PersonRow(
        row.number,
        cells.get("姓名", "")[:60],
        cells.get("用户名", "").lower(),
        cells.get("身份证号", "").upper(),
        cells.get("职务", "")[:100],
        cells.get("科室", ""),
        tuple(word for word in re.split(r"[、,，;；\s]+", cells.get("角色", "")) if word),
    )


def _problems(row: PersonRow, units: set[str], supervises: bool, twice: bool) -> Iterable[str]:
    if not row.display_name:
        yield Sentence("没有姓名。")
    if not USERNAME.fullmatch(row.username):
        yield Sentence("用户名用小写字母和数字，可以有点、横线，3 到 32 个字符，例如 zhang.san。")
    elif twice:
        yield Sentence("这个用户名在文件里出现了两次。")
    try:
        read_identity_number(row.identity_number)
    except ClerkError as error:
        yield Sentence(error.message, **error.params)
    if row.unit and row.unit not in units:
        yield Sentence("没有“%(unit)s”这个科室，请先添加科室，或留空。", unit=row.unit)
    unknown = [name for name in row.roles if name not in _ROLES]
    if unknown or not row.roles:
        yield Sentence(
            "角色“%(roles)s”不认识，可以填写：%(known)s。",
            roles="、".join(unknown),
            known=Sentence("%(words)s", words=[Sentence(name) for name in _ROLES]),
        )
    elif ROLE_NAMES[Role.SUPERVISOR] in row.roles and not supervises:
        yield Sentence("本单位没有被授予监督权，不能设执法监督人员。")
