"""The year's returns: filed by the bureaus, one late, one sent back and corrected; added up by justice; the self-review (R-S1, R-S2)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes.joint_plan import PARTNERS
from onedoor.filing import service as filing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.statistics import queries, service
from onedoor.statistics.models import Return
from onedoor.statistics.rules.periods import Level
from tenants import queries as tenants

# The returns of the year's end.
PARTS = (("F4", "Y"), ("F7", "H2"), ("F8", "Y"), ("F9", "H2"), ("F10", "H2"))
CONTACT = {"contact": "李联络", "phone": "0471-1234567"}
DOCUMENTS = {
    "document": "《推行双随机一公开监管实施意见》示政办发〔2025〕6号",
    "disclosure": "《检查结果公开办法》示政办发〔2025〕9号",
}
REPORT = {
    "measures": "建立部门联席会议，统一事项清单、名录库和细则，抽取过程全程留痕、社会见证。",
    "results": "联合抽查一次进门、多项检查，减少了重复入户，检查结果按期公示。",
    "problems_and_advice": "个别部门报送不及时，检查记录质量有差别；建议加强培训。",
    "next_steps": "扩大双随机覆盖面，把信用风险分类用于确定抽查比例。",
    "publicity": "组织执法人员培训，在政府网站公布清单和结果。",
}


def file_all(cast: Cast, folder: Path) -> dict[str, str]:
    """The returns of the year by the people whose part it is; the paths of the workbooks and of the self-review."""
    folder.mkdir(parents=True, exist_ok=True)
    cast.at(12, 10)
    files: dict[str, str] = {}
    for letters in ("SCJG", *PARTNERS):
        with cast.acting(f"{letters.lower()}.planner"):
            owed = {one.value for one in queries.returns.kinds_of(tenants.my_bureau(), Level.OWN)}
            if letters != "SCJG":
                owed -= {"F8"}
            made = {kind: _file(kind, part) for kind, part in PARTS if kind in owed}
            wanted = ("F4",) if letters == "SCJG" else ("F9",) if letters == PARTNERS[0] else ()
            files |= {kind: _workbook(made[kind], folder) for kind in wanted}
    with cast.acting(f"{PARTNERS[-1].lower()}.planner"):
        _file("F7", "H1")  # due in June
    cast.at(12, 11)
    _answer(cast)
    cast.at(12, 12)
    with cast.acting("sfj.supervisor"):
        for kind, part in (("F3", "Y"), ("F7", "H2"), ("F8", "Y"), ("F10", "H2")):
            files[kind] = _workbook(_file(kind, part, Level.PLACE), folder)
        name, content = service.report(_file("self_review", "Y", Level.PLACE, **REPORT))
        files["self_review"] = _written(folder / name, content)
    return files


def _file(kind: str, part: str, level: Level = Level.OWN, **typed: str) -> UUID:
    """A return begun, filled in and filed by whoever works here."""
    made = service.start(kind, level.value, today().year, part)
    service.save(made.id, {**CONTACT, **DOCUMENTS, **typed})
    return service.file_return(made.id).id


def _workbook(return_id: UUID, folder: Path) -> str:
    name, content = service.workbook(return_id)
    return _written(folder / name, content)


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def _answer(cast: Cast) -> None:
    """Justice accepts what was filed, but for one that goes back and is corrected."""
    bureau = cast.bureaus[PARTNERS[0]]
    with cast.acting("sfj.supervisor") as person:
        for one in db.session.scalars(queries.returns.received()).all():
            good = (one.kind, one.tenant_id) != ("F4", bureau)
            for sent in queries.returns.filings_of(one):
                if sent.receiver_id == person.tenant_id:
                    filing.answer(sent.id, good, "" if good else "联系人已调离，请核对后重新报送。")
    with cast.acting(f"{PARTNERS[0].lower()}.planner"):
        query = sa.select(Return).where(Return.tenant_id == bureau, Return.kind == "F4")
        again = service.correct(db.session.scalars(query).one().id, "更换联系人")
        service.save(again.id, {**CONTACT, **DOCUMENTS, "contact": "周接任"})
        corrected = service.file_return(again.id).id
    with cast.acting("sfj.supervisor") as person:
        for sent in queries.returns.filings_of(queries.returns.a_return(corrected)):
            if sent.receiver_id == person.tenant_id:
                filing.answer(sent.id, True)
