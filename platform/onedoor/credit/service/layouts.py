"""Layouts as the operator makes and tries them: drafts, versions, and what cannot hold what it is given (R-O2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit import rules
from onedoor.credit.layout_checks import Trial, entity_keys, field_problems, layout_problems, tried
from onedoor.credit.layouts import PENALTY, RESULT, Field, read_fields
from onedoor.credit.models import RecordLayout
from onedoor.credit.platforms import read_layout
from onedoor.credit.rules import LayoutState
from onedoor.kernel import audit
from onedoor.kernel.clock import local_day, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, in_lines
from onedoor.kernel.text.source_strings import N_

TRIED_ROWS = 200


def layouts() -> list[RecordLayout]:
    """All versions, by family, the newest first."""
    query = sa.select(RecordLayout).order_by(RecordLayout.family, RecordLayout.version.desc())
    return list(db.session.scalars(query))


def record_layout(layout_id: UUID) -> RecordLayout:
    """One version."""
    found = db.session.get(RecordLayout, layout_id)
    if found is None:
        raise NotFound("没有找到这个报送格式。")
    return found


def new_layout(family: str, kind: str, title: str) -> RecordLayout:
    """Begin a layout: a draft with the firm's name and code."""
    wrong: dict[str, list[str]] = {}
    if kind not in (RESULT, PENALTY):
        wrong["kind"] = [N_("请选择报送的内容。")]
    if not title.strip():
        wrong["title"] = [N_("请填写名称。")]
    if not family or any(one.family == family for one in layouts()):
        wrong["family"] = [N_("请填写格式代码，由小写字母、数字和连字符组成，不能与已有的相同。")]
    if wrong:
        raise ClerkError("报送格式还没有填完。", fields=wrong)
    name, code = (("entity_name", "entity_code"), ("CF_XDR_MC", "CF_XDR_SHXYM"))[kind == PENALTY]
    fields = [Field(name, "名称", 200), Field(code, "统一社会信用代码", 18, kind="credit_code")]
    return _draft(family, 1, kind, title.strip(), fields, nested=kind == RESULT)


def next_version(layout_id: UUID) -> RecordLayout:
    """A draft of the next version, as the newest is; the one in use stays until the draft is put to use."""
    given = record_layout(layout_id)
    versions = [one for one in layouts() if one.family == given.family]
    if any(one.state == LayoutState.DRAFT for one in versions):
        raise Conflict("这个格式已有一个草稿，请在草稿上修改。")
    newest = versions[0]
    return _draft(
        newest.family,
        newest.version + 1,
        newest.kind,
        newest.title,
        list(read_fields(newest.fields)),
        nested=newest.nested,
    )


def _draft(
    family: str, version: int, kind: str, title: str, fields: list[Field], *, nested: bool
) -> RecordLayout:
    made = RecordLayout(
        id=new_id(),
        family=family,
        version=version,
        kind=kind,
        title=title,
        fields=[one.as_dict() for one in fields],
        entity=list(entity_keys(kind, fields)),
        nested=nested,
        state=LayoutState.DRAFT,
        made_by=current_scope().actor_name,
        made_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record("credit.layout.draft", ("layout", made.id), f"{family}/{version}")
    return made


def put_field(layout_id: UUID, given: Mapping[str, Any], former: str = "") -> RecordLayout:
    """Add a field, or replace the one with the key `former`."""
    made, one = _a_draft(layout_id), _field(given)
    fields = list(read_fields(made.fields))
    wrong = field_problems(made.kind, one)
    if any(other.key == one.key for other in fields if other.key != former):
        wrong["key"] = [N_("已有这个字段代码。")]
    if wrong:
        raise ClerkError("这个字段有几处需要修改。", fields=wrong)
    place = next((number for number, other in enumerate(fields) if other.key == former), None)
    if place is None:
        fields.append(one)
    else:
        fields[place] = one
    return _keep(made, fields)


def drop_field(layout_id: UUID, key: str) -> RecordLayout:
    """Take a field out of a draft."""
    made = _a_draft(layout_id)
    return _keep(made, [one for one in read_fields(made.fields) if one.key != key])


def describe_layout(layout_id: UUID, title: str, *, nested: bool) -> RecordLayout:
    """The draft's name, and whether items and findings go along as a list."""
    made = _a_draft(layout_id)
    if not title.strip():
        raise ClerkError("请填写名称。", fields={"title": [N_("请填写名称。")]})
    made.title, made.nested = title.strip(), nested and made.kind == RESULT
    return _keep(made, list(read_fields(made.fields)))


def use_layout(layout_id: UUID) -> RecordLayout:
    """Put a draft to use: what is made from now on goes by it, what was made before keeps its version.

    Raises `ClerkError` if it is not whole, or cannot hold what is public now.
    """
    made = _a_draft(layout_id)
    trial = try_layout(made)
    wrong = layout_problems(read_layout(made)) or [
        Sentence(
            "%(label)s：%(problem)s（%(rows)s 条，如“%(example)s”）",
            label=one.label,
            problem=one.problem,
            rows=one.rows,
            example=one.example,
        )
        for one in trial.wrong
    ]
    if wrong:
        raise ClerkError(
            "这个格式还放不下要报送的内容，没有启用：%(problems)s", problems=in_lines(wrong[:10])
        )
    made.state, made.used_since = "in_use", now()
    db.session.flush()
    audit.record(
        "credit.layout.use", ("layout", made.id), f"{made.family}/{made.version}", after={"tried": trial.rows}
    )
    return made


def delete_draft(layout_id: UUID) -> None:
    """Draft no more: the version's number stays used."""
    made = _a_draft(layout_id)
    audit.record("credit.layout.delete", ("layout", made.id), f"{made.family}/{made.version}")
    db.session.delete(made)
    db.session.flush()


def try_layout(made: RecordLayout) -> Trial:
    """The layout on the newest rows that are public in the whole city."""
    rows = db.session.execute(
        sa.text("SELECT * FROM public_rows(:kind, :most)"), {"kind": made.kind, "most": TRIED_ROWS}
    )
    return tried(read_layout(made), [_facts(made.kind, row) for row in rows])


def _facts(kind: str, row: Any) -> dict[str, Any]:
    entity = row.entity_code or "", row.entity_name or ""
    if kind == PENALTY:
        return rules.penalty_fields(row.content, entity, local_day(row.until) if row.until else None)
    # The plan is looked up by the bureau alone; where the result does not name it, what stands for one is enough to try.
    plan = rules.PlanFacts(row.content.get("plan_number") or "—", row.content.get("plan_name") or "—")
    return rules.result_fields(row.content, entity, row.bureau_name, plan)


def _field(given: Mapping[str, Any]) -> Field:
    choices, codes = _code_list(given.get("codes") or "")
    number = {name: given.get(name) for name in ("longest", "decimals")}
    return Field(
        key=(given.get("key") or "").strip(),
        label=(given.get("label") or "").strip(),
        longest=int(number["longest"] or 0),
        kind=given.get("kind") or "text",
        choices=choices,
        required=bool(given.get("required")),
        decimals=6 if number["decimals"] is None else int(number["decimals"]),
        source=given.get("source") or "",
        fixed=(given.get("fixed") or "").strip(),
        codes=codes,
    )


def _code_list(text: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """One a line: a word, or a word and after = the code it goes out as."""
    choices, codes = [], {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        word, equals, code = (part.strip() for part in line.partition("="))
        choices.append(code if equals and code else word)
        if equals and code:
            codes[word] = code
    return tuple(dict.fromkeys(choices)), codes


def code_list_text(one: Field) -> str:
    """A field's list of codes as the form has it."""
    words = {code: word for word, code in one.codes.items()}
    return "\n".join(f"{words[code]}={code}" if code in words else code for code in one.choices)


def empty_field() -> Field:
    """What the form begins with."""
    return replace(Field("", "", 200), required=False)


def _keep(made: RecordLayout, fields: list[Field]) -> RecordLayout:
    made.fields = [one.as_dict() for one in fields]
    made.entity = list(entity_keys(made.kind, fields))
    db.session.flush()
    audit.record(
        "credit.layout.change",
        ("layout", made.id),
        f"{made.family}/{made.version}",
        after={"fields": len(fields)},
    )
    return made


def _a_draft(layout_id: UUID) -> RecordLayout:
    made = db.session.get(RecordLayout, layout_id, with_for_update=True)
    if made is None:
        raise NotFound("没有找到这个报送格式。")
    if made.state != LayoutState.DRAFT:
        raise Conflict("这个版本已经启用，不再修改；请新建下一版本。")
    return made
