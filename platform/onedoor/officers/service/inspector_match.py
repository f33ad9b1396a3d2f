"""Which officer of the library a row of a file is about (R-L7, R-L11)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries
from onedoor.officers.models import Inspector, InspectorPrivate
from onedoor.officers.queries.leave import officer_of_account
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.inspector_rows import InspectorRow
from onedoor.officers.service.inspectors import account_of
from onedoor.officers.service.personal_numbers import officer_with_identity


class InspectorMatch:
    """Gathers, row by row, whom a file is about: one row for one officer, one account for one row."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}
        self._names: dict[int, str] = {}

    def take(self, row: InspectorRow, reader: RowReader) -> Inspector | None:
        """The officer of a row, None for who is new; what speaks against the row is its problem."""
        known = reader.read("执法证编号", lambda: _known(row))
        self._refuse_again(row, known, reader)
        if row.account:
            self._check_account(row, known, reader)
        if known is None and not reader.problems:
            _remark_namesake(row, reader)
        if not reader.problems:
            _remark_undrawn(row, known, reader)
        return known

    def _refuse_again(self, row: InspectorRow, known: Inspector | None, reader: RowReader) -> None:
        number, name = row.values["certificate_number"], row.values["name"]
        keys = {
            "执法证编号": ("certificate", number or "") if number or row.identity_number else ("name", name),
            "身份证号": ("identity", row.identity_number),
            "姓名": ("officer", str(known.id) if known is not None else ""),
        }
        for column, key in keys.items():
            if key in self._seen:
                first = self._seen[key]
                reader.refuse(column, _again(first, self._names.get(first, name), name))
                return
        if not reader.problems:
            self._names[row.row] = name
            self._seen |= {key: row.row for key in keys.values() if key[1]}

    def _check_account(self, row: InspectorRow, known: Inspector | None, reader: RowReader) -> None:
        user_id = account_of(row.account)
        if user_id is None:
            reader.refuse("登录账号", ClerkError("本单位没有“%(name)s”这个账号。", name=row.account))
            return
        other = officer_of_account(user_id, besides=known)
        if other is not None:
            error = ClerkError(
                "账号“%(account)s”已由%(name)s使用，一个账号只能对应一名执法人员。",
                account=row.account,
                name=other.name,
            )
            reader.refuse("登录账号", error)
        elif self._seen.setdefault(("account", row.account), row.row) != row.row:
            first = self._seen["account", row.account]
            error = ClerkError("第 %(row)s 行已用这个账号，一个账号只能对应一名执法人员。", row=first)
            reader.refuse("登录账号", error)


def _again(first: int, whose: str, name: str) -> ClerkError:
    if whose == name:
        return ClerkError("与第 %(row)s 行是同一人，只读入第 %(row)s 行。", row=first)
    return ClerkError(
        "编号与第 %(row)s 行%(name)s的相同，只读入第 %(row)s 行；不是同一人的，请核对编号。",
        row=first,
        name=whose,
    )


def _known(row: InspectorRow) -> Inspector | None:
    """By the certificate, else by the identity number's keyed hash, else by the name among those without a certificate.

    Raises ClerkError where the two numbers are of two officers.
    """
    number = row.values["certificate_number"]
    query = queries.inspectors().where(Inspector.certificate_number == number)
    certified = db.session.scalar(query) if number else None
    person = officer_with_identity(row.identity_number)
    if certified is not None and person is not None and certified.id != person.id:
        raise ClerkError(
            "这个执法证编号登记在%(one)s（%(first)s）名下，身份证号登记在%(other)s（%(second)s）名下，请核对。",
            one=certified.name,
            first=certified.code,
            other=person.name,
            second=person.code,
        )
    return certified or person or (None if number else _without_certificate(row))


def _without_certificate(row: InspectorRow) -> Inspector | None:
    """Who has that name and no certificate; with an identity number in the row, nobody whose own is another."""
    query = queries.inspectors().where(
        Inspector.certificate_number.is_(None), Inspector.name == row.values["name"]
    )
    if row.identity_number:
        kept = InspectorPrivate.identity_number.is_not(None)
        query = query.where(~sa.exists().where(InspectorPrivate.inspector_id == Inspector.id, kept))
    return db.session.scalar(query.order_by(Inspector.code).limit(1))


def _remark_undrawn(row: InspectorRow, known: Inspector | None, reader: RowReader) -> None:
    """Who will have no certificate, or none with an end, is in the library and is not drawn (R-L7, R-L8)."""
    stands = {
        name: getattr(known, name) if known is not None and column not in row.given else row.values[name]
        for column, name in (("执法证编号", "certificate_number"), ("证件有效期至", "certificate_expires_on"))
    }
    if not stands["certificate_number"]:
        reader.remark("执法证编号", ClerkError("没有执法证编号：进入名录库，但不参加抽取。"))
    elif stands["certificate_expires_on"] is None:
        reader.remark("证件有效期至", ClerkError("没有证件有效期：进入名录库，但不参加抽取。"))


def _remark_namesake(row: InspectorRow, reader: RowReader) -> None:
    """Who is read as new may be somebody who is known, with a renewed certificate."""
    query = queries.inspectors().where(
        Inspector.name == row.values["name"], Inspector.status != InspectorStatus.LEFT
    )
    same = db.session.scalar(query.order_by(Inspector.code).limit(1))
    if same is not None:
        reader.remark(
            "姓名",
            ClerkError(
                "名录里已有同名的%(name)s（%(code)s），证号不同，按新增人员读入；如是同一人换证，请填写身份证号后再导入。",
                name=same.name,
                code=same.code,
            ),
        )
