"""Making a draw public: everything its public page shows, and the files to recompute it with (R-D8)."""

from __future__ import annotations

from typing import Any

from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.draws import rules
from onedoor.draws.models import CallOff, Draw, DrawChange
from onedoor.draws.queries import ceremony
from onedoor.draws.queries.outcome import (
    DrawnObject,
    called_off,
    changes,
    is_untold,
    lists_called_off,
    outcome,
    public_outcome,
)
from onedoor.draws.queries.register import register_file
from onedoor.draws.service.files import deposited, document
from onedoor.draws.service.stages import inspectors, names_of

NOTHING_TOLD: dict[str, Any] = {"objects": [], "reserve": [], "changes": [], "called_off": []}
# What was chosen for a list, beside the counts: the campaign's scope, and by its bureau.
CHOSEN = ("scope", "scope_said", "narrowed", "narrowed_said", "kept_in")
TEXT, JSON, LINES = "text/plain", "application/json", "application/jsonl"
PROOF = "proof.json"
OPEN = (("roster", "roster.txt", TEXT), ("plan", "plan.json", JSON), ("proof", PROOF, JSON))
# Pools, proof and logs of a closed draw are with those who hold them; everybody reads the public form (draw.md, "Proof").
CLOSED = (("roster", "roster.txt", TEXT), ("plan", "plan.json", JSON), ("public", PROOF, JSON))


def publish(draw: Draw) -> None:
    """Publish the draw as it now stands; a new version replaces the former one.

    Of a surprise draw that is not released it holds back all that would tell the result: nonces, objects, proof, and what
    the bureaus narrowed their lists to.
    """
    untold = is_untold(draw)
    content = ceremony.board(draw.id)
    if draw.opened_at is None:
        # Given up before its plan: that it was begun, when and why it ended; of its lists nothing was to be public.
        content["lists"] = []
    content["witnesses"] = [said for said in content["witnesses"] if said["text"] is not None]
    content["roster"] = _roster(draw)
    content |= NOTHING_TOLD if untold else _told(draw)
    if draw.closed:
        content["lists"] = [counted(each) for each in content["lists"]]
    if untold:
        content["lists"] = [
            {key: value for key, value in each.items() if key not in CHOSEN} for each in content["lists"]
        ]
        content["committers"] = [{**each, "nonce": None} for each in content["committers"]]
    hidden = untold and takes_all(content["lists"])
    disclosure.publish(
        "draw", draw.id, f"{draw.number} {draw.title}", content, files=_files(draw, untold, hidden)
    )


def takes_all(lists: list[dict[str, Any]]) -> bool:
    """Whether a list is drawn whole, so that its pool is its result: that of a surprise, the teams of daily checks, is not public
    before it is told (R-V9).
    """
    strata = [each["strata"] or () for each in lists]
    return any(rows and all(row["eligible"] == row["quota"] for row in rows) for rows in strata)


def _roster(draw: Draw) -> dict[str, Any] | None:
    """What everybody may know of the roster: its digest, and whether the file itself is among those published."""
    kept = document(draw.id, "roster")
    if kept is None:
        return None
    return {
        "digest": rules.roster_digest(draw.hash, kept).hex(),
        "public": not rules.names_recusals(kept),
    }


def _files(draw: Draw, untold: bool, hidden: bool) -> list[disclosure.PublicFile | disclosure.Unchanged]:
    """The files, in order; of all but the register what was published once stays as it is, and is not read again. `hidden` pools
    are not among them yet.
    """
    if draw.opened_at is None:
        return []
    there = disclosures.file_names("draw", draw.id)
    found: list[disclosure.PublicFile | disclosure.Unchanged] = []
    pools = [disclosure.Unchanged(name) for name in there if name.startswith("pool-")]
    if pools or draw.closed or hidden:
        found += pools
    else:
        found += [(f"pool-{each.list_name}.txt", TEXT, each.pool) for each in deposited(draw.id)]
    for kind, name, media_type in CLOSED if draw.closed else OPEN:
        if name in there:
            found.append(disclosure.Unchanged(name))
            continue
        content = document(draw.id, kind)
        if content is None or (untold and name == PROOF):
            continue
        # Who may not check whom, and why, is not for the public (access.md): it has the counts by reason.
        if kind == "roster" and rules.names_recusals(content):
            continue
        found.append((name, media_type, content))
    found.append(("register.jsonl", LINES, register_file()))
    if not (untold or draw.closed):
        logs = ((f"log-{each.n}.json", each.content) for each in changes(draw.id))
        found += [
            disclosure.Unchanged(name) if name in there else (name, JSON, content) for name, content in logs
        ]
    return found


def result(draw: Draw) -> dict[str, Any]:
    """Objects with names, lists and teams, and the substitutes, in the order the page shows them."""
    drawn = outcome(draw.id)
    people, bureaus = inspectors(draw)
    names = names_of([each.code for each in drawn.objects])
    off = lists_called_off(draw.id, drawn.objects)
    by_list = _bureaus_of(draw)
    return {
        "objects": [
            _object(each, names, people, bureaus) | _off(each, off[each.code])
            if each.code in off
            else _object(each, names, people, bureaus)
            for each in drawn.objects
        ],
        "reserve": [
            {"list": list_name, "stratum": stratum, "codes": codes}
            for (list_name, stratum), codes in drawn.reserve.items()
        ],
        "changes": [_change(each, names, people) for each in changes(draw.id)],
        "called_off": [_call_off(each, names, by_list) for each in called_off(draw.id)],
    }


def _off(each: DrawnObject, lists: set[str]) -> dict[str, str]:
    """Whether an object of which something was called off is visited for some of its lists all the same."""
    return {"off": "part" if {*each.lists} - lists else "whole"}


def _call_off(each: CallOff, names: dict[str, str], bureaus: dict[str, str]) -> dict[str, Any]:
    """What was called off: the object, for which lists and bureaus nobody comes, and why."""
    return {
        "object": each.object_code,
        "object_name": names.get(each.object_code, ""),
        "lists": each.lists,
        "bureaus": [bureaus.get(name, name) for name in each.lists],
        "reason": each.reason,
        "reason_said": each.reason_said,
    }


def _bureaus_of(draw: Draw) -> dict[str, str]:
    """Names of the bureaus by their lists."""
    return {each.list_name: each.bureau_name for each in ceremony.parties(draw.id) if each.list_name}


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
    names_by_kind = names if each.kind == "substitute" else people
    return {
        "n": each.n,
        "kind": each.kind,
        "list": rules.parse_log(each.content)["list"],
        "object": each.object_code,
        "object_name": names.get(each.object_code, ""),
        "slot": each.slot,
        "leaves": each.leaves,
        "leaves_name": names_by_kind.get(each.leaves or "", ""),
        "comes": each.comes,
        "comes_name": names_by_kind.get(each.comes or "", ""),
        "reason": each.reason,
    }
