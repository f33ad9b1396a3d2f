// A proof, or the public form of a closed one: refused unless exactly in shape; its digest and public form (draw.md, "Proof").
import { tag } from "./bytes.js";
import { canonical } from "./json.js";
import { checkPlan } from "./plan.js";
import { count, fields, hexadecimal, items, matching, NAME, OBJECT, pair, refuse, text } from "./shape.js";

const KEYS = ["v", "plan", "reveals", "witness", "beacon", "seed", "result", "teams", "unfilled", "void"];
export const VERSION = "onedoor-proof/1";
export const PUBLIC = "onedoor-public/1";

export function checkProof(proof) {
  const isPublic = proof?.v === PUBLIC;
  fields(proof, isPublic ? [...KEYS, "proof"] : KEYS, "proof");
  if (!isPublic && proof.v !== VERSION) refuse("proof", "the version is not one of this protocol");
  const plan = checkPlan(proof.plan);
  if (isPublic) {
    hexadecimal(proof.proof, "proof");
    if (!plan.closed) refuse("proof", "of an open draw the proof itself is public");
  }
  checkCeremony(proof, plan);
  checkTeamsShape(proof);
  const lists = items(proof.result, "result");
  if (lists.length !== (proof.void === null ? plan.lists.length : 0))
    refuse("result", "must have the plan's lists, or none in a void draw");
  lists.forEach((entry, i) => checkResultShape(entry, plan.lists[i], isPublic));
  return proof;
}

function checkCeremony(proof, plan) {
  const parties = items(proof.reveals, "reveals").map((item) => pair(item, "reveals")[0]);
  if (parties.length !== plan.parties.length || parties.some((party, i) => party !== plan.parties[i].id)) {
    refuse("reveals", "must have the plan's parties in the plan's order");
  }
  for (const [party, nonce] of proof.reveals) if (nonce !== null) hexadecimal(nonce, `reveal of ${party}`);
  for (const item of items(proof.witness, "witness")) pair(item, "witness").forEach((one) => text(one, "witness"));
  hexadecimal(proof.beacon, "beacon", null);
  if (proof.seed !== null) hexadecimal(proof.seed, "seed");
  if (proof.void !== null) text(proof.void, "void");
  if ((proof.seed === null) === (proof.void === null)) refuse("seed", "a void draw has none, every other has one");
}

function checkTeamsShape(proof) {
  for (const team of items(proof.teams, "teams")) {
    fields(team, ["object", "team"], "teams");
    matching(OBJECT, team.object, "teams");
    for (const member of items(team.team, "teams")) {
      fields(member, ["bureau", "inspector", "lead"], "teams");
      matching(NAME, member.bureau, "teams");
      matching(NAME, member.inspector, "teams");
      count(member.lead, "teams", 0, 1);
    }
  }
  for (const item of items(proof.unfilled, "unfilled")) {
    const [object, slot] = pair(item, "unfilled");
    matching(OBJECT, object, "unfilled");
    count(slot, "unfilled");
  }
}

function checkResultShape(entry, planned, isPublic) {
  const where = `result of ${planned.list}`;
  fields(entry, isPublic ? ["list", "drawn", "strata"] : ["list", "strata"], where);
  const keys = isPublic ? ["stratum", "eligible", "cutoff"] : ["stratum", "eligible", "drawn", "reserve", "cutoff"];
  for (const stratum of items(entry.strata, where)) {
    fields(stratum, keys, where);
    count(stratum.eligible, where);
    if (stratum.cutoff !== null) hexadecimal(stratum.cutoff, where);
    if (!isPublic)
      for (const id of [...items(stratum.drawn, where), ...items(stratum.reserve, where)]) matching(OBJECT, id, where);
  }
  if (isPublic) for (const id of items(entry.drawn, where)) matching(OBJECT, id, where);
  const order = entry.strata.map((stratum) => stratum.stratum);
  if (entry.list !== planned.list || canonical(order) !== canonical(planned.quota.map(([stratum]) => stratum))) {
    refuse(where, "lists and strata must stand in the plan's order");
  }
}

export function proofDigest(hash, proof, z) {
  const blind = z ? [tag(hash, "blind", z)] : [];
  return tag(hash, "proof", canonical(proof), ...blind);
}

export const byBytes = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function publicResult({ list, strata }) {
  const drawn = strata.flatMap((stratum) => stratum.drawn).sort();
  return { list, drawn, strata: strata.map(({ stratum, eligible, cutoff }) => ({ stratum, eligible, cutoff })) };
}

// Teams and unfilled as a public form has them, ascending by object and slot.
export function publicTeams({ teams, unfilled }) {
  return {
    teams: [...teams].sort((a, b) => byBytes(a.object, b.object)),
    unfilled: [...unfilled].sort((a, b) => byBytes(a[0], b[0]) || a[1] - b[1]),
  };
}

// The same teams as the whole proof has them: in the order of the objects' tickets.
export function teamsInOrder({ teams, unfilled }, objects) {
  const place = new Map(objects.map((id, i) => [id, i]));
  return {
    teams: [...teams].sort((a, b) => place.get(a.object) - place.get(b.object)),
    unfilled: [...unfilled].sort((a, b) => place.get(a[0]) - place.get(b[0]) || a[1] - b[1]),
  };
}

// The ids that each list drew, of a proof or a public form.
export const drawnIds = (proof) => proof.result.map((entry) => entry.drawn ?? entry.strata.flatMap((stratum) => stratum.drawn));
