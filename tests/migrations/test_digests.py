"""What has landed is never edited, and what is drafted is what is declared."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from migrations import digests, draft
from onedoor.kernel import access
from onedoor.kernel.db import Base


def test_a_landed_migration_stays_as_it_landed() -> None:
    """A new one is listed by `python -m migrations.digests`; one that is listed is changed by a further migration."""
    now, then = digests.digests(), digests.listed()
    assert {name: now.get(name) for name in then} == then, "has landed: write a further migration"
    assert sorted(now.keys() - then.keys()) == [], "list them: python -m migrations.digests"


def test_listing_takes_up_what_is_new_and_keeps_what_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "FOLDER", tmp_path)
    monkeypatch.setattr(digests, "LIST", tmp_path / "landed.txt")
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "0201_a.py").write_text("a")
    assert digests.write() == ["0201_a.py"]
    first = digests.listed()
    (tmp_path / "versions" / "0201_a.py").write_text("edited")
    (tmp_path / "versions" / "0202_b.py").write_text("b")
    assert digests.write() == ["0202_b.py"]
    assert digests.listed()["0201_a.py"] == first["0201_a.py"] != digests.digests()["0201_a.py"]
    digests.write(anew=True)
    assert digests.listed() == digests.digests()


def test_every_declared_table_and_function_is_drafted_once_and_the_same_again() -> None:
    """All rooms, by themselves: a new room needs no word here."""
    files = draft.all_rooms()
    assert files == draft.all_rooms() and list(files) == sorted(files)
    whole = "".join(files.values())
    for table in Base.metadata.sorted_tables:
        assert whole.count(f"CREATE TABLE {table.name} (") == 1
    functions = [one.name for group in access.FUNCTIONS.values() for one in group]
    triggers = [one.name for group in access.TRIGGERS.values() for one in group]
    for name in functions + triggers:
        assert whole.count(f"CREATE OR REPLACE FUNCTION {name}(") == 1
    for inserts in access.ROWS.values():
        assert all(whole.count(each) == 1 for each in inserts)
    downs = [text.split("down_revision = ")[1].split("\n")[0].strip('"') for text in files.values()]
    assert downs == ["None", *list(files)[:-1]]


def test_what_is_new_is_drafted_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions").mkdir()
    monkeypatch.setattr(draft, "VERSIONS", tmp_path / "versions")
    monkeypatch.setattr(
        "sys.argv", ["draft", "0301_seen", "filing", "filing_answer_by_another", "my_campaigns"]
    )
    draft.main()
    text = (tmp_path / "versions" / "0301_seen.py").read_text(encoding="utf-8")
    head = ScriptDirectory(str(digests.FOLDER)).get_current_head()
    assert f'revision = "0301_seen"\ndown_revision = "{head}"' in text
    for part in (
        "CREATE TABLE filing (", "CREATE POLICY filing_bureau_select_0", "CREATE OR REPLACE FUNCTION my_campaigns()",
        "CREATE TRIGGER filing_answer_by_another",
    ):  # fmt: skip
        assert text.count(part) == 1
    compile(text, "0301_seen.py", "exec")
    monkeypatch.setattr("sys.argv", ["draft", "0302_none", "nothing_of_the_kind"])
    with pytest.raises(ValueError, match="nothing_of_the_kind"):
        draft.main()
