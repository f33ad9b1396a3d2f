"""Our own contestants: the product's functions, as its jobs and its people call them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from onedoor.app import create_app
from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.rules.states import Unit
from onedoor.campaigns.service.pools import pool_of
from onedoor.commands.bench import LEAD
from onedoor.commands.bench.stopwatch import Watch
from onedoor.commands.demo.cast import Cast
from onedoor.draws import queries, rules, service
from onedoor.draws.rules import proof as proofs
from onedoor.draws.rules.assignment import assign
from onedoor.draws.rules.selection import ticketer
from onedoor.draws.service import outcome, plan_publication
from onedoor.draws.service.files import document
from onedoor.kernel.clock import today

OPERATOR, SUPERVISOR, JUSTICE = "scjg.operator", "sfj.supervisor", "示范市司法局"
RATE = 300
RESERVE = 100
APART = "publication, not counted"


class Ceremony:
    """One draw of one bureau over its whole library, from the registers to the stored proof."""

    def __init__(self, app: Flask, lead: UUID) -> None:
        self.cast = Cast(app, {})
        self.lead = lead
        self.watch = Watch()
        self.nonce = secrets.token_bytes(32)
        self.draw_id = uuid4()

    def run(self) -> None:
        """All of it. The watch runs in the jobs, to their commit, and not while people commit and reveal."""
        with self.cast.acting(OPERATOR):
            party = service.Party(self.lead, LEAD, LEAD)
            line = f"BENCH-{secrets.token_hex(4)}"
            self.draw_id = service.create(campaign_id=uuid4(), line=line, title="测速", parties=[party]).id
        self._freeze()
        with self.cast.acting(SUPERVISOR):
            draw = queries.draw(self.draw_id)
            made = rules.commit("sha256", draw.line, draw.seq, draw.number, JUSTICE, self.nonce)
            service.commit(self.draw_id, made.hex())
        self._job("plan", plan_publication, service.open)
        with self.cast.acting(OPERATOR):
            service.close_texts(self.draw_id)
        with self.cast.acting(OPERATOR):
            service.reveal_system(self.draw_id)
        with self.cast.acting(SUPERVISOR):
            service.reveal(self.draw_id, self.nonce.hex())
        self._job("seed, tickets, selection, proof stored", outcome, service.run)

    def files(self, folder: Path) -> int:
        """What anybody may download of it, written there; how many it drew."""
        with self.cast.acting(OPERATOR):
            (folder / "proof.json").write_bytes(document(self.draw_id, "proof") or b"")
            (folder / f"pool-{LEAD}.txt").write_bytes(queries.pool_file(self.draw_id))
            (folder / "register.jsonl").write_bytes(queries.register_file())
            return len(queries.outcome(self.draw_id).objects)

    def _freeze(self) -> None:
        day = today()
        campaign = Campaign(
            id=uuid4(),
            conditions={},
            year=day.year,
            source="plan",
            unit=Unit.ENTITY,
            starts_on=day,
            ends_on=day.replace(month=12, day=31),
        )
        own = PartyList(list_name=LEAD, stratify="kind", conditions={}, skip_drawn=True, kept=[])
        spec: service.Spec = {"rates": {"*": {"bp": RATE}}, "reserve": RESERVE, "team": None}
        with self.watch.taking("digest, tree, pool file stored"), self.cast.acting(OPERATOR):
            with self.watch.apart("read, exclusions, pool file"):
                pool = pool_of(campaign, own)
            service.deposit(self.draw_id, LEAD, pool, spec)

    def _job(self, part: str, module: Any, step: Callable[[UUID], object]) -> None:
        """A job's step; what it spends on the public page (files copied, names looked up) is taken apart."""
        publish = module.publish

        def publish_apart(draw: Any) -> None:
            with self.watch.apart(APART):
                publish(draw)

        module.publish = publish_apart
        try:
            with self.watch.taking(part), self.cast.acting(OPERATOR):
                step(self.draw_id)
        finally:
            module.publish = publish


def whole(given: dict[str, Any]) -> dict[str, Any]:
    """(a) Read, exclusions, pool file, digest, tree, plan, seed, tickets, selection, proof stored."""
    ceremony = Ceremony(create_app(), UUID(given["lead"]))
    ceremony.run()
    drawn = ceremony.files(Path(given["folder"]))
    parts = ceremony.watch.parts
    counted = sum(taken for part, taken in parts.items() if part != APART)
    return {"parts": parts, "seconds": counted, "drawn": drawn}


def selection(given: dict[str, Any]) -> dict[str, Any]:
    """(b) Tickets and selection alone, from the pool file that (a) froze."""
    folder, watch = Path(given["folder"]), Watch()
    proof = rules.parse_json((folder / "proof.json").read_bytes(), "proof")
    pool = rules.parse_pool((folder / f"pool-{LEAD}.txt").read_bytes(), LEAD)
    with watch.taking("tickets and selection"):
        result = proofs.draw_lists(proof["plan"], {LEAD: pool}, bytes.fromhex(proof["seed"]))
    if rules.canonical(result) != rules.canonical(proof["result"]):
        raise AssertionError("the selection is not the proof's")
    return {"seconds": watch.seconds}


def teaming(given: dict[str, Any]) -> dict[str, Any]:
    """Teams of two for the objects of four bureaus, a quarter of them each, from all inspectors of the bureau."""
    watch = Watch()
    bureaus = [f"B{number}" for number in range(4)]
    ids = [f"91990100T{number:09d}" for number in range(given["teamed"])]
    people = [
        rules.Inspector(f"S{number:05d}", bureaus[number % 4], frozenset(), number % 8 < 4, 20)
        for number in range(given["inspectors"])
    ]
    recusals = [
        rules.Recusal(one.id, ids[number * 7919 % len(ids)], "KIN") for number, one in enumerate(people)
    ]
    roster = rules.parse_roster(rules.build_roster(people, recusals, bytes(32)))
    lists: list[Any] = [
        {"list": bureau, "team": {"bureau": bureau, "size": 2, "qualifications": []}} for bureau in bureaus
    ]
    plan: Any = {"hash": "sha256", "lists": lists}
    drawn = [ids[number::4] for number in range(4)]
    ticket = ticketer(plan, bytes(32), None)
    with watch.taking("teams"):
        made = assign(plan, bytes(32), drawn, roster, ticket)
    return {"seconds": watch.seconds, "slots": 2 * sum(map(len, drawn)), "unfilled": len(made.unfilled)}
