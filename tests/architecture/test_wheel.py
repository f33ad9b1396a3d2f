"""What a deployment installs: the product, its migrations, pages and translations, and nothing that only shows or measures it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = (
    "onedoor/commands/demo",
    "onedoor/commands/bench",
    "onedoor/credit/platform_stand_in",
    "tests/",
    "scripts/",
)
TRY = """
import sys; sys.path.insert(0, sys.argv[1])
from onedoor.cli import main
assert main.list_commands(None) and not {"demo", "bench"} & set(main.list_commands(None)), main.list_commands(None)
assert main.get_command(None, "demo") is None
from onedoor import app
assert app.__file__.startswith(sys.argv[1])
app.import_models()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_benches_demo_and_stand_in_are_not_shipped(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.startswith(NOT_SHIPPED)] == []
    assert {"onedoor/app.py", "tenants/scope.py", "tasks/worker.py", "migrations/env.py"} <= set(names)
    assert "onedoor/web/static/build/app.css.br" in names
    assert any(name.endswith("messages.mo") for name in names)


def test_what_is_shipped_works_without_them(wheel: Path, tmp_path: Path) -> None:
    """No module of the product reaches for what stays behind."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-P", "-c", TRY, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
