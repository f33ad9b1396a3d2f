"""What the job of a draw is at, told while it is at it, and what it has found so far.

The job is one transaction (docs/adr/0002), so all this is told outside it. It is true all the same if the job is
undone: the seed is settled before the job begins, and whoever does it again finds the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Draw
from onedoor.draws.queries import ceremony
from onedoor.draws.rules.partial_checks import drawn_ids
from onedoor.entities import queries as entity_queries
from onedoor.kernel.db import db
from onedoor.kernel.text.source_strings import N_
from onedoor.officers import queries as officer_queries

FILES, OBJECTS, TEAMS, PROOF, PUBLICATION = range(5)
STAGES = (
    N_("核对名单、名册和随机数"),
    N_("计算签号，抽取检查对象"),
    N_("随机编组检查人员"),
    N_("保存并登记抽取证明"),
    N_("更新公示"),
)
# As many as the room reads while the rest is reckoned.
SHOWN = 60


class StageCallback(Protocol):
    """Takes the stage that begins, and what was found before it."""

    def __call__(self, stage: int, found: dict[str, Any] | None = None) -> None:
        """Tell it."""


def no_stage_report(stage: int, found: dict[str, Any] | None = None) -> None:
    """For a draw that nobody watches."""


class StageReport:
    """Tells the stages of one draw; of a surprise only what it is at."""

    def __init__(self, draw: Draw, report: StageCallback) -> None:
        self._draw, self._told = draw, report
        self._found: dict[str, Any] | None = None

    def __call__(self, stage: int) -> None:
        self._told(stage, self._found)

    def drawn(self, result: Sequence[rules.ListResult]) -> None:
        """The objects are drawn, in the order each list drew them; who goes there is still to be found.

        That order goes by stratum and ticket: of a closed draw it is by code, as in its public form.
        """
        codes = list(dict.fromkeys(code for ids in drawn_ids(result) for code in ids))
        if self._draw.surprise:
            return
        if self._draw.closed:
            codes.sort()
        names = names_of(codes[:SHOWN])
        self._found = {
            "doors": len(codes),
            "objects": [{"code": code, "name": names.get(code, ""), "team": []} for code in codes[:SHOWN]],
        }

    def teamed(self, teams: Sequence[rules.Team]) -> None:
        """The teams of those that are shown are found."""
        if self._found is None:
            return
        shown = {each["code"]: each for each in self._found["objects"]}
        people, bureaus = inspectors(self._draw)
        for team in teams:
            if team["object"] in shown:
                shown[team["object"]]["team"] = [
                    {
                        "bureau": bureaus.get(member["bureau"], member["bureau"]),
                        "inspector": member["inspector"],
                        "name": people.get(member["inspector"], ""),
                        "lead": bool(member["lead"]),
                    }
                    for member in team["team"]
                ]


def inspectors(draw: Draw) -> tuple[dict[str, str], dict[str, str]]:
    """Names of the inspectors by code (the columns of F2 are public), and of their bureaus by code."""
    people: dict[str, str] = {}
    bureaus: dict[str, str] = {}
    for party in ceremony.parties(draw.id):
        if party.list_name is not None:
            bureaus[party.bureau_code] = party.bureau_name
            people |= {each.code: each.name for each in officer_queries.bureau_inspectors(party.bureau_id)}
    return people, bureaus


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """Names by code; an object that is one place of an entity bears the entity's name, and says which place."""
    entities = {code: code.partition(":")[0] for code in codes}
    face = entity_queries.entities().subquery()
    wanted = sa.literal(sorted(set(entities.values())), sa.ARRAY(sa.Text()))
    query = sa.select(face.c.code, face.c.name).where(face.c.code == sa.any_(wanted))
    names: dict[str, str] = {row.code: row.name for row in db.session.execute(query)}
    places = entity_queries.places_named([code for code in codes if ":" in code])
    return {code: names.get(entity, "") + places.get(code, "") for code, entity in entities.items()}
