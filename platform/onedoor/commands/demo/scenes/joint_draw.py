"""Chapters three and four: partners answer, lists are frozen, two parties commit, witnesses speak, all reveal, teams are drawn."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns import service as campaign
from onedoor.campaigns.service import Contribution
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes.joint_plan import PARTNERS, rate
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as draw
from onedoor.draws.service.ceremony import witnesses
from onedoor.items import queries as item_queries
from onedoor.items.rules.codes import ItemState
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from onedoor.officers import queries as officer_queries
from onedoor.plans import queries as plans
from onedoor.targets import queries as target_queries
from tenants import scope

WITNESSES = (
    ("陈见证（市人大代表）", "公开、公平、公正"),
    ("林观察（市政协委员）", "今天天气晴，三号桌第二把椅子"),
)


@dataclass(frozen=True)
class Drawn:
    """The campaign and its draw."""

    campaign_id: UUID
    draw_id: UUID


def draw_together(cast: Cast, line_id: UUID) -> Drawn:
    """From the invitation to the drawn objects and teams."""
    cast.at(2, 17)
    campaign_id = _invite(cast, line_id)
    _answer(cast, campaign_id)
    cast.at(3, 4)
    return _draw(cast, campaign_id)


def draw_alone(cast: Cast, line_id: UUID, officers: int | None = None) -> Drawn:
    """The lead's own matters, with so many of its officers, or all."""
    campaign_id = _invite(cast, line_id)
    cast.later(1)
    with cast.acting("scjg.planner"):
        asked = queries.campaign(campaign_id)
        items = [one.item_id for one in plans.line_items(line_id)]
        campaign.accept(campaign_id, _contribution(asked.rates, items, officers))
    cast.later(1)
    return _draw(cast, campaign_id)


def _draw(cast: Cast, campaign_id: UUID) -> Drawn:
    """Lists frozen, committed to, witnessed, revealed: one morning."""
    with cast.acting("scjg.operator"):
        campaign.begin_draw(campaign_id)
        draw_id = draws.of_campaign(campaign_id)[-1].id
    nonce = _commit(cast, draw_id)
    cast.settle()
    cast.wait()
    tokens = _witnesses(cast, draw_id)
    for token, (_, text) in zip(tokens, WITNESSES, strict=True):
        with in_scope(scope.public("demo"), cast.app):
            draw.speak(token, text)
            db.session.commit()
    with cast.acting("scjg.operator"):
        draw.close_texts(draw_id)
    with cast.acting("sfj.supervisor"):
        draw.reveal(draw_id, nonce.hex())
    cast.settle()
    return Drawn(campaign_id, draw_id)


def _invite(cast: Cast, line_id: UUID) -> UUID:
    with cast.acting("scjg.planner"):
        made = campaign.start(line_id)
        campaign.invite(made.id)
        return made.id


def _answer(cast: Cast, campaign_id: UUID) -> None:
    """The lead and three partners take part, one declines, one is silent and left out with the reason."""
    share = rate(cast)
    for place, letters in enumerate(("SCJG", *PARTNERS)):
        cast.at(2, 17 + place, 14)
        with cast.acting(f"{letters.lower()}.planner"):
            if officer_queries.my_inspectors(today()) and target_queries.target_count():
                # Each bureau keeps its own rate (R-J3).
                campaign.accept(
                    campaign_id, _contribution({"*": {"bp": share["*"]["bp"] * (10 + place) // 10}})
                )
            else:
                campaign.decline(campaign_id, "名录库中没有这类检查对象。")
    cast.at(2, 21)
    with cast.acting("swj.planner"):
        campaign.decline(campaign_id, "预付卡检查已另行安排。")
    # The sixth, who has not answered by the last day.
    cast.at(2, 25)
    with cast.acting("scjg.planner"):
        campaign.remind(campaign_id, cast.bureaus["YJGL"])
    cast.at(2, 28)
    with cast.acting("scjg.planner"):
        campaign.leave_out(campaign_id, cast.bureaus["YJGL"], "经催办未答复，电话确认本次不参加。")


def _contribution(
    share: dict[str, Any], items: list[UUID] | None = None, officers: int | None = None
) -> Contribution:
    first = [item.id for item in item_queries.my_items() if item.state == ItemState.PUBLISHED][:1]
    return Contribution(
        item_ids=items or first,
        inspector_ids=[officer.id for officer in officer_queries.my_inspectors(today())][:officers],
        rates=share,
        stratify="kind",
        reserve=2,
        cap=40,
    )


def _commit(cast: Cast, draw_id: UUID) -> bytes:
    """Justice makes its secret on its own device and hands in the commitment alone, which opens the line."""
    nonce = secrets.token_bytes(32)
    with cast.acting("sfj.supervisor") as person:
        made = draws.draw(draw_id)
        digest = rules.commit("sha256", made.line, made.seq, made.number, person.bureau_name, nonce)
        draw.commit(draw_id, digest.hex())
    return nonce


def _witnesses(cast: Cast, draw_id: UUID) -> list[str]:
    with cast.acting("scjg.operator"):
        return [witnesses.token_of(draw.invite_witness(draw_id, who)) for who, _ in WITNESSES]


def figures(cast: Cast, draw_id: UUID) -> dict[str, Any]:
    """Doors and matters of the draw, and the doors that separate draws would have needed (forms.md)."""
    with cast.acting("scjg.operator"):
        counted = draws.counts(draw_id)
        assert counted is not None
        return {
            "doors": counted.doors,
            "independent_doors": round(float(counted.independent_doors), 2),
            "matters": counted.matters,
        }


def take_files(cast: Cast, draw_id: UUID, folder: Path) -> dict[str, Any]:
    """Write the draw's public files to a folder, as anybody can download them; returns their paths.

    A roster that names recusals is not among those: the lead's operator adds it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with in_scope(scope.public("demo"), cast.app):
        shown = disclosures.of_subject("draw", draw_id)
        assert shown is not None
        paths = {}
        for one in disclosures.files(shown.id):
            path = folder / one.name
            path.write_bytes(disclosures.file(shown.id, one.name).content)
            paths[one.name] = str(path)
        number, roster = shown.content["number"], shown.content["roster"]
    if roster and not roster["public"]:
        with cast.acting("scjg.operator"):
            path = folder / "roster.txt"
            path.write_bytes(draw.hand_out_roster(draw_id))
            paths[path.name] = str(path)
    return {"number": number, **_named(paths)}


def _named(paths: dict[str, str]) -> dict[str, Any]:
    proof = json.loads(Path(paths["proof.json"]).read_text())
    return {
        "proof": paths["proof.json"],
        "pools": {entry["list"]: paths[f"pool-{entry['list']}.txt"] for entry in proof["plan"]["lists"]},
        "roster": next((path for name, path in paths.items() if "roster" in name), None),
        "register": next((path for name, path in paths.items() if "register" in name), None),
    }
