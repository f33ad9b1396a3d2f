"""Items from F1 into drafts of the item list (R-L1, R-L4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from onedoor.imports.models import Import
from onedoor.imports.rules.rows import RowReader, is_foot
from onedoor.imports.rules.vocabulary import Vocabulary
from onedoor.imports.service.bureau_names import BureauNames
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, RowOutcomes
from onedoor.items import queries
from onedoor.items.rules.codes import ItemListState
from onedoor.items.rules.frequencies import unit_of_frequency
from onedoor.items.rules.item_rows import ItemRow, facts_of, is_percent, named_in, next_numbers, read_item
from onedoor.items.rules.point_kinds import kept
from onedoor.items.service.items import put_draft, set_item_unit, standing
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.spreadsheets import SourceTable
from tenants import queries as tenants
from tenants import units as of_units


def load_items(
    reading: Callable[[int], SourceTable],
    run: Import,
    import_problems: ImportProblems,
    verdicts: RowOutcomes,
    progress: NoProgress,
) -> dict[str, Any]:
    """Every row becomes a draft, unless the item stands so already. A row without a number is known by its name.

    What would become of the rows is found by doing it, in a savepoint that is given up again.
    """
    rate, counted = _head(run, "抽查比例"), unit_of_frequency(_head(run, "频次"))
    rows, items = _read(reading(0), import_problems, percent=is_percent(rate), counted=counted)
    writing = run.mode == "good" or (run.mode == "all" and not import_problems.rejected)
    standing = queries.my_items()
    known = {item.number for item in standing}
    numbered = _numbered(items)
    given = {item.number for item in numbered}
    gone = {item.number: item.name for item in standing if item.number not in given and not item.ending}
    units = {unit.name: unit.id for unit in tenants.units()}
    with db.session.begin_nested() as savepoint:
        for item in numbered:
            put = _belonging(item, put_draft(item.number, _values(item, item.number in known)), units)
            name = item.values["name"]
            verdicts.add(put.verdict, item.row, item.number, name, put.changes, put.made, put.before)
        if not writing:
            savepoint.rollback()
    verdicts.add_gone(len(gone), gone.items())
    progress(rows, rows)
    return {"rows": rows, "valid": len(items), **verdicts.figures(written=writing)}


def _head(run: Import, column: str) -> str:
    """The head that a column has in the file, with the unit that it may say; empty if there is none."""
    layout = run.layout or {"header": (), "places": {}}
    place = layout["places"].get(column)
    return layout["header"][place] if place is not None and place < len(layout["header"]) else ""


def _read(
    table: SourceTable, import_problems: ImportProblems, *, percent: bool, counted: str
) -> tuple[int, list[ItemRow]]:
    bureau = tenants.my_bureau()
    words = queries.qualifications.vocabulary()
    units = {unit.name for unit in tenants.units()}
    known, numbers = _known()
    seen: dict[str, int] = {}
    mine, whose, waiting = of_units.my_unit(), _whose(), _waiting()
    bodies = BureauNames()
    rows, items = 0, []
    for row in table:
        if is_foot(row):
            continue
        rows += 1
        number, name = named_in(row)
        stands = known.get(number or numbers.get(name, ""))
        market = bureau.domain == "market"
        item, reader = read_item(
            row, bureau=bureau.name, market=market, stands=stands, percent=percent, counted=counted
        )
        if item is not None:
            item = _by_vocabulary(item, reader, words)
        if item is not None:
            name = item.number or numbers.get(item.values["name"], item.values["name"])
            if item.unit and item.unit not in units:
                reader.refuse(
                    "所属科室",
                    ClerkError(
                        "本单位没有“%(unit)s”这个科室，请核对名称，或请管理员先添加科室。", unit=item.unit
                    ),
                )
            elif name in seen:
                reader.refuse(
                    "检查事项", ClerkError("与第 %(row)s 行是同一事项，只读入第 %(row)s 行。", row=seen[name])
                )
            elif mine is not None and (keeps := whose.get(name)) not in (None, mine):
                assert keeps is not None
                reader.refuse("检查事项", of_units.others(keeps))
            else:
                seen[name] = row.number
                if name in waiting:
                    _refuse_a_change(replace(item, number=name), reader)
                if not reader.problems:
                    bodies.remark(reader, "检查主体", "抽查主体")
                    items.append(item)
        import_problems.add(reader)
    return rows, items


def _values(item: ItemRow, known: bool) -> dict[str, Any]:
    """What the row says of the item; of one that is known no more than it says, and points the editor gave stay."""
    values = item.of_file() if known else dict(item.values)
    if known and "checklist" in values:
        values["checklist"] = _kept_points(item, values["checklist"])
    return values


def _waiting() -> frozenset[str]:
    """The numbers of the drafts in a list that waits for the head: they stay as they were handed in."""
    latest = queries.latest_list()
    if latest is None or latest.state != ItemListState.SUBMITTED:
        return frozenset()
    return frozenset(one.number for one in queries.my_items() if one.list_id == latest.id)


def _refuse_a_change(item: ItemRow, reader: RowReader) -> None:
    """The row's problem, if it would change a draft that waits: found by doing it, and given up again."""

    def change() -> None:
        with db.session.begin_nested() as savepoint:
            put_draft(item.number, _values(item, known=True))
            savepoint.rollback()

    reader.read("检查事项", change)


def _known() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What stands of each item, by number, and the number by name; one that was to end stands as it is published."""
    items = queries.my_items()
    published = {one.number: one for one in queries.published_items(tenants.my_bureau().id)}
    facts = {one.number: facts_of(published.get(one.number, one) if one.ending else one) for one in items}
    return facts, {one.name: one.number for one in items}


def _whose() -> dict[str, UUID | None]:
    """The unit that keeps each item, by number and by name."""
    standing = queries.my_items()
    return {
        **{item.name: item.unit_id for item in standing},
        **{item.number: item.unit_id for item in standing},
    }


def _kept_points(item: ItemRow, fresh: list[Any]) -> list[Any]:
    """What the editor gave points that a file leaves as they are stays with them."""
    stands = standing(item.number, "draft") or standing(item.number, "published")
    return kept(fresh, stands.checklist) if stands is not None else fresh


def _belonging(item: ItemRow, put: RowOutcome, units: Mapping[str, UUID]) -> RowOutcome:
    """What became of a row, once the item is the unit's it names; without one it stays where it is.

    The unit is no fact of the list and makes no draft; of one that was known it is a change all the same, with what taking
    it back writes again (`was_unit`).
    """
    stands = standing(item.number, "draft") or standing(item.number, "published")
    if not item.unit or stands is None or stands.unit_id == units[item.unit]:
        return put
    was, names = stands.unit_id, {key: name for name, key in units.items()}
    set_item_unit(stands, units[item.unit])
    if put.verdict == NEW:
        return put
    changes = {**(put.changes or {}), "unit": [names.get(was, "") if was else "", item.unit]}
    before = {**(put.before or {}), "unit": str(units[item.unit]), "was_unit": str(was) if was else None}
    made = stands.id if put.verdict == UNCHANGED else put.made
    return RowOutcome(CHANGED, changes, made, before)


def _by_vocabulary(item: ItemRow, reader: RowReader, words: Vocabulary) -> ItemRow | None:
    """Qualifications by their one name; an unknown one is this row's problem, with the nearest."""
    given = item.values["qualifications"]
    names = reader.read("所需资格", lambda: words.read(given))
    return None if names is None else replace(item, values={**item.values, "qualifications": names})


def _numbered(items: list[ItemRow]) -> list[ItemRow]:
    standing = queries.my_items()
    by_name = {item.name: item.number for item in standing}
    numbers = [item.number or by_name.get(item.values["name"], "") for item in items]
    prefix = tenants.my_bureau().code.rsplit("-", 1)[-1]
    taken = [*numbers, *(item.number for item in standing)]
    fresh = iter(next_numbers(prefix, taken, numbers.count("")))
    return [replace(item, number=number or next(fresh)) for number, item in zip(numbers, items, strict=True)]
