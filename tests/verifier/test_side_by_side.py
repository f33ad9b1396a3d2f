"""All three verifiers on the same random draws, with some of the files, honest or with one change: one verdict (R-D8).

Open, closed and by ratio, of one list or several, void and withheld, with register, noted entry, changes after the
draw and a lot. The seeds are fixed, so that nothing depends on chance. To try others, as many as there is time for:

    DRAWS_FROM=1000000 DRAWS=20000 .venv/bin/pytest tests/verifier/test_side_by_side.py -m long
"""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest

from tests.draws.forgeries import fewer, misnamed, some_files, spoilt
from tests.verifier.cases import Browser
from tests.verifier.three_verifiers import agreed

FROM, MANY = int(os.environ.get("DRAWS_FROM", "1000")), int(os.environ.get("DRAWS", "1500"))


def judged(browser: Browser, seed: int) -> Counter[str]:
    """What was said of one draw: whole, and of some of its files with a change and without."""
    chance = Random(seed)
    files, case = some_files(chance)
    said: Counter[str] = Counter()
    for turn in range(6):
        given = files if turn == 0 else fewer(files, chance)
        given = spoilt(given, chance) if turn > 1 else given
        given = misnamed(files, case, chance) if turn > 3 else given
        try:
            result = agreed(browser, case, **given)
        except AssertionError as error:
            error.add_note(f"seed {seed}, turn {turn}")
            raise
        said["valid" if result.valid else "invalid"] += 1
        said["drawn"] += result.drawn is True
        said["not drawn"] += result.drawn is False
        said["changed, and not to be seen with these files"] += turn > 1 and bool(result.valid)
    plan, proof = case["proof"]["plan"], case["proof"]
    kinds = {
        "closed": plan["closed"], "open": not plan["closed"], "void": proof["void"] is not None, "beacon": bool(plan["beacon"]),
        "changed after the draw": bool(files["logs"]), "unfilled": bool(proof["unfilled"]), "one list": len(plan["lists"]) == 1,
        "several lists": len(plan["lists"]) > 1, "sm3": plan["hash"] == "sm3",
        "ratio": any(entry["mode"] == "ratio" for entry in plan["lists"]), "withheld": any(not nonce for _, nonce in proof["reveals"]),
    }  # fmt: skip
    return said + Counter(kind for kind, there in kinds.items() if there)


def check(browser: Browser, seeds: range) -> None:
    said = sum((judged(browser, seed) for seed in seeds), Counter[str]())
    assert len(said) == 16, f"these draws are of too few kinds: {said}"


def test_random_draws_get_one_verdict(browser: Browser) -> None:
    check(browser, range(60))


@pytest.mark.long
def test_many_random_draws_get_one_verdict(browser: Browser) -> None:
    check(browser, range(FROM, FROM + MANY))
