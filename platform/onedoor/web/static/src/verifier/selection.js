// Tickets, and who is drawn by them (draw.md, "Tickets").
import { bytes, hex } from "./bytes.js";
import { Fault } from "./fault.js";
import { bytesOf, hashOf, wordsOf } from "./hash.js";
import { keyOf } from "./plan.js";
import { Salter } from "./salt.js";

const STEP = 1 << 15;

// T(id) of one row after another, into words. Each has its own Hash, as its key stays at the start of the message.
export class Tickets {
  constructor(hashName, seed, z = null) {
    this.hash = hashOf(hashName);
    this.hash.message.set(keyOf(hashOf(hashName), seed, "object"));
    this.salter = z ? new Salter(hashName, z) : null;
    this.words = new Int32Array(8);
  }

  ofRow(pool, row, out, at) {
    const { message } = this.hash;
    let end = 32;
    if (this.salter) {
      message.set(this.salter.of(pool, row), end);
      end += 32;
    }
    const start = pool.starts[row];
    const length = pool.idLengths[row];
    message[end++] = length;
    for (let i = 0; i < length; i++) message[end++] = pool.data[start + i];
    this.hash.short(end, out, at);
  }

  // Of an id, as words; in a closed draw its secret must be known.
  of(id) {
    return this.ofId(id, this.salter ? this.salter.ofId(id) : new Uint8Array());
  }

  // Of an id with its salt (empty in an open draw), as words.
  ofId(id, salt) {
    const { message } = this.hash;
    message.set(salt, 32);
    let end = 32 + salt.length;
    message[end++] = id.length;
    for (let i = 0; i < id.length; i++) message[end++] = id.charCodeAt(i);
    const out = new Int32Array(8);
    this.hash.short(end, out, 0);
    return out;
  }
}

// T div weight, by long division on the words at `at`, in place. Remainder and word together stay below 2^52.
export function divide(words, at, weight) {
  let remainder = 0;
  for (let i = at; i < at + 8; i++) {
    const dividend = remainder * 2 ** 32 + (words[i] >>> 0);
    const quotient = Math.floor(dividend / weight);
    words[i] = quotient;
    remainder = dividend - quotient * weight;
  }
}

export function rankOf(mode, ticket, weight) {
  const rank = ticket.slice();
  if (mode === "ratio") divide(rank, 0, weight);
  return rank;
}

// Compares eight words as one integer.
export function compareWords(one, at, other, to) {
  for (let i = 0; i < 8; i++) if (one[at + i] !== other[to + i]) return one[at + i] >>> 0 < other[to + i] >>> 0 ? -1 : 1;
  return 0;
}

// The strata of a list's result; `rows` are the eligible of each, as `eligibleByStratum` gives them.
export function select(entry, pool, rows, tickets, progress) {
  let done = 0;
  return entry.quota.map(([stratum, quota]) => {
    const all = rows.get(stratum) ?? new Uint32Array();
    const wanted = Math.min(quota + entry.reserve, all.length);
    const report = (number) => progress("tickets", entry.list, done + number, pool.n);
    const ids = first(entry.mode, pool, all, wanted, tickets, report);
    done += all.length;
    const cutoff = quota ? hex(bytesOf(ids.ranks, 8 * ids.order[quota - 1])) : null;
    const names = ids.order.map((i) => pool.id(ids.rows[i]));
    return { stratum, eligible: all.length, drawn: names.slice(0, quota), reserve: names.slice(quota), cutoff };
  });
}

// The rows of each stratum that can be drawn.
export function eligibleByStratum(pool) {
  const sizes = new Uint32Array(pool.strata.length);
  for (let row = 0; row < pool.n; row++) sizes[pool.stratumOf[row]] += pool.eligible[row];
  const rows = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let row = 0; row < pool.n; row++) if (pool.eligible[row]) rows[pool.stratumOf[row]][sizes[pool.stratumOf[row]]++] = row;
  return new Map(pool.strata.map((stratum, i) => [stratum, rows[i]]).filter(([, own]) => own.length));
}

// What must hold before the draw, and of a void one too: each stratum has a quota, none above its eligible, no weight too heavy.
export function checkQuotas(entry, pool, rows) {
  const { list } = entry;
  const quotas = new Map(entry.quota);
  for (const stratum of rows.keys()) {
    if (!quotas.has(stratum)) throw new Fault("quota", `list ${list}: stratum ${stratum} has no quota`, { list, stratum });
  }
  for (const [stratum, quota] of quotas) {
    const own = rows.get(stratum) ?? [];
    if (quota > own.length) {
      throw new Fault("quota", `list ${list}: the quota ${quota} exceeds stratum ${stratum}, which has ${own.length} eligible`, {
        list,
        stratum,
      });
    }
    if (entry.mode !== "ratio" || quota === own.length) continue;
    let heaviest = 0;
    let sum = 0;
    for (const row of own) {
      heaviest = Math.max(heaviest, pool.weights[row]);
      sum += pool.weights[row];
    }
    if (quota * heaviest >= sum) throw new Fault("quota", `list ${list}: weight too heavy in ${stratum}`, { list, stratum });
  }
}

// The `wanted` first of these rows by (rank, T, id). All are ranked by the first 48 bits; the few that can be among the first
// are ranked in full.
function first(mode, pool, rows, wanted, tickets, report) {
  const near =
    wanted === 0 ? new Uint32Array() : wanted === rows.length ? rows : nearest(mode, pool, rows, wanted, tickets, report);
  const own = new Int32Array(8 * near.length);
  near.forEach((row, i) => tickets.ofRow(pool, row, own, 8 * i));
  const ranks = mode === "ratio" ? own.slice() : own;
  if (mode === "ratio") near.forEach((row, i) => divide(ranks, 8 * i, pool.weights[row]));
  const order = Array.from(near.keys());
  // Rows ascend by id, so their order settles what rank and ticket leave open.
  order.sort((a, b) => compareWords(ranks, 8 * a, ranks, 8 * b) || compareWords(own, 8 * a, own, 8 * b) || a - b);
  return { rows: near, ranks, order: order.slice(0, wanted) };
}

function nearest(mode, pool, rows, wanted, tickets, report) {
  const { words } = tickets;
  const keys = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    tickets.ofRow(pool, rows[i], words, 0);
    const high = (words[0] >>> 0) * 65536 + (words[1] >>> 16);
    keys[i] = mode === "ratio" ? Math.floor(high / pool.weights[rows[i]]) : high;
    if (i % STEP === 0) report(i);
  }
  const last = keys.slice().sort()[wanted - 1];
  return rows.filter((_, i) => keys[i] <= last);
}

// Of a uniform list without its pool, where tickets are known: those of the drawn and the reserve ascend, and end at the cutoff.
export function checkAscending(list, stratum, tickets) {
  const ids = [...stratum.drawn, ...stratum.reserve];
  const own = ids.map((id) => tickets.of(id));
  for (let i = 1; i < ids.length; i++) {
    const order = compareWords(own[i - 1], 0, own[i], 0) || (ids[i - 1] < ids[i] ? -1 : 1);
    if (order > 0)
      throw new Fault("result", `result of ${list}: the tickets of stratum ${stratum.stratum} do not ascend`, { list });
  }
  const end = stratum.drawn.length ? hex(bytesOf(own[stratum.drawn.length - 1], 0)) : null;
  if (end !== stratum.cutoff) {
    throw new Fault("result", `result of ${list}: the tickets of stratum ${stratum.stratum} do not end at the cutoff`, { list });
  }
}

// Orders ids by (T, id) in an open draw, or a closed one whose secret is known.
export function byTicket(hashName, seed, z, ids) {
  const tickets = new Tickets(hashName, seed, z);
  const own = new Map(ids.map((id) => [id, tickets.of(id)]));
  return [...ids].sort((a, b) => compareWords(own.get(a), 0, own.get(b), 0) || (a < b ? -1 : 1));
}

// The rank of a lot, and whether it is within the cutoff of its stratum.
export function rankWithin(rank, cutoff) {
  return compareWords(rank, 0, wordsOf(bytes(cutoff)), 0) <= 0;
}
