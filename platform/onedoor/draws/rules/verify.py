"""The verifier: recomputes all it has the files for, and says what it could not check (R-D8).

    verdict = verify(Evidence(proof=raw, pools={"990100-SCJG": pool_raw}, register=register_raw))
    verdict.valid, verdict.reason, verdict.unchecked, verdict.drawn

It raises nothing for what the files hold, however hostile: a fault is a verdict. The one exception is
``UnknownFile``, for a pool of a list that the plan does not have, or a roster that it does not ask for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from onedoor.draws.rules import comparison, partial_checks
from onedoor.draws.rules.assignment import assign
from onedoor.draws.rules.beacons import as_printed
from onedoor.draws.rules.change_logs import Standing, check_logs
from onedoor.draws.rules.documents import Entry, ListResult, Plan, Proof, PublicProof, PublicResult
from onedoor.draws.rules.lot import is_drawn
from onedoor.draws.rules.plan import plan_digest
from onedoor.draws.rules.pool import Pool, check_together
from onedoor.draws.rules.proof import (
    PUBLIC_VERSION,
    VERSION,
    check_beacon,
    check_reveals,
    check_void,
    draw_lists,
    proof_digest,
    public_result,
    read_pool,
    read_roster,
    secret_of,
)
from onedoor.draws.rules.proof_shape import check_proof, check_public
from onedoor.draws.rules.register import Digests, check_draw, check_head, parse_register, unended_and_void
from onedoor.draws.rules.roster import Roster
from onedoor.draws.rules.seed import reveals_digest, seed_of, texts_digest
from onedoor.draws.rules.selection import Ticket, ticketer
from onedoor.draws.rules.teams import Assignment
from onedoor.draws.rules.wire.encoding import parse_canonical, parse_json
from onedoor.draws.rules.wire.errors import ProtocolError


class UnknownFile(ValueError):
    """A file was given that the plan does not name."""


@dataclass(frozen=True)
class Evidence:
    """The files at hand; ``head`` is the number and digest of a register entry that someone noted.

    ``logs`` are the files of the changes after the draw by name, in any order.
    """

    proof: bytes
    pools: Mapping[str, bytes] = field(default_factory=dict)
    roster: bytes | None = None
    register: bytes | None = None
    head: tuple[int, bytes] | None = None
    lot: bytes | None = None
    logs: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """``reason`` of a fault, else empty; ``unchecked`` in sentences; ``drawn`` if a lot was given."""

    valid: bool
    reason: str = ""
    unchecked: tuple[str, ...] = ()
    drawn: bool | None = None


def verify(evidence: Evidence) -> Verdict:
    """The verdict on a proof or a public form. Raises only UnknownFile."""
    try:
        check = _Check(_read(evidence.proof), evidence)
        check.run()
        drawn = None if evidence.lot is None else check.lot(evidence.lot)
    except ProtocolError as error:
        return Verdict(False, str(error))
    return Verdict(True, "", tuple(check.unchecked), drawn)


def _read(raw: bytes) -> Proof | PublicProof:
    value = parse_canonical(raw, "proof")
    if isinstance(value, dict) and value.get("v") == PUBLIC_VERSION:
        return check_public(value)
    return check_proof(value)


class _Check:
    def __init__(self, proof: Proof | PublicProof, evidence: Evidence) -> None:
        self.proof = proof
        self.plan: Plan = proof["plan"]
        self.public = proof["v"] == PUBLIC_VERSION
        self.evidence = evidence
        self.unchecked: list[str] = []
        self.reveals = {party: bytes.fromhex(nonce) if nonce else None for party, nonce in proof["reveals"]}
        self._refuse_unknown()

    def _refuse_unknown(self) -> None:
        names = {entry["list"] for entry in self.plan["lists"]}
        for name in self.evidence.pools:
            if name not in names:
                raise UnknownFile(f"the plan has no list {name}; it has {', '.join(sorted(names))}")
        if self.evidence.roster is not None and self.plan["roster"] is None:
            raise UnknownFile("the plan of this draw has no roster")

    def run(self) -> None:
        check_reveals(self.plan, self.reveals)
        check_beacon(self.plan, bytes.fromhex(self.proof["beacon"]), self.proof["void"])
        pools = {name: read_pool(self.plan, name, raw) for name, raw in self.evidence.pools.items()}
        check_together(pools)
        self.z = secret_of(pools)
        roster = read_roster(self.plan, self.evidence.roster) if self.evidence.roster is not None else None
        self._tell_missing(pools, roster)
        if self.proof["void"] is not None:
            self._check_void()
            result = list[ListResult]()
        else:
            self._check_seed()
            result = self._check_draw(pools, roster)
        digest = self._digest(pools, result)
        entries = self._check_register(digest)
        standing = Standing(self.proof, {entry["list"]: entry for entry in result}, roster)
        self.unchecked += check_logs(standing, self.evidence.logs, digest, entries)

    def _tell_missing(self, pools: Mapping[str, Pool], roster: Roster | None) -> None:
        for entry in self.plan["lists"]:
            if entry["list"] not in pools:
                self.unchecked.append(f"pool of {entry['list']} not checked: its file was not given")
        if self.plan["roster"] and roster is None:
            self.unchecked.append("who was placed in the teams not checked: the roster was not given")

    def _check_void(self) -> None:
        check_void(self.plan, self.reveals)
        for key, value in (
            ("result", self.proof["result"]),
            ("teams", self.proof["teams"]),
            ("unfilled", self.proof["unfilled"]),
        ):
            if value:
                raise ProtocolError(f"{key!r} must be empty in a void draw")
        if self.plan["beacon"]:
            self.unchecked.append("beacon not checked: that its source did not speak")

    def _check_seed(self) -> None:
        beacon = bytes.fromhex(self.proof["beacon"])
        named = self.plan["beacon"]
        own = seed_of(self.plan, self.reveals, self.proof["witness"], beacon)
        comparison.check_seed(own, self.proof["seed"], named is not None)
        if named:
            source = f"{named['name']}, round {named['round']}, {named['time']}"
            self.unchecked.append(f"beacon not checked: compare {as_printed(beacon)} with {source}")
        else:
            self.unchecked.append("the parties together could have steered it: the plan names no beacon")

    def _check_draw(self, pools: Mapping[str, Pool], roster: Roster | None) -> list[ListResult]:
        seed = bytes.fromhex(self.proof["seed"] or "")
        ticket = ticketer(self.plan, seed, self.z) if self._knows_tickets() else None
        result = draw_lists(self.plan, pools, seed)
        self._check_result({entry["list"]: entry for entry in result}, ticket)
        self._check_teams(seed, ticket, roster)
        return result

    def _knows_tickets(self) -> bool:
        return self.z is not None or not self.plan["closed"]

    def _check_result(self, recomputed: Mapping[str, ListResult], ticket: Ticket | None) -> None:
        for entry, claimed in zip(self.plan["lists"], self.proof["result"], strict=True):
            own = recomputed.get(entry["list"])
            if own is not None:
                shown = public_result(own) if self.public else own
                comparison.check_result(shown, cast(ListResult | PublicResult, claimed))
            elif self.public:
                partial_checks.check_public_result(entry, cast(PublicResult, claimed))
            else:
                partial_checks.check_result(entry, cast(ListResult, claimed), ticket)

    def _check_teams(self, seed: bytes, ticket: Ticket | None, roster: Roster | None) -> None:
        drawn = partial_checks.drawn_ids(self.proof["result"])
        teams, unfilled = self.proof["teams"], self.proof["unfilled"]
        partial_checks.check_teams(self.plan, drawn, teams, unfilled, self._place(ticket), roster)
        if roster is None:
            return
        if ticket is None:
            if teams:
                self.unchecked.append(
                    "how the teams were placed not checked: a closed draw needs one of its pools"
                )
            return
        shown = assign(self.plan, seed, drawn, roster, ticket)
        if self.public:
            shown = Assignment(sorted(shown.teams, key=lambda team: team["object"]), sorted(shown.unfilled))
        comparison.check_placed(shown, teams, unfilled)

    def _place(self, ticket: Ticket | None) -> Callable[[str], object]:
        """In what order the teams stand: by name in a public form, else by ticket where tickets can be computed."""
        if self.public:
            return str
        if ticket is not None:
            return lambda id_: (ticket(id_), id_)
        return {team["object"]: number for number, team in enumerate(self.proof["teams"])}.__getitem__

    def _digest(self, pools: Mapping[str, Pool], result: list[ListResult]) -> bytes | None:
        """The proof's digest, as far as the files give it: it is blinded by the secret in the pools of a closed draw."""
        needed = len(self.plan["lists"]) if self.public and self.proof["void"] is None else 1
        short = self.plan["closed"] and len(pools) < needed
        if short:
            self.unchecked.append("the proof's digest not checked: it needs more of the pools")
        if not self.public:
            return None if short else proof_digest(cast(Proof, self.proof), self.z)
        public = cast(PublicProof, self.proof)
        if short:
            return bytes.fromhex(public["proof"])
        whole = self._whole(public, result)
        digest = proof_digest(whole, self.z)
        if digest.hex() != public["proof"]:
            raise ProtocolError(
                "'proof' differs from the recomputation: it is not the digest of this draw's proof"
            )
        return digest

    def _whole(self, public: PublicProof, result: list[ListResult]) -> Proof:
        """The proof behind a public form: its lists recomputed, its teams in the order of the objects' tickets."""
        place: dict[str, int] = {}
        if public["teams"]:
            ticket = ticketer(self.plan, bytes.fromhex(public["seed"] or ""), self.z)
            objects = [team["object"] for team in public["teams"]]
            order = sorted(objects, key=lambda id_: (ticket(id_), id_))
            place = {id_: number for number, id_ in enumerate(order)}
        return {
            "v": VERSION,
            "plan": public["plan"],
            "reveals": public["reveals"],
            "witness": public["witness"],
            "beacon": public["beacon"],
            "seed": public["seed"],
            "result": result,
            "teams": sorted(public["teams"], key=lambda team: place[team["object"]]),
            "unfilled": sorted(public["unfilled"], key=lambda slot: (place[slot[0]], slot[1])),
            "void": public["void"],
        }

    def lot(self, raw: bytes) -> bool:
        """Whether the object of a lot was drawn."""
        return is_drawn(self.proof, parse_json(raw, "lot"), self.z)

    def _check_register(self, digest: bytes | None) -> list[Entry] | None:
        head = self.evidence.head
        if self.evidence.register is None:
            self.unchecked.append("precedence not checked: no register was given")
            if head is not None:
                self.unchecked.append("the noted entry not compared: no register was given")
            return None
        entries = parse_register(self.evidence.register)
        if head is None:
            self.unchecked.append("the register itself not compared with an entry that someone noted")
        else:
            check_head(entries, *head)
        digests = Digests(
            plan=plan_digest(self.plan),
            texts=texts_digest(self.plan, self.proof["witness"]),
            reveals=reveals_digest(self.plan, self.reveals),
            proof=digest,
            end="proof" if self.proof["void"] is None else "void",
        )
        check_draw(entries, self.plan, digests)
        unended, void = unended_and_void(entries)
        if unended:
            self.unchecked.append(f"the register has a plan and no end of: {', '.join(unended)}")
        if void:
            self.unchecked.append(f"the register has as void: {', '.join(void)}")
        return entries
