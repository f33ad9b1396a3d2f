"""Who has a provisional number only is drawn like everybody, merged after the draw, and finds its lot by either number (R-D8, R-T4)."""

from __future__ import annotations

from typing import Any

import pytest

from onedoor.credit import queries as credit
from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries as draws
from onedoor.draws.queries.evidence import evidence, lots_in
from onedoor.entities import queries, service
from onedoor.entities.service import code_correction
from onedoor.kernel.clock import today
from onedoor.kernel.codes import is_provisional, made_up_credit_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.targets.models import Target
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import begin, commit, reveal

SCJG = "990100-SCJG"


def test_it_is_drawn_and_its_lot_found_by_both_numbers(world: World, run_jobs: Any) -> None:
    with world.city.acting("scjg.planner"):
        made = service.add_entity(
            {
                "name": "示范老号商店", "code": "", "registration_number": "无", "jurisdiction_code": "990100",
                "address": "示范老街1号", "status": "存续",
            },
            kind="92",
        )  # fmt: skip
        number, entity_id = made.code, made.id
        db.session.add(Target(tenant_id=world.city.bureaus["SCJG"], entity_id=entity_id, listed_on=today()))
    assert is_provisional(number)
    everybody = {"*": {"bp": 10_000}}
    campaign_id = world.invited((), rates=everybody)
    world.accept(campaign_id, "SCJG", rates=everybody, reserve=0)
    draw_id = begin(world, campaign_id)
    run_jobs()
    code = made_up_credit_code(9_001, "92990100")
    with world.city.acting("scjg.planner"):
        assert f"\n{number}\t".encode() in draws.pool_file(draw_id)
        for correcting in (
            lambda: code_correction.recode(
                queries.entity(entity_id), "code", code, "换发执照", confirmed=True
            ),
            lambda: service.merge_two(queries.entity(entity_id), queries.entity(world.firms[3]), "同一家店"),
        ):
            with pytest.raises(Conflict, match="还没有抽取的名单里"):
                correcting()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.planner"):
        assert number in {one.code for one in draws.outcome(draw_id).objects}
        code_correction.recode(queries.entity(entity_id), "code", code, "换发执照", confirmed=True)
        assert queries.numbers_of(code) == [code, number]
        published = disclosure.of_subject("draw", draw_id)
        assert published is not None
        files = evidence(published)
        (one,), (other,) = lots_in(files, SCJG, number), lots_in(files, SCJG, code)
        assert one == other and one[0].id == number, "the proof is as it was"
        assert not credit.without_code(number)
