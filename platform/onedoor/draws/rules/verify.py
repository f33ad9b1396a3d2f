"""The verifier: recomputes all it has the files for, and says what it could not check (R-D8).

    verdict = verify(Evidence(proof=raw, pools={"990100-SCJG": pool_raw}, register=register_raw))
    verdict.valid, verdict.reason, verdict.unchecked, verdict.drawn

It raises nothing for what the files hold, however hostile: a fault is a verdict. The one exception is
``UnknownFile``, for a pool of a list that the plan does not have, or a roster that it does not ask for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from onedoor.draws.rules import outline
from onedoor.draws.rules.documents import Entry, ListResult, Plan, Proof, PublicProof, PublicResult
from onedoor.draws.rules.encoding import canonical, parse_canonical, parse_json
from onedoor.draws.rules.errors import ProtocolError
from onedoor.draws.rules.logs import Standing, check_logs
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
    public_form,
    public_result,
    read_pool,
    read_roster,
    secret_of,
)
from onedoor.draws.rules.proof_shape import check_proof, check_public
from onedoor.draws.rules.register import Digests, check_draw, has_head, parse_register
from onedoor.draws.rules.roster import Roster
from onedoor.draws.rules.seating import assign
from onedoor.draws.rules.seed import reveals_digest, seed_of, texts_digest
from onedoor.draws.rules.selection import Ticket, ticketer
from onedoor.draws.rules.teams import Assignment


class UnknownFile(ValueError):
    """A file was given that the plan does not name."""


@dataclass(frozen=True)
class Evidence:
    """The files at hand; ``head`` is the number and digest of a register entry that someone noted.

    ``logs`` are the files of the changes after the draw, in any order.
    """

    proof: bytes
    pools: Mapping[str, bytes] = field(default_factory=dict)
    roster: bytes | None = None
    register: bytes | None = None
    head: tuple[int, bytes] | None = None
    lot: bytes | None = None
    logs: Sequence[bytes] = ()


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
        drawn = None if evidence.lot is None else is_drawn(check.proof, parse_json(evidence.lot, "lot"))
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
        roster = read_roster(self.plan, self.evidence.roster) if self.evidence.roster is not None else None
        self._tell_missing(pools, roster)
        if self.proof["void"] is not None:
            self._check_void()
            result, teams = list[ListResult](), Assignment([], [])
        else:
            self._check_seed()
            result, teams = self._check_draw(pools, roster)
        digest = self._digest(pools, roster, result, teams)
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
        if seed_of(self.plan, self.reveals, self.proof["witness"], beacon).hex() != self.proof["seed"]:
            raise ProtocolError("'seed' differs from the recomputation")
        named = self.plan["beacon"]
        if named:
            self.unchecked.append(
                f"beacon not checked: compare it with {named['name']}, round {named['round']}, {named['time']}"
            )
        else:
            self.unchecked.append("the parties together could have steered it: the plan names no beacon")

    def _check_draw(
        self, pools: Mapping[str, Pool], roster: Roster | None
    ) -> tuple[list[ListResult], Assignment]:
        seed = bytes.fromhex(self.proof["seed"] or "")
        z = secret_of(pools)
        ticket = ticketer(self.plan, seed, z) if z or not self.plan["closed"] else None
        result = draw_lists(self.plan, pools, seed)
        self._check_result({entry["list"]: entry for entry in result}, ticket)
        return result, self._check_teams(seed, ticket, roster)

    def _check_result(self, recomputed: Mapping[str, ListResult], ticket: Ticket | None) -> None:
        for entry, claimed in zip(self.plan["lists"], self.proof["result"], strict=True):
            own = recomputed.get(entry["list"])
            if own is not None:
                if canonical(public_result(own) if self.public else own) != canonical(claimed):
                    raise ProtocolError(f"'result' of {entry['list']} differs from the recomputation")
            elif self.public:
                outline.check_public_result(entry, cast(PublicResult, claimed))
            else:
                outline.check_result(entry, cast(ListResult, claimed), ticket)

    def _check_teams(self, seed: bytes, ticket: Ticket | None, roster: Roster | None) -> Assignment:
        drawn = outline.drawn_ids(self.proof["result"])
        teams, unfilled = self.proof["teams"], self.proof["unfilled"]
        outline.check_teams(self.plan, drawn, teams, unfilled, self._place(ticket), roster)
        if roster is None:
            return Assignment([], [])
        if ticket is None:
            self.unchecked.append(
                "how the teams were placed not checked: a closed draw needs one of its pools"
            )
            return Assignment([], [])
        own = assign(self.plan, seed, drawn, roster, ticket)
        shown = own
        if self.public:
            shown = Assignment(sorted(own.teams, key=lambda team: team["object"]), sorted(own.unfilled))
        if canonical(shown.teams) != canonical(teams):
            raise ProtocolError("'teams' differs from the recomputation")
        if canonical(shown.unfilled) != canonical(unfilled):
            raise ProtocolError("'unfilled' differs from the recomputation")
        return own

    def _place(self, ticket: Ticket | None) -> Callable[[str], object]:
        """In what order the teams stand: by name in a public form, else by ticket where tickets can be computed."""
        if self.public:
            return str
        if ticket is not None:
            return lambda id_: (ticket(id_), id_)
        return {team["object"]: number for number, team in enumerate(self.proof["teams"])}.__getitem__

    def _digest(
        self, pools: Mapping[str, Pool], roster: Roster | None, result: list[ListResult], teams: Assignment
    ) -> bytes | None:
        """The proof's digest, as far as the files give it."""
        z = secret_of(pools)
        if not self.public:
            if z or not self.plan["closed"]:
                return proof_digest(cast(Proof, self.proof), z)
            self.unchecked.append("the proof's digest not checked: a closed draw needs one of its pools")
            return None
        public = cast(PublicProof, self.proof)
        complete = len(pools) == len(self.plan["lists"]) and (
            roster is not None or self.plan["roster"] is None or self.proof["void"] is not None
        )
        if not complete:
            self.unchecked.append("the proof's digest not checked: it needs all pools and the roster")
            return bytes.fromhex(public["proof"])
        whole = _whole(public, result, teams)
        digest = proof_digest(whole, z)
        if canonical(public_form(whole, digest)) != canonical(public):
            raise ProtocolError(
                "'proof' differs from the recomputation: it is not the digest of this draw's proof"
            )
        return digest

    def _check_register(self, digest: bytes | None) -> list[Entry] | None:
        if self.evidence.register is None:
            self.unchecked.append("precedence not checked: no register was given")
            return None
        entries = parse_register(self.evidence.register)
        head = self.evidence.head
        if head is None:
            self.unchecked.append("the register itself not compared with an entry that someone noted")
        elif not has_head(entries, *head):
            raise ProtocolError("the noted head is not in this register")
        digests = Digests(
            plan=plan_digest(self.plan),
            texts=texts_digest(self.plan, self.proof["witness"]),
            reveals=reveals_digest(self.plan, self.reveals),
            proof=digest,
            end="proof" if self.proof["void"] is None else "void",
        )
        check_draw(entries, self.plan, digests)
        return entries


def _whole(public: PublicProof, result: list[ListResult], teams: Assignment) -> Proof:
    """The proof behind a public form, from the recomputed parts."""
    return {
        "v": VERSION,
        "plan": public["plan"],
        "reveals": public["reveals"],
        "witness": public["witness"],
        "beacon": public["beacon"],
        "seed": public["seed"],
        "result": result,
        "teams": teams.teams,
        "unfilled": teams.unfilled,
        "void": public["void"],
    }
