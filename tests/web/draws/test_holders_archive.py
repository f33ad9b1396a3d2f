"""What the holder of closed lists takes away to check the whole draw: all it needs, and how to (draw.md, "Pool")."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from onedoor.draws import service
from tests.draws_room.ceremony import Ceremony
from tests.fixtures.city import City
from tests.web.draws.conftest import Client

HOLDER = "wsjk.operator"


@pytest.mark.parametrize("recused", [False, True])
def test_a_holder_runs_the_command_that_came_with_the_files(
    city: City, client: Client, tmp_path: Path, recused: bool
) -> None:
    """A roster without recusals is public and comes along; of another it is said who has it."""
    mode = service.Mode(closed=True, holder_id=city.bureaus["WSJK"])
    made = Ceremony(city, mode=mode, recused=recused)
    made.whole()
    path = f"/draws/{made.draw_id}/custody"
    page = client(HOLDER).get(path).get_data(as_text=True)
    answer = client(HOLDER).get(f"{path}/all.zip")
    assert answer.headers["Cache-Control"] == "no-store", "the lists, and the key to every ticket"
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert f"{folder.name}.zip" in answer.headers["Content-Disposition"] and folder.name.endswith("-1-held")
    note = (folder / "README.txt").read_text()
    assert ((folder / "roster.txt").exists(), "向牵头部门索取" in note, "向牵头部门索取" in page) == (
        not recused,
        recused,
        recused,
    )
    found = re.search(r"python3 (-I verify\.py .+)", note)
    assert found is not None
    said = subprocess.run(
        [sys.executable, "-X", "utf8", *shlex.split(found[1])],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.startswith("VALID"), said
    assert ("who was placed in the teams not checked" in said.stdout) == recused
    assert "pool of" not in said.stdout and "digest not checked" not in said.stdout


def test_before_the_proof_the_archive_names_no_command(city: City, client: Client) -> None:
    """Nothing can be run yet: a page with an empty command would say it can."""
    mode = service.Mode(closed=True, holder_id=city.bureaus["WSJK"])
    made = Ceremony(city, mode=mode)
    made.create()
    made.fill()
    answer = client(HOLDER).get(f"/draws/{made.draw_id}/custody/all.zip")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        names = {name.split("/")[1] for name in archive.namelist()}
    assert "README.txt" not in names and {"verify.py"} < names
