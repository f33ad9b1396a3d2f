// What can still be checked of a proof without its pools: that counts equal quotas, that tickets ascend, and that every team
// stands in order with its slots.
import { Fault } from "./fault.js";
import { checkAscending } from "./selection.js";
import { Fitting } from "./slots.js";

export function checkOutline(entry, result, tickets) {
  const { list } = entry;
  const refuse = (what) => {
    throw new Fault("result", `result of ${list}: ${what}`, { list });
  };
  checkSizes(entry, result, refuse);
  if (result.drawn) {
    const total = entry.quota.reduce((sum, [, quota]) => sum + quota, 0);
    const ascending = result.drawn.every((id, i) => i === 0 || id > result.drawn[i - 1]);
    if (result.drawn.length !== total || !ascending) refuse("the drawn are not as many as the quotas, ascending, each once");
    return;
  }
  const everyone = result.strata.flatMap((stratum) => [...stratum.drawn, ...stratum.reserve]);
  if (new Set(everyone).size !== everyone.length) refuse("an object stands twice");
  result.strata.forEach((stratum, i) => {
    const quota = entry.quota[i][1];
    const spare = Math.min(entry.reserve, stratum.eligible - quota);
    if (stratum.drawn.length !== quota || stratum.reserve.length !== spare)
      refuse(`stratum ${stratum.stratum} has other counts than its quota`);
    if (tickets && entry.mode === "uniform") checkAscending(list, stratum, tickets);
  });
}

function checkSizes(entry, result, refuse) {
  result.strata.forEach((stratum, i) => {
    const quota = entry.quota[i][1];
    if (stratum.eligible < quota || (stratum.cutoff === null) !== (quota === 0))
      refuse(`stratum ${stratum.stratum} contradicts its quota`);
  });
  const eligible = result.strata.reduce((sum, stratum) => sum + stratum.eligible, 0);
  if (eligible > entry.pool.n) refuse("more eligible than the pool has rows");
}

// `order` are the objects with slots as they must stand, or null where that cannot be computed; with a roster also that each
// member fits its slot and none is above its cap.
export function checkTeams(slots, { teams, unfilled }, order, roster) {
  const objects = teams.map((team) => team.object);
  const known = new Set(objects);
  if (objects.length !== slots.size || known.size !== slots.size || !objects.every((id) => slots.has(id)))
    refuse("the objects are not those drawn");
  if (order?.some((id, i) => id !== objects[i])) refuse("the objects are not in order");
  const empty = new Map(objects.map((id) => [id, new Set()]));
  let before = [-1, -1];
  const places = new Map(objects.map((id, i) => [id, i]));
  for (const [object, slot] of unfilled) {
    const here = [places.get(object) ?? -1, slot];
    const after = here[0] > before[0] || (here[0] === before[0] && slot > before[1]);
    if (here[0] < 0 || slot >= slots.get(object).length || !after)
      refuse("unfilled must be slots of the plan, each once, in order", "unfilled");
    empty.get(object).add(slot);
    before = here;
  }
  checkMembers(slots, teams, empty, roster);
}

function checkMembers(slots, teams, empty, roster) {
  const fitting = roster ? new Fitting(roster) : null;
  const place = new Map(roster?.inspectors.map((inspector, i) => [inspector.id, i]));
  const load = new Map();
  for (const { object, team } of teams) {
    const needs = slots.get(object).filter((_, slot) => !empty.get(object).has(slot));
    const inOrder =
      needs.length === team.length &&
      needs.every((need, i) => need.bureau === team[i].bureau && Number(need.lead) === team[i].lead);
    if (!inOrder) refuse(`the team of ${object} does not have its slots in order`);
    if (new Set(team.map((member) => member.inspector)).size !== team.length)
      refuse(`an inspector stands twice in the team of ${object}`);
    team.forEach(({ inspector }, i) => {
      load.set(inspector, (load.get(inspector) ?? 0) + 1);
      if (fitting && !fitting.of(object, needs[i]).includes(place.get(inspector)))
        refuse(`${inspector} does not fit a slot of ${object}`);
    });
  }
  if (!roster) return;
  for (const [id, number] of load)
    if (number > roster.inspectors[place.get(id)].cap) refuse(`${id} has more objects than its cap`);
}

function refuse(what, code = "teams") {
  throw new Fault(code, `teams: ${what}`);
}
