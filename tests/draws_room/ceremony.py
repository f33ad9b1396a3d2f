"""A whole ceremony by the people in it: market regulation leads, emergency management takes part, justice commits."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from onedoor.draws import queries, rules, service
from onedoor.draws.service import Inspector, Party, Recusal
from onedoor.draws.service.ceremony import witnesses
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.fixtures.city import City

LEAD, PARTNER = "990100-SCJG", "990100-YJGL"
JUSTICE = "示范市司法局"
# Holds the closed pools beside justice, and has no list.
HOLDER = "wsjk.operator"
_numbers, _firms = itertools.count(1), itertools.count(0)


def codes(start: int, count: int) -> list[str]:
    """Plainly made-up object codes, ascending."""
    return [f"91990100T{number:09d}" for number in range(start, start + count)]


def pool(start: int, count: int, *, gone: int = 0, z: bytes | None = None) -> bytes:
    """Two strata by turns; the last `gone` have left. With `z` a closed one."""
    ids = codes(start, count)
    rows = [
        (id_, "91" if number % 2 else "92", 1, "XGONE" if number >= count - gone else "E")
        for number, id_ in enumerate(ids)
    ]
    return rules.build_pool(rows, z)


def people(bureau: str, letters: str, count: int) -> list[Inspector]:
    return [Inspector(f"{letters}{n:02d}", bureau, frozenset({"Q1"}), n % 3 == 0, 50) for n in range(count)]


@dataclass
class Ceremony:
    """One draw of a line of its own, taken as far as a test asks."""

    city: City
    line: str = field(default_factory=lambda: f"SCJG-2026-{next(_numbers):02d}")
    campaign_id: UUID = field(default_factory=uuid4)
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    draw_id: UUID = field(default_factory=uuid4)
    tokens: list[str] = field(default_factory=list)
    mode: service.Mode = service.USUAL
    recused: bool = True
    plan_line: str | None = None
    # Every ceremony has firms of its own: one that hangs keeps no other waiting (draw.md, "Above the line").
    firms: int = field(default_factory=lambda: 1000 * next(_firms))

    def codes(self, start: int, count: int) -> list[str]:
        """Codes of this ceremony's own firms."""
        return codes(self.firms + start, count)

    def pool(self, start: int, count: int, *, gone: int = 0, z: bytes | None = None) -> bytes:
        """A pool of this ceremony's own firms."""
        return pool(self.firms + start, count, gone=gone, z=z)

    def create(self, reason: str | None = None, also: tuple[str, ...] = ()) -> None:
        with self.city.acting("scjg.operator"):
            self.draw_id = service.create(
                campaign_id=self.campaign_id,
                line=self.line,
                title="春季联合抽查",
                parties=[
                    Party(self.city.bureaus["SCJG"], LEAD, LEAD),
                    Party(self.city.bureaus["YJGL"], PARTNER, PARTNER),
                ],
                reason=reason,
                also_commit=[self.city.bureaus[each] for each in also],
                mode=self.mode,
                plan_line=self.plan_line,
            ).id

    def deposit(self, who: str = "scjg.operator", list_name: str = LEAD, raw: bytes | None = None) -> None:
        letters = list_name[-4:-2]
        team: service.Spec = {
            "rates": {"91": {"number": 4}, "*": {"bp": 1000}},
            "reserve": 2,
            "team": {"size": 2, "qualifications": ["Q1"]},
            "items": [f"{letters}-1", f"{letters}-2"],
        }
        start, gone = (1, 3) if list_name == LEAD else (31, 0)
        inspectors = people(list_name, letters, 8)
        # Not one of the three who can lead: a team whose leader is replaced must have another one to lead it.
        recusals = [Recusal(inspectors[1].id, self.codes(1, 1)[0], "KIN")] if self.recused else []
        with self.city.acting(who):
            raw = raw or self.pool(start, 60, gone=gone, z=service.secret(self.draw_id))
            service.deposit(self.draw_id, list_name, raw, team, inspectors, recusals)

    def committed(self) -> str:
        with self.city.acting("sfj.supervisor"):
            draw = queries.draw(self.draw_id)
            return rules.commit(draw.hash, draw.line, draw.seq, draw.number, JUSTICE, self.nonce).hex()

    def freeze(self) -> None:
        """Lists and commitments of everyone are in."""
        self.create()
        self.fill()

    def fill(self) -> None:
        self.deposit()
        self.deposit("yjgl.planner", PARTNER)
        self.agree()

    def agree(self) -> None:
        """Holders of closed pools sign; justice commits."""
        if self.mode.closed:
            self.receive("sfj.supervisor")
            self.receive(HOLDER)
        digest = self.committed()
        with self.city.acting("sfj.supervisor"):
            service.commit(self.draw_id, digest, noted=True)

    def secret(self) -> bytes | None:
        """What stands in the pools of a closed draw, as its lead's freeze takes it."""
        with self.city.acting("scjg.operator"):
            return service.secret(self.draw_id)

    def receive(self, who: str) -> None:
        """A holder of closed pools signs for what it took, by the digests it computes of it."""
        with self.city.acting(who):
            taken = {
                each.name.removeprefix("pool-").removesuffix(".txt"): each
                for each in service.take(self.draw_id)
            }
            own = {name: rules.pool_digest("sha256", each.content).hex() for name, each in taken.items()}
            service.sign(self.draw_id, own)

    def open(self) -> None:
        self.freeze()
        self.publish()

    def publish(self) -> None:
        with self.city.acting("scjg.operator"):
            service.open(self.draw_id)

    def invite(self, who: str) -> str:
        with self.city.acting("scjg.operator"):
            token = witnesses.token_of(service.invite_witness(self.draw_id, who))
        self.tokens.append(token)
        return token

    def speak(self, token: str, text: str) -> None:
        with in_scope(scope.public(), self.city.app):
            refusal = service.speak(token, text)
            db.session.commit()
        if refusal is not None:
            raise refusal

    def close(self) -> None:
        with self.city.acting("scjg.operator"):
            service.close_texts(self.draw_id)

    def reveal(self) -> None:
        with self.city.acting("scjg.operator"):
            service.reveal_system(self.draw_id)
        with self.city.acting("sfj.supervisor"):
            service.reveal(self.draw_id, self.nonce.hex())

    def roster(self) -> bytes:
        """The roster, which names recusals, as the lead hands it to whoever audits the teams."""
        with self.city.acting("scjg.operator"):
            return service.hand_out_roster(self.draw_id)

    def run(self) -> None:
        with self.city.acting("scjg.operator"):
            service.run(self.draw_id)

    def whole(self) -> None:
        """From nothing to drawn, with two witnesses."""
        self.open()
        self.speak(self.invite("张见证（人大代表）"), "公开公正")
        self.speak(self.invite("李观察（记者）"), "愿天下无冤")
        self.close()
        self.reveal()
        self.run()
