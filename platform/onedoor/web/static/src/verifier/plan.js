// The plan of a draw: refused unless exactly in shape; its digest, the parties' commitments and the seed (draw.md, "Plan").
import { bytes, hex, tag, u32 } from "./bytes.js";
import { Fault } from "./fault.js";
import { canonical } from "./json.js";
import { count, fields, hexadecimal, items, matching, moment, NAME, pair, refuse, STRATUM, text, unique } from "./shape.js";

const KEYS = ["v", "line", "seq", "prev", "draw", "hash", "closed", "lists", "roster", "parties", "beacon"];
export const SEQ_LIMIT = 2 ** 32 - 1;

export function checkPlan(plan) {
  fields(plan, KEYS, "plan");
  if (plan.v !== "onedoor-draw/1") refuse("plan", "the version is not onedoor-draw/1");
  matching(NAME, plan.line, "plan.line");
  text(plan.draw, "plan.draw");
  if (plan.hash !== "sha256" && plan.hash !== "sm3") refuse("plan.hash", "must be sha256 or sm3");
  if (typeof plan.closed !== "boolean") refuse("plan.closed", "must be true or false");
  count(plan.seq, "plan.seq", 1, SEQ_LIMIT);
  if ((plan.prev === null) !== (plan.seq === 1))
    refuse("plan", "seq and prev: the first draw of a line has no prev, every later one has");
  if (plan.prev !== null) hexadecimal(plan.prev, "plan.prev");
  if (items(plan.lists, "plan.lists").length === 0) refuse("plan.lists", "must name a list");
  plan.lists.forEach((entry, i) => checkList(entry, `plan.lists[${i}]`));
  unique(
    plan.lists.map((entry) => entry.list),
    "plan.lists",
  );
  if (plan.lists.some((entry) => entry.team)) hexadecimal(plan.roster, "plan.roster");
  else if (plan.roster !== null) refuse("plan.roster", "must be null, as no list has a team");
  checkParties(plan.parties);
  if (plan.beacon !== null) checkBeacon(plan.beacon);
  return plan;
}

function checkList(entry, where) {
  fields(entry, ["list", "mode", "quota", "reserve", "pool", "team"], where);
  matching(NAME, entry.list, `${where}.list`);
  if (entry.mode !== "uniform" && entry.mode !== "ratio") refuse(`${where}.mode`, "must be uniform or ratio");
  count(entry.reserve, `${where}.reserve`);
  for (const item of items(entry.quota, `${where}.quota`)) {
    const [stratum, quota] = pair(item, `${where}.quota`);
    matching(STRATUM, stratum, `${where}.quota`);
    count(quota, `${where}.quota`);
  }
  unique(
    entry.quota.map(([stratum]) => stratum),
    `${where}.quota`,
  );
  const face = fields(entry.pool, ["digest", "root", "n"], `${where}.pool`);
  hexadecimal(face.digest, `${where}.pool.digest`);
  hexadecimal(face.root, `${where}.pool.root`);
  count(face.n, `${where}.pool.n`);
  if (entry.team === null) return;
  fields(entry.team, ["bureau", "size", "qualifications"], `${where}.team`);
  matching(NAME, entry.team.bureau, `${where}.team.bureau`);
  count(entry.team.size, `${where}.team.size`, 1);
  for (const one of items(entry.team.qualifications, `${where}.team`)) matching(NAME, one, `${where}.team.qualifications`);
}

function checkParties(parties) {
  if (items(parties, "plan.parties").length < 2) refuse("plan.parties", "two or more must commit");
  for (const party of parties) {
    fields(party, ["id", "commit"], "plan.parties");
    text(party.id, "plan.parties.id");
    hexadecimal(party.commit, "plan.parties.commit");
  }
  unique(
    parties.map((party) => party.id),
    "plan.parties",
  );
}

function checkBeacon(beacon) {
  fields(beacon, ["name", "round", "time"], "plan.beacon");
  text(beacon.name, "plan.beacon.name");
  text(beacon.round, "plan.beacon.round");
  moment(beacon.time, "plan.beacon.time");
}

export const planDigest = (hash, plan) => tag(hash, "plan", canonical(plan));

export const textsDigest = (hash, plan, texts) => tag(hash, "texts", planDigest(hash, plan), u32(texts.length), ...texts.flat());

// Each party and its nonce, in the plan's order; empty for one that withheld.
const nonces = (reveals) => reveals.flatMap(([party, nonce]) => [party, bytes(nonce ?? "")]);

export const revealsDigest = (hash, plan, reveals) => tag(hash, "reveals", planDigest(hash, plan), ...nonces(reveals));

// Every nonce that was revealed is the one committed to.
export function checkCommitments(hash, plan, reveals) {
  plan.parties.forEach((party, i) => {
    const nonce = reveals[i][1];
    if (nonce === null) return;
    const made = tag(hash, "commit", plan.line, u32(plan.seq), plan.draw, party.id, bytes(nonce));
    if (hex(made) !== party.commit) {
      throw new Fault("commitment", `commitment of ${party.id}: the revealed nonce is not the one committed to`, {
        party: party.id,
      });
    }
  });
}

export function seedOf(hash, plan, reveals, texts, beacon) {
  const withheld = reveals.find(([, nonce]) => nonce === null);
  if (withheld && plan.beacon === null) {
    throw new Fault("withheld", `${withheld[0]} withheld and no beacon: the draw is void`, { party: withheld[0] });
  }
  const digests = [planDigest(hash, plan), u32(plan.parties.length), ...nonces(reveals), textsDigest(hash, plan, texts)];
  return tag(hash, "seed", ...digests, bytes(beacon));
}

export const keyOf = (hash, seed, purpose) => tag(hash, "key", seed, purpose);
