"""The rooms' `.sql` files: each declared, each accepted by PostgreSQL with its checks on, each saying what the rules say.

Squawk reads their statements and the bodies in SQL (`make lint`); bodies in PL/pgSQL nobody reads but PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onedoor.app import import_models
from onedoor.entities.rules.codes import GONE, LISTABLE, STATUS_NAMES
from onedoor.entities.rules.merges import MERGED, UNMERGED
from onedoor.entities.service.merge_lock import MERGES
from onedoor.kernel import access
from onedoor.kernel.access import Function, read
from onedoor.kernel.codes import EntityKind
from onedoor.targets.policies.returned_targets import NOTE, NOTE_BY_HAND

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("platform/onedoor/*/sql/*.sql"), *ROOT.glob("tenants/sql/*.sql")])


def texts() -> Iterator[str]:
    """The statement that makes each declared function, also those of triggers."""
    import_models()
    for functions in access.FUNCTIONS.values():
        yield from (function.text for function in functions)
    for triggers in access.TRIGGERS.values():
        yield from (next(trigger.statements()) for trigger in triggers)


def names() -> set[str]:
    return {Function(text, ()).name for text in texts()}


def test_a_name_is_declared_once() -> None:
    found = [Function(text, ()).name for text in texts()]
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_declared_and_in_form(path: Path) -> None:
    """It makes one function, which is called as the file is or, of a file that tables share, as one that is declared."""
    text = path.read_text(encoding="utf-8")
    made = re.findall(r"^CREATE OR REPLACE FUNCTION (\w+)\s*\(", text, re.MULTILINE)
    assert len(made) == 1
    if "__" in made[0]:
        pattern = re.compile(re.sub(r"__[a-z]+__", r"\\w+", made[0]))
        assert any(pattern.fullmatch(name) for name in names())
    else:
        assert made[0] == path.stem
        assert made[0] in names()
    assert text.endswith(";\n") and "\t" not in text
    assert not re.search(r"[ \t]+$", text, re.MULTILINE), "spaces at an end of line"
    assert max(map(len, text.splitlines())) <= 140
    assert "\nAS $body$\n" in text and "\n$body$;\n" in text


def test_postgresql_takes_each_with_its_checks_on(owner: psycopg.Connection) -> None:
    """Migrations make them with `check_function_bodies` off, since a body may name what is made later."""
    refused = {}
    with owner.transaction(force_rollback=True):
        owner.execute("SET LOCAL plpgsql.extra_errors = 'shadowed_variables'")
        for text in texts():
            try:
                with owner.transaction():
                    owner.execute(text.encode())
            except psycopg.Error as problem:
                refused[Function(text, ()).name] = str(problem)
    assert refused == {}


def test_what_is_wrong_in_a_body_is_refused(owner: psycopg.Connection) -> None:
    """The same check over a body with a slip in it."""
    wrong = read("draws", "draw_stays").split("\n$body$;")[0].replace("END IF;", "END IF", 1) + "\n$body$"
    with pytest.raises(psycopg.errors.SyntaxError):
        owner.execute(wrong.encode())


def test_a_file_says_who_is_meant_by_names_that_are_known() -> None:
    with pytest.raises(LookupError, match="__table__"):
        read("kernel", "stays")


def test_what_stands_in_rules_and_in_files_is_the_same() -> None:
    """Reasons, states and the key of the lock, written out in the files."""
    merging = read("entities", "follow_merge") + read("targets", "follow_listing")
    assert merging.count(f"ended_reason = '{MERGED}'") == 2
    assert set(re.findall(r"ended_reason = (?:CASE .*? THEN (?:NULL ELSE )?)?'(\w+)'", merging)) == {MERGED}
    assert set(re.findall(r"ended_reason = '(\w+)'", read("entities", "undo_merge"))) == {MERGED, UNMERGED}
    assert f"hashtextextended('{MERGES}', 0)" in read("targets", "target_in_turn")
    kinds = read("entities", "my_entity_kinds")
    assert f"ARRAY[{','.join(repr(str(kind)) for kind in EntityKind)}]" in kinds
    gone = "(VALUES " + ", ".join(f"('{status}', '{STATUS_NAMES[status]}')" for status in GONE) + ")"
    listable = "IN (" + ", ".join(f"'{status}'" for status in LISTABLE) + ")"
    notes = {"relist_undone": NOTE, "relist_returned": NOTE_BY_HAND, "relist_loaded": NOTE_BY_HAND}
    for name, note in notes.items():
        text = read("targets", name)
        assert gone in text and listable in text and f"'{note}', jsonb_build_object('say', '{note}'" in text
