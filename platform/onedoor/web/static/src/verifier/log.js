// What was changed after the draw: each change is logged, its digest stands in the register, and who comes in is computed
// again (draw.md, "After the draw" and "Inspectors").
import { alike, bytes, hex, tag } from "./bytes.js";
import { Fault } from "./fault.js";
import { hashOf } from "./hash.js";
import { canonical, parseCanonical } from "./json.js";
import { keyOf } from "./plan.js";
import { drawnIds } from "./proof.js";
import { count, fields, hexadecimal, matching, NAME, OBJECT, refuse, text } from "./shape.js";
import { Fitting, needsOf } from "./slots.js";
import { Lottery } from "./teams.js";

const KEYS = ["v", "proof", "n", "kind", "list", "object", "slot", "out", "in", "reason"];

// A browser names a second download of a file otherwise: what has the very same bytes is read once.
const unlike = (file, i, files) => !files.slice(0, i).some(({ data }) => alike(data, file.data));

function readLog({ name, data }) {
  const where = `log file ${name}`;
  const log = fields(parseCanonical(data, where), KEYS, where);
  if (log.v !== "onedoor-log/1") refuse(where, "the version is not onedoor-log/1");
  hexadecimal(log.proof, `${where}: proof`);
  count(log.n, `${where}: n`, 1);
  if (!["substitute", "replace", "fill"].includes(log.kind)) refuse(`${where}: kind`, "must be substitute, replace or fill");
  matching(NAME, log.list, `${where}: list`);
  matching(OBJECT, log.object, `${where}: object`);
  text(log.reason, `${where}: reason`);
  const people = log.kind === "substitute" ? OBJECT : NAME;
  if (log.kind !== "substitute") count(log.slot, `${where}: slot`);
  else if (log.slot !== null) refuse(`${where}: slot`, "a substitute has none");
  if (log.kind !== "fill") matching(people, log.out, `${where}: out`);
  else if (log.out !== null) refuse(`${where}: out`, "must be null where a slot was empty");
  matching(people, log.in, `${where}: in`);
  return log;
}

// More replacements at one slot than these need the supervisor.
const ALONE = 3;

// The draw as it stands, change by change: who is drawn for each list, and who sits in each slot. `result` is the whole one,
// as far as it is known: a public form has neither strata nor reserves.
class Standing {
  /** @type {any} */ proof;
  /** @type {any} */ plan;
  /** @type {any} */ roster;
  /** @type {(...said: any[]) => void} */ leave;

  constructor(proof, result, roster, leave) {
    Object.assign(this, { proof, plan: proof.plan, roster, leave });
    this.fitting = roster ? new Fitting(roster) : null;
    this.slots = new Map();
    this.gone = new Map();
    this.times = new Map();
    this.lists = proof.plan.lists.map((_, i) => new Drawn(drawnIds(proof)[i], result[i]));
    drawnIds(proof).forEach((ids, i) => ids.forEach((id) => this.give(id, proof.plan.lists[i])));
    const empty = new Set(proof.unfilled.map(([object, slot]) => `${object} ${slot}`));
    for (const { object, team } of proof.teams) {
      const filled = this.slots.get(object).filter((_, i) => !empty.has(`${object} ${i}`));
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
    const drawn = this.lists[place];
    if (!drawn?.strata.has(log.out)) wrong(log, `${log.out} is not drawn for the list ${log.list}`);
    if (log.object !== log.out && log.object !== log.in)
      wrong(log, "its object is neither the one that goes nor the one that comes");
    if (drawn.strata.has(log.in)) wrong(log, `${log.in} is drawn for the list ${log.list} already`);
    const next = drawn.replace(log.out, log.in);
    if (next === undefined)
      this.leave("logs-computed", `log ${log.n}: the substitute not checked: the pool of ${log.list} was not given`, {
        n: log.n,
      });
    else if (next !== log.in) wrong(log, `the next in the reserve is ${next ?? "nobody"}, not ${log.in}`);
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
    if (gone.has(log.in) || this.slots.get(log.object).some(({ seat }) => seat === log.in))
      wrong(log, `${log.in} is on the team or has left it`);
    if (this.roster) {
      const next = this.next(log.object, slot, gone, `assign#${place}#${k}`);
      if (log.in !== next) wrong(log, `the one drawn is ${next ?? "nobody"}, not ${log.in}`);
    } else this.leave("logs-computed", `log ${log.n}: who came in not checked: the roster was not given`, { n: log.n });
    if (k > ALONE)
      this.leave("logs-consent", `log ${log.n}: the supervisor's consent to more than ${ALONE} at one slot not checked`, {
        n: log.n,
      });
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
    const best = new Lottery(this.plan.hash, key, inspectors).least(
      object,
      free.filter((i) => of(i) === least),
    );
    return inspectors[best]?.id ?? null;
  }
}

function wrong(log, what) {
  throw new Fault("log", `log ${log.n}: ${what}`, { n: log.n });
}

// `digest` is the proof's, or null; `entries` the register's, or null; `leave` takes what could not be checked. Changes build
// on one another: one is computed again only if all before it are given, else its digest alone is held against the register.
export function checkLogs(proof, { digest, files, entries, roster, result, leave }) {
  const { plan } = proof;
  const logs = files
    .filter(unlike)
    .map(readLog)
    .sort((a, b) => a.n - b.n);
  if (proof.seed === null && logs.length) wrong(logs[0], "nothing changes after a void draw");
  const hash = hashOf(plan.hash);
  const ours = entries?.filter((entry) => entry.line === plan.line && entry.seq === plan.seq && entry.kind === "log");
  const standing = logs.length ? new Standing(proof, result, roster, leave) : null;
  logs.forEach((log, i) => {
    if (log.n === logs[i - 1]?.n) wrong(log, "two files have the same n");
    if (digest && log.proof !== digest) wrong(log, "it is of another draw");
    const own = hex(tag(hash, "log", canonical(log)));
    if (ours && ours[log.n - 1]?.digest !== own) wrong(log, "the register does not have it in this place");
    if (log.n === i + 1) standing.apply(log);
    else leave("logs-before", `log ${log.n} not checked: one before it was not given`, { n: log.n });
  });
  const missing = (ours?.length ?? 0) - logs.length;
  if (missing > 0)
    leave("logs", `changes after the draw not checked: ${missing} of the register's were not given`, { count: missing });
  return logs;
}

// Who is drawn for a list now, each with its stratum, and the reserves that are left; null for a stratum not known.
class Drawn {
  constructor(ids, result) {
    this.strata = new Map(ids.map((id) => [id, null]));
    this.reserves = new Map();
    for (const { stratum, drawn, reserve } of result.drawn ? [] : result.strata) {
      for (const id of drawn) this.strata.set(id, stratum);
      this.reserves.set(stratum, [...reserve]);
    }
  }

  // Puts one in the place of another; gives the one whose turn it was, null for nobody, undefined where that is not known.
  replace(out, comes) {
    const stratum = this.strata.get(out);
    this.strata.delete(out);
    this.strata.set(comes, stratum);
    return stratum === null ? undefined : (this.reserves.get(stratum).shift() ?? null);
  }
}
