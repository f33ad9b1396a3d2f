"""Making a draw public: everything its public page shows, and the files to recompute it with (R-D8)."""

from __future__ import annotations

from typing import Any

from onedoor.disclosure import service as disclosure
from onedoor.draws import rules
from onedoor.draws.models import Draw, DrawChange
from onedoor.draws.queries import ceremony
from onedoor.draws.queries.entries import register_file
from onedoor.draws.queries.outcome import DrawnObject, called_off, changes, is_untold, outcome, public_outcome
from onedoor.draws.service.files import deposited, document
from onedoor.draws.service.stages import inspectors, names_of

NOTHING_TOLD: dict[str, Any] = {"objects": [], "reserve": [], "changes": [], "called_off": []}
TEXT, JSON, LINES = "text/plain", "application/json", "application/jsonl"
PROOF = "proof.json"
OPEN = (("roster", "roster.txt", TEXT), ("plan", "plan.json", JSON), ("proof", PROOF, JSON))
# Pools, proof and logs of a closed draw are with those who hold them; everybody reads the public form (draw.md, "Proof").
CLOSED = (("roster", "roster.txt", TEXT), ("plan", "plan.json", JSON), ("public", PROOF, JSON))


def publish(draw: Draw) -> None:
    """Publish the draw as it now stands; a new version replaces the former one.

    Of a surprise draw that is not released it holds back all that would tell the result: nonces, objects, proof.
    """
    untold = is_untold(draw)
    content = ceremony.board(draw.id)
    content["witnesses"] = [said for said in content["witnesses"] if said["text"] is not None]
    content["roster"] = _roster(draw)
    content |= NOTHING_TOLD if untold else _told(draw)
    if draw.closed:
        content["lists"] = [counted(each) for each in content["lists"]]
    if untold:
        content["committers"] = [{**each, "nonce": None} for each in content["committers"]]
    disclosure.publish("draw", draw.id, f"{draw.number} {draw.title}", content, files=_files(draw, untold))


def _roster(draw: Draw) -> dict[str, Any] | None:
    """What everybody may know of the roster: its digest, and whether the file itself is among those published."""
    kept = document(draw.id, "roster")
    if kept is None:
        return None
    return {
        "digest": rules.roster_digest(draw.hash, kept).hex(),
        "public": not rules.names_recusals(kept),
    }


def _files(draw: Draw, untold: bool) -> list[tuple[str, str, bytes]]:
    pools = [] if draw.closed else deposited(draw.id)
    found = [(f"pool-{each.list_name}.txt", TEXT, each.pool) for each in pools]
    for kind, name, media_type in CLOSED if draw.closed else OPEN:
        content = document(draw.id, kind)
        if content is None or (untold and name == PROOF):
            continue
        # Who may not check whom, and why, is not for the public (access.md): it has the counts by reason.
        if kind == "roster" and rules.names_recusals(content):
            continue
        found.append((name, media_type, content))
    found.append(("register.jsonl", LINES, register_file()))
    if not (untold or draw.closed):
        found += [(f"log-{each.n}.json", JSON, each.content) for each in changes(draw.id)]
    return found


def result(draw: Draw) -> dict[str, Any]:
    """Objects with names, lists and teams, and the substitutes, in the order the page shows them."""
    drawn = outcome(draw.id)
    people, bureaus = inspectors(draw)
    names = names_of([each.code for each in drawn.objects])
    return {
        "objects": [_object(each, names, people, bureaus) for each in drawn.objects],
        "reserve": [
            {"list": list_name, "stratum": stratum, "codes": codes}
            for (list_name, stratum), codes in drawn.reserve.items()
        ],
        "changes": [_change(each, names, people) for each in changes(draw.id)],
        "called_off": [
            {
                "object": each.object_code,
                "object_name": names.get(each.object_code, ""),
                "reason": each.reason,
            }
            for each in called_off(draw.id)
        ],
    }


def _told(draw: Draw) -> dict[str, Any]:
    """What everybody is told of the result: of a closed draw what its public form says, as it was drawn, by code."""
    if not draw.closed:
        return result(draw)
    drawn = public_outcome(draw.id)
    people, bureaus = inspectors(draw)
    names = names_of([each.code for each in drawn.objects])
    return NOTHING_TOLD | {"objects": [_object(each, names, people, bureaus) for each in drawn.objects]}


def counted(each: dict[str, Any]) -> dict[str, Any]:
    """A list of a closed draw as everybody reads it: of its strata how many there are to draw from and to draw."""
    strata = [{key: row[key] for key in ("stratum", "eligible", "quota")} for row in each["strata"] or ()]
    return {**each, "strata": strata}


def _object(
    each: DrawnObject, names: dict[str, str], people: dict[str, str], bureaus: dict[str, str]
) -> dict[str, Any]:
    return {
        "code": each.code,
        "name": names.get(each.code, ""),
        "lists": each.lists,
        "team": [
            {
                "slot": member.slot,
                "bureau": bureaus.get(member.bureau, member.bureau),
                "inspector": member.inspector,
                "name": people.get(member.inspector, ""),
                "lead": member.lead,
            }
            for member in each.team
        ],
        "unfilled": each.unfilled,
        "ended": each.ended,
        "came": each.came,
    }


def _change(each: DrawChange, names: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    """A change after the draw, with the names of the object and of who leaves and comes, firms or people."""
    told = names if each.kind == "substitute" else people
    return {
        "n": each.n,
        "kind": each.kind,
        "list": rules.parse_log(each.content)["list"],
        "object": each.object_code,
        "object_name": names.get(each.object_code, ""),
        "slot": each.slot,
        "leaves": each.leaves,
        "leaves_name": told.get(each.leaves or "", ""),
        "comes": each.comes,
        "comes_name": told.get(each.comes or "", ""),
        "reason": each.reason,
    }
