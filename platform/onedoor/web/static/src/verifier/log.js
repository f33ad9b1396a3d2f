// What was changed after the draw: each change is logged, its digest stands in the register, and who comes in is computed
// again (draw.md, "After the draw" and "Inspectors").
import { bytes, hex, tag } from "./bytes.js";
import { Fault } from "./fault.js";
import { hashOf } from "./hash.js";
import { canonical, parseCanonical } from "./json.js";
import { keyOf } from "./plan.js";
import { count, fields, hexadecimal, matching, NAME, OBJECT, refuse, text } from "./shape.js";
import { Fitting, needsOf } from "./slots.js";
import { Lottery } from "./teams.js";

const KEYS = ["v", "proof", "n", "kind", "list", "object", "slot", "out", "in", "reason"];

function readLog(raw) {
  const log = fields(parseCanonical(raw, "log"), KEYS, "log");
  if (log.v !== "onedoor-log/1") refuse("log", "the version is not onedoor-log/1");
  hexadecimal(log.proof, "log.proof");
  count(log.n, "log.n", 1);
  if (!["substitute", "replace", "fill"].includes(log.kind)) refuse("log.kind", "must be substitute, replace or fill");
  matching(NAME, log.list, "log.list");
  matching(OBJECT, log.object, "log.object");
  text(log.reason, "log.reason");
  const people = log.kind === "substitute" ? OBJECT : NAME;
  if (log.kind !== "substitute") count(log.slot, "log.slot");
  if (log.kind !== "fill") matching(people, log.out, "log.out");
  else if (log.out !== null) refuse("log.out", "must be null where a slot was empty");
  matching(people, log.in, "log.in");
  return log;
}

// The draw as it stands, change by change: who is drawn for each list, and who sits in each slot.
class Standing {
  constructor(proof, roster) {
    this.proof = proof;
    this.plan = proof.plan;
    this.roster = roster;
    this.fitting = roster ? new Fitting(roster) : null;
    this.slots = new Map();
    this.gone = new Map();
    this.times = new Map();
    this.reserves = proof.result.map((entry) => entry.strata.map((stratum) => [...(stratum.reserve ?? [])]));
    this.drawn = proof.result.map((entry) => entry.strata.map((stratum) => new Set(stratum.drawn)));
    this.plan.lists.forEach((entry, i) => this.drawn[i].forEach((ids) => ids.forEach((id) => this.give(id, entry))));
    const empty = new Set(proof.unfilled.map(([object, slot]) => `${object} ${slot}`));
    for (const { object, team } of proof.teams) {
      const filled = this.slots.get(object).filter((slot, i) => !empty.has(`${object} ${i}`));
      filled.forEach((slot, i) => (slot.seat = team[i].inspector));
    }
  }

  give(id, { list, team }) {
    if (!team) return;
    const held = this.slots.get(id) ?? [];
    const [first, other] = needsOf(team);
    for (let number = 0; number < team.size; number++) held.push({ list, need: held.length ? other : first, seat: null });
    this.slots.set(id, held);
  }

  apply(log) {
    if (log.kind === "substitute") this.substitute(log);
    else this.seat(log);
  }

  substitute(log) {
    const place = this.plan.lists.findIndex((entry) => entry.list === log.list);
    const stratum = place < 0 ? -1 : this.drawn[place].findIndex((ids) => ids.has(log.out));
    if (stratum < 0) wrong(log, `${log.out} does not stand in the list ${log.list}`);
    const next = this.reserves[place][stratum].shift();
    if (log.in !== next) wrong(log, `the next in the reserve is ${next ?? "nobody"}, not ${log.in}`);
    if (log.object !== log.out && log.object !== log.in) wrong(log, "its object is neither the one that goes nor the one that comes");
    this.drawn[place][stratum].delete(log.out);
    this.drawn[place][stratum].add(log.in);
    for (const slot of this.slots.get(log.out) ?? []) if (slot.list === log.list) Object.assign(slot, { seat: null, left: true });
    this.give(log.in, this.plan.lists[place]);
  }

  seat(log) {
    const slot = this.slots.get(log.object)?.[log.slot];
    if (!slot || slot.left || slot.list !== log.list) wrong(log, "the draw has no such slot");
    if (slot.seat !== log.out) wrong(log, `in this slot sits ${slot.seat ?? "nobody"}, not ${log.out ?? "nobody"}`);
    const gone = this.gone.get(log.object) ?? new Set();
    if (log.out) gone.add(log.out);
    this.gone.set(log.object, gone);
    const place = `${log.object}#${log.slot}`;
    const k = (this.times.get(place) ?? 0) + 1;
    this.times.set(place, k);
    slot.seat = null;
    if (this.roster) {
      const next = this.next(log.object, slot, gone, `assign#${place}#${k}`);
      if (log.in !== next) wrong(log, `the one drawn is ${next ?? "nobody"}, not ${log.in}`);
    }
    slot.seat = log.in;
  }

  // Of those that fit, have room, are not on the team and have not left it, the least (load, t) under a key of its own.
  next(object, slot, gone, purpose) {
    const { inspectors } = this.roster;
    const load = new Map();
    for (const held of this.slots.values()) for (const { seat } of held) if (seat) load.set(seat, (load.get(seat) ?? 0) + 1);
    const team = new Set(this.slots.get(object).map((each) => each.seat));
    const of = (i) => load.get(inspectors[i].id) ?? 0;
    const free = this.fitting
      .of(object, slot.need)
      .filter((i) => of(i) < inspectors[i].cap && !team.has(inspectors[i].id) && !gone.has(inspectors[i].id));
    const least = Math.min(...free.map(of));
    const key = keyOf(hashOf(this.plan.hash), bytes(this.proof.seed), purpose);
    const best = new Lottery(this.plan.hash, key, inspectors).least(object, free.filter((i) => of(i) === least));
    return inspectors[best]?.id ?? null;
  }
}

function wrong(log, what) {
  throw new Fault("log", `log ${log.n}: ${what}`, { n: log.n });
}

// `digest` is the proof's, or null; `entries` the register's, or null. Gives the changes, and how many entries have no file.
export function checkLogs(proof, digest, files, entries, roster) {
  const { plan } = proof;
  if (proof.seed === null && files.length) throw new Fault("log", "log: nothing changes after a void draw", { n: 1 });
  const hash = hashOf(plan.hash);
  const logs = files.map(readLog).sort((a, b) => a.n - b.n);
  const registered = entries?.filter((entry) => entry.line === plan.line && entry.seq === plan.seq && entry.kind === "log");
  const isPublic = Boolean(proof.proof);
  const standing = logs.length && !isPublic ? new Standing(proof, roster) : null;
  logs.forEach((log, i) => {
    if (log.n !== i + 1) wrong(log, `the change numbered ${i + 1} is missing, or one stands twice`);
    if (digest && log.proof !== digest) wrong(log, "it is of another draw");
    if (registered && registered[i]?.digest !== hex(tag(hash, "log", canonical(log)))) wrong(log, "the register does not have it");
    standing?.apply(log);
  });
  return { logs, missing: registered ? registered.length - logs.length : 0, computed: Boolean(standing) && Boolean(roster) };
}
