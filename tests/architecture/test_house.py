"""Tests about the house itself: its layout, its arrows, its tables (architecture.md)."""

from __future__ import annotations

import ast
import platform
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

import psycopg
from flask import Flask

from onedoor.app import import_models
from onedoor.edge import guard
from onedoor.kernel import access
from onedoor.kernel.db import Base

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for folder in ("platform/onedoor", "tenants", "tasks") for path in (ROOT / folder).rglob("*.py")
]
# Downloaded, and read by people who trust nobody: one file, as long as it has to be.
VERIFIER = ROOT / "platform/onedoor/verifier/verify.py"
_OFFSET = re.compile(r"\bOFFSET\s+[^0\s]")
PURE_FORBIDS = {
    "flask",
    "flask_babel",
    "sqlalchemy",
    "celery",
    "marshmallow",
    "random",
    "datetime.now",
    "flask_sqlalchemy",
}


def test_platform_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert {entry.name for entry in (ROOT / "platform").iterdir()} - {"__pycache__"} == {"onedoor"}
    assert platform.system()


def test_every_route_says_who_may_enter(app: Flask) -> None:
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    assert [
        name for name, view in views.items() if name != "static" and guard.expectation_of(view) is None
    ] == []


def test_every_table_belongs_to_a_bureau_or_says_why_not() -> None:
    import_models()
    unsaid = [
        table.name
        for table in Base.metadata.sorted_tables
        if "tenant_id" not in table.c and table.name not in access.SHARED
    ]
    assert unsaid == []


def test_every_table_has_rules_and_forced_row_security(app: Flask, owner: psycopg.Connection) -> None:
    import_models()
    assert [table.name for table in Base.metadata.sorted_tables if table.name not in access.RULES] == []
    open_tables = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)"
    ).fetchall()
    assert open_tables == []


def test_foreign_keys_between_bureaus_rows_carry_the_bureau() -> None:
    """A plain foreign key may point to another bureau's row, so children of a bureau's table point by both columns."""
    import_models()
    loose = []
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            target = constraint.referred_table
            if "tenant_id" in target.c and "tenant_id" in table.c:
                names = {element.column.name for element in constraint.elements} | set(constraint.column_keys)
                if "tenant_id" not in names:
                    loose.append(f"{table.name}.{constraint.name}")
    assert sorted(loose) == sorted(LOOSE)


# None: also what hangs on a job or an account points to it by id and bureau.
# To the register of places, which all bureaus read (R-T4), and to another bureau's published result (R-J7).
LOOSE: list[str] = [
    "record_paper.fk_record_paper_disclosure_id",
    "target_matter.fk_target_matter_premises_id_entity_id",
    "visit.fk_visit_premises_id",
]


def test_rules_are_pure() -> None:
    for path in SOURCES:
        parts = path.relative_to(ROOT).parts
        if path.name == "rules.py" or "rules" in parts[:-1]:
            imported = _imports(path)
            assert not {name for name in imported if name.split(".")[0] in PURE_FORBIDS}, path


def test_modules_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in SOURCES
        if (count := len(path.read_text().splitlines())) > 400 and path != VERIFIER
    }
    assert long == {}


def test_folders_stay_small() -> None:
    """What grows beyond 25 modules is two subjects."""
    counted = Counter(path.parent for path in SOURCES)
    large = {str(folder.relative_to(ROOT)): count for folder, count in counted.items() if count > 25}
    assert large == {}


def test_foreign_keys_point_down_the_house() -> None:
    """As imports do (pyproject's contract): a row of a lower room knows nothing of a higher one's."""
    import_models()
    ranks = _ranks()
    upward = []
    for mapper in Base.registry.mappers:
        here = ranks[_room_of(mapper.class_)]
        for key in mapper.local_table.foreign_keys:  # type: ignore[attr-defined]
            (there,) = {
                ranks[_room_of(one.class_)]
                for one in Base.registry.mappers
                if one.local_table is key.column.table
            }
            if there[0] > here[0] or (there[0] == here[0] and there != here):
                upward.append(f"{mapper.local_table}.{key.parent.name} -> {key.column.table}")
    assert sorted(upward) == UPWARD


UPWARD: list[str] = []


def _ranks() -> dict[str, tuple[int, str]]:
    """By room how high it stands, and its name: rooms of one line do not know each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    found = {}
    for height, line in enumerate(reversed(lines)):
        for word in line.split("|"):
            name = word.strip().strip("()").removeprefix("onedoor.")
            found[name] = (height, name)
    return found


def _room_of(model: type) -> str:
    top, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if top == "onedoor" else top


def test_the_verifier_to_download_is_one_file_of_any_python_since_3_8() -> None:
    """Who trusts nobody installs nothing: only the standard library, only what Python 3.8 can read (R-D8)."""
    assert {name.split(".")[0] for name in _imports(VERIFIER)} <= sys.stdlib_module_names
    ast.parse(VERIFIER.read_text(), feature_version=(3, 8))


def test_no_drawers() -> None:
    names = {"utils", "util", "shared", "helpers", "common", "misc"}
    assert [path for path in SOURCES if path.stem in names or names & set(path.parts[-2:-1])] == []


def test_only_supervision_crosses() -> None:
    users = [path for path in SOURCES if "tenants.crossing" in _imports(path) or _crosses(path)]
    allowed = {"supervision", "statistics"}
    assert [path for path in users if not allowed & set(path.parts)] == []


def _crosses(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "tenants"
        and any(a.name == "crossing" for a in node.names)
        for node in ast.walk(ast.parse(path.read_text()))
    )


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def test_the_database_knows_the_day_by_chinas_clock(owner: psycopg.Connection) -> None:
    """Sessions run in UTC, where `current_date` is a day behind until eight in the morning: use TODAY_SQL."""
    found = owner.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc ~* 'current_date'"
    ).fetchall()
    assert found == []


def test_no_list_is_paged_by_number() -> None:
    """OFFSET reads all that it passes over, and rows that come or go meanwhile are shown twice or never: by key, always.

    OFFSET 0 passes over nothing; it keeps a part of a statement apart from the rest (`entities.queries.search`).
    """
    by_number = [
        (str(path.relative_to(ROOT)), getattr(node, "lineno", 0))
        for path in SOURCES
        if "commands/bench" not in path.as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _passes_over_rows(node)
    ]
    assert by_number == []


def _passes_over_rows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        given = [ast.unparse(one) for one in node.args]
        return node.func.attr in ("offset", "slice", "paginate") and given != ["sa.literal_column('0')"]
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_OFFSET.search(node.value))


def test_every_room_is_kept_from_the_web() -> None:
    """The contract names the rooms one by one; a new one stands in it like in the layers."""
    contracts = {
        each["name"]: each
        for each in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    }
    layers = " ".join(contracts["Arrows point down the house, never sideways"]["layers"])
    rooms = set(re.findall(r"\((onedoor\.\w+)\)", layers)) | {"tenants"}
    assert len(rooms) > 15
    assert set(contracts["Rooms know nothing of the web"]["source_modules"]) == rooms


def test_a_page_of_many_names_has_a_view_object() -> None:
    """More than sixteen names are a dataclass of the page, so that a reader and the type checker see what it shows."""
    many = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "platform/onedoor/web").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "page" and len(call.keywords) > 16
    ]
    assert many == []
