"""Every published vector: the same bytes are built, the good verify, the bad are refused (R-D8)."""

from typing import Any

import pytest

from onedoor.draws.rules import (
    Evidence,
    Need,
    canonical,
    largest_remainder,
    log_digest,
    lot_of,
    make_entry,
    make_log,
    make_proof,
    needs_of,
    parse_roster,
    plan_digest,
    public_form,
    quota_of_rate,
    replacement,
    reveals_digest,
    seats_of,
    texts_digest,
    verify,
)
from onedoor.draws.rules.wire.encoding import hash_function, tag
from tests.draws.vectors import (
    GOLDEN,
    VECTORS,
    evidence,
    files,
    head,
    register,
    reveals,
    roster,
    texts,
)

Vector = dict[str, Any]


def named(cases: list[Vector]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


EVERY = named(GOLDEN["vectors"])
CLOSED = [vector for vector in GOLDEN["vectors"] if "public" in vector]


@EVERY
def test_the_same_proof_is_built_from_the_files(case: Vector) -> None:
    proof = case["proof"]
    made = make_proof(
        proof["plan"],
        files(case),
        roster(case),
        reveals(proof),
        texts(proof),
        bytes.fromhex(proof["beacon"]),
        proof["void"],
    )
    assert made.canonical == canonical(proof)
    assert made.digest.hex() == case["digests"]["proof"]


@EVERY
def test_the_digests_of_every_step_are_those_published(case: Vector) -> None:
    proof, digests = case["proof"], case["digests"]
    plan = proof["plan"]
    assert plan_digest(plan).hex() == digests["plan"]
    assert texts_digest(plan, texts(proof)).hex() == digests["texts"]
    assert reveals_digest(plan, reveals(proof)).hex() == digests["reveals"]


@EVERY
def test_with_all_files_it_verifies(case: Vector) -> None:
    verdict = verify(evidence(case))
    assert verdict.valid, verdict.reason
    said = " ".join(verdict.unchecked)
    plan, void = case["proof"]["plan"], case["proof"]["void"]
    assert ("beacon not checked" in said) == bool(plan["beacon"])
    assert ("the parties together could have steered it" in said) == (not plan["beacon"] and not void)
    assert "precedence" not in said and "pool" not in said and "teams" not in said


@EVERY
@pytest.mark.parametrize(
    "kept",
    [set(), {"roster"}, {"pools"}, {"pools", "roster"}],
    ids=lambda kept: "+".join(sorted(kept)) or "none",
)
def test_with_fewer_files_it_verifies_and_says_what_it_could_not_check(case: Vector, kept: set[str]) -> None:
    given: Any = {"register": None, "head": None}
    given |= {} if "pools" in kept else {"pools": {}}
    given |= {} if "roster" in kept else {"roster": None}
    verdict = verify(evidence(case, **given))
    assert verdict.valid, verdict.reason
    said = "\n".join(verdict.unchecked)
    assert "precedence not checked" in said
    assert all((f"pool of {name} not checked" in said) == ("pools" not in kept) for name in case["pools"])
    assert ("who was placed" in said) == ("roster" not in kept and case["roster"] is not None)


@EVERY
def test_each_list_verifies_with_its_own_pool_alone(case: Vector) -> None:
    for name, raw in files(case).items():
        verdict = verify(evidence(case, pools={name: raw}))
        assert verdict.valid, verdict.reason


@named(CLOSED)
def test_the_public_form_is_made_and_verifies(case: Vector) -> None:
    proof = case["proof"]
    assert canonical(public_form(proof, bytes.fromhex(case["digests"]["proof"]))) == canonical(case["public"])
    public = canonical(case["public"])
    assert verify(evidence(case, proof=public)).valid
    first = dict([*files(case).items()][:1])
    fewer: list[Any] = [{"pools": {}}, {"pools": {}, "roster": None}, {"pools": first}]
    for given in fewer:
        verdict = verify(evidence(case, proof=public, **given))
        assert verdict.valid, verdict.reason


@EVERY
def test_everyones_lot_is_the_published_one_and_says_the_truth(case: Vector) -> None:
    hash_name = case["proof"]["plan"]["hash"]
    for known in case.get("lots", []):
        lot = known["lot"]
        id_ = lot["line"].split("\t")[0]
        assert lot_of(files(case)[lot["list"]], lot["list"], id_, hash_name) == lot
        for proof in (case["proof"], case.get("public", case["proof"])):
            verdict = verify(
                evidence(case, proof=canonical(proof), pools={}, roster=None, lot=canonical(lot))
            )
            assert verdict.valid, verdict.reason
            assert verdict.drawn == known["drawn"]


def test_every_object_of_a_draw_learns_its_lot() -> None:
    case = VECTORS["closed-joint"]
    for result in case["proof"]["result"]:
        drawn = {id_ for stratum in result["strata"] for id_ in stratum["drawn"]}
        raw = files(case)[result["list"]]
        for line in raw.decode().splitlines()[1:]:
            id_ = line.split("\t")[0]
            lot = canonical(lot_of(raw, result["list"], id_))
            assert verify(evidence(case, pools={}, roster=None, lot=lot)).drawn == (id_ in drawn)


def test_in_a_void_draw_nobody_is_drawn() -> None:
    case = VECTORS["void"]
    (name, raw), *_ = files(case).items()
    lot = canonical(lot_of(raw, name, raw.decode().splitlines()[1].split("\t")[0]))
    verdict = verify(evidence(case, lot=lot))
    assert verdict.valid and verdict.drawn is False


@named(GOLDEN["bad"])
def test_the_bad_are_refused(case: Vector) -> None:
    verdict = verify(Evidence(case["proof"].encode(), files(case), roster(case)))
    assert not verdict.valid and verdict.reason


@named(GOLDEN["bad_registers"])
def test_bad_registers_are_refused(case: Vector) -> None:
    vector = VECTORS[case["vector"]]
    verdict = verify(evidence(vector, register=register(case["register"]), head=head(case["head"])))
    assert not verdict.valid and "register" in verdict.reason


@named(GOLDEN["bad_lots"])
def test_bad_lots_are_refused(case: Vector) -> None:
    vector = VECTORS[case["vector"]]
    proof = canonical(case["proof"] or vector["proof"])
    fewer: list[Any] = [{}, {"pools": {}, "roster": None}]
    for given in fewer:
        assert not verify(evidence(vector, proof=proof, lot=canonical(case["lot"]), **given)).valid


@named(GOLDEN["vectors"])
def test_the_register_is_rebuilt_entry_by_entry(case: Vector) -> None:
    before = None
    for entry in case["register"]:
        before = make_entry(
            before, entry["time"], entry["line"], entry["seq"], entry["kind"], bytes.fromhex(entry["digest"])
        )
        assert before == entry


@pytest.mark.parametrize(("n", "rate", "quota"), GOLDEN["misc"]["quota_of_rate"])
def test_quota_of_rate(n: int, rate: int, quota: int) -> None:
    assert quota_of_rate(n, rate) == quota


@pytest.mark.parametrize(("total", "eligible", "quotas"), GOLDEN["misc"]["largest_remainder"])
def test_largest_remainder(total: int, eligible: dict[str, int], quotas: dict[str, int]) -> None:
    assert largest_remainder(total, eligible) == quotas


@pytest.mark.parametrize("case", GOLDEN["misc"]["replace"])
def test_replacements(case: Vector) -> None:
    """R-D6: a further random draw, from those who fit and have room."""
    vector = VECTORS[case["vector"]]
    proof = vector["proof"]
    plan, object_, slot = proof["plan"], case["object"], case["slot"]
    seats = seats_of(plan, proof["result"], proof["teams"], proof["unfilled"])
    assert seats[object_, slot] == case["out"]
    need = needs_of(plan, proof["result"])[object_][slot]
    found = replacement(
        plan,
        bytes.fromhex(proof["seed"]),
        parse_roster(roster(vector) or b""),
        seats,
        object_,
        slot,
        need,
        k=case["k"],
        gone={case["out"]},
    )
    assert isinstance(need, Need)
    assert found.fit == case["fit"]
    assert found.inspector == case["in"]


def test_a_log_is_digested_as_the_protocol_says() -> None:
    log = make_log(
        bytes(32),
        1,
        "replace",
        list_name="990100-SCJG",
        object_="91990100008771776W",
        slot=0,
        out="S04",
        into="S02",
        reason="证件到期",
    )
    assert log_digest("sm3", log) == tag(hash_function("sm3"), "log", canonical(log))
