"""What the hall has on its screen: pools with counts and reasons, digests, codes that lead where they say, the doors saved."""

from __future__ import annotations

import re

from onedoor.draws import queries
from onedoor.web.shell.renderer import qr_svg
from tests.draws_room.ceremony import Ceremony
from tests.web.draws.conftest import Client


def shown(client: Client, who: str, ceremony: Ceremony) -> str:
    answer = client(who).get(f"/draws/{ceremony.draw_id}/hall")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def in_eights(digest: str) -> str:
    return " ".join(digest[place : place + 8] for place in range(0, 64, 8))


def test_pools_digests_and_codes_stand_in_the_hall(client: Client, ceremony: Ceremony) -> None:
    """R-D2, R-D4: counts by stratum and why others are left out; a code holds the address or the entry beside it."""
    ceremony.open()
    token = ceremony.invite("卫见证（记者）")
    page = shown(client, "scjg.operator", ceremony)
    said = words_of(page)
    office = client("scjg.operator").get(f"/draws/{ceremony.draw_id}").get_data(as_text=True)
    (site,) = set(re.findall(rf"(https?://[^/<>\"]+)/witness/{token}", office))
    with ceremony.city.acting("scjg.operator"):
        board = queries.board(ceremony.draw_id)
    newest = board["register"][-1]
    assert str(qr_svg(f"{newest['n']}:{newest['own']}")) in page
    assert str(qr_svg(f"{site}/witness/{token}")) in page
    assert str(qr_svg(f"{site}/open/draws/{ceremony.draw_id}")) in page
    for each in board["lists"]:
        assert in_eights(each["digest"]) in said
        for row in each["strata"]:
            assert f"{row['rows']} {row['eligible']} {row['quota']}" in said
    assert in_eights(board["plan_digest"]) in said
    assert re.search(r"未列入：[^。]*已注销、吊销或迁出 3 户", said)
    assert str(qr_svg(f"{site}/witness/{token}")) not in shown(client, "yjgl.planner", ceremony)


def test_the_doors_saved_stand_in_the_hall_and_the_record(client: Client, ceremony: Ceremony) -> None:
    """R-J3: what drawing together is expected to have saved, beside what each alone would have come to."""
    ceremony.whole()
    with ceremony.city.acting("scjg.operator"):
        board = queries.board(ceremony.draw_id)
    said = words_of(shown(client, "scjg.operator", ceremony))
    alone, doors = board["independent_doors"], board["doors"]
    assert f"抽中（入户） {doors} 户" in said
    found = re.search(r"各自抽取预计入户 ([\d.]+) 户 联合抽取少打扰 ([\d.]+) 户", said)
    assert found is not None
    assert abs(float(found[1]) - float(alone)) < 0.005
    assert float(found[2]) > 0 and abs(float(found[1]) - doors - float(found[2])) < 0.015
    assert in_eights(board["proof_digest"]) in said
