"""What was recomputed against what was published: the first place where they differ is named."""

from collections.abc import Sequence

from onedoor.draws.rules.documents import ListResult, PublicResult, Team
from onedoor.draws.rules.teams import Assignment
from onedoor.draws.rules.wire.encoding import canonical
from onedoor.draws.rules.wire.errors import ProtocolError


def check_seed(own: bytes, claimed: str | None, beacon: bool) -> None:
    """Refuse a seed that is another: which of its inputs was changed the register can tell, or the source."""
    if own.hex() == claimed:
        return
    if beacon:
        raise ProtocolError(
            "'seed' differs from what plan, nonces, texts and beacon give: compare the first three with the register, "
            "the beacon with its source"
        )
    raise ProtocolError(
        "'seed' differs from what plan, nonces and texts give: compare plan and texts with the register"
    )


def check_result(own: ListResult | PublicResult, claimed: ListResult | PublicResult) -> None:
    """Refuse a list's result that is another; the stratum is named, unless the drawn of a public form alone differ."""
    if canonical(own) == canonical(claimed):
        return
    pairs = zip(own["strata"], claimed["strata"], strict=True)
    other = next((each for each, said in pairs if canonical(each) != canonical(said)), None)
    where = f", stratum {other['stratum']}," if other else ""
    raise ProtocolError(f"'result' of {own['list']}{where} differs from the recomputation")


def check_placed(own: Assignment, teams: Sequence[Team], unfilled: Sequence[tuple[str, int]]) -> None:
    """Refuse teams that are others. Both name the same slots, so that one team differs where the whole does."""
    for each, said in zip(own.teams, teams, strict=True):
        if canonical(each) != canonical(said):
            raise ProtocolError(f"'teams' differs from the recomputation at {each['object']}")
    if canonical(own.unfilled) != canonical(unfilled):
        raise ProtocolError("'unfilled' differs from the recomputation")
