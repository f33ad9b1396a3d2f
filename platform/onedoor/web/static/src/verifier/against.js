// What was recomputed against what was published: the first place where they differ is named.
import { Fault } from "./fault.js";
import { canonical } from "./json.js";

const same = (a, b) => canonical(a) === canonical(b);

// Which of its inputs was changed the register can tell, or the source.
export function checkSeed(own, claimed, beacon) {
  if (own === claimed) return;
  const [code, why] = beacon
    ? [
        "seed-beacon",
        "plan, nonces, texts and beacon give: compare the first three with the register, the beacon with its source",
      ]
    : ["seed", "plan, nonces and texts give: compare plan and texts with the register"];
  throw new Fault(code, `'seed' differs from what ${why}`);
}

export function checkResult(own, claimed) {
  if (same(own, claimed)) return;
  const { list } = own;
  const stratum = own.strata.find((each, i) => !same(each, claimed.strata[i]))?.stratum;
  if (stratum === undefined) throw new Fault("result", `'result' of ${list} differs from the recomputation`, { list });
  throw new Fault("result-stratum", `'result' of ${list}, stratum ${stratum}, differs from the recomputation`, { list, stratum });
}

// Both name the same slots, so that one team differs where the whole does, or one that is unfilled.
export function checkPlaced(own, claimed) {
  const team = own.teams.find((each, i) => !same(each, claimed.teams[i]));
  if (team) throw new Fault("teams-object", `'teams' differs from the recomputation at ${team.object}`, { object: team.object });
  for (const key of ["teams", "unfilled"]) {
    if (!same(own[key], claimed[key])) throw new Fault(key, `'${key}' differs from the recomputation`);
  }
}
