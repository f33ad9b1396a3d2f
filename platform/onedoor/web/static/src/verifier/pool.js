// A pool file, read where it lies: of a million lines no object is made, only where each begins and what it counts for
// (draw.md, "Pool"). `face` is what the plan publishes of it.
import { ascii, bytes, hex, same } from "./bytes.js";
import { checkEnds, Fault, readPublished } from "./fault.js";
import { hashOf } from "./hash.js";
import { treeOf } from "./merkle.js";

const HEADER = /^onedoor-pool\/1\t(0|[1-9][0-9]{0,15})(?:\t([0-9a-f]{64}))?$/;
const HEAVIEST = 2 ** 20;
const [TAB, LF, COLON, ZERO, E, X] = [..."\t\n:0EX"].map((mark) => mark.charCodeAt(0));
const SHORTEST_LINE = 8;

// Which marks may stand where, as bits.
const [CODE_FIRST, CODE, NAME_FIRST, NAME, DIGIT, REASON] = [1, 2, 4, 8, 16, 32];
const MARKS = new Uint8Array(256);
/** @type {[number, RegExp][]} */
const KINDS_OF_MARKS = [
  [CODE_FIRST | REASON, /[0-9A-Z]/],
  [CODE, /[0-9A-Z._-]/],
  [NAME_FIRST, /[0-9A-Za-z]/],
  [NAME, /[0-9A-Za-z._-]/],
  [DIGIT, /[0-9]/],
];
for (const [bits, pattern] of KINDS_OF_MARKS) {
  for (let mark = 0; mark < 128; mark++) if (pattern.test(String.fromCharCode(mark))) MARKS[mark] |= bits;
}

// Names that stand in a file again and again, by number; only a new one is made into text.
class Names {
  constructor() {
    this.texts = [];
    this.numbers = new Map();
    this.places = [];
  }

  number(data, from, to) {
    let key = to - from;
    for (let i = from; i < to; i++) key = (Math.imul(key, 31) + data[i]) | 0;
    const known = this.numbers.get(key) ?? [];
    for (const number of known) if (this.equal(data, from, to, this.places[number])) return number;
    this.numbers.set(key, [...known, this.texts.length]);
    this.places.push([from, to]);
    return this.texts.push(ascii(data, from, to)) - 1;
  }

  equal(data, from, to, [start, end]) {
    if (to - from !== end - start) return false;
    for (let i = 0; i < to - from; i++) if (data[from + i] !== data[start + i]) return false;
    return true;
  }
}

export class Pool {
  constructor(data, name) {
    this.data = data;
    this.name = name;
    checkEnds(data, (line, what) => this.refuse(line, what, "pool-ends"));
    const first = data.indexOf(LF);
    const header = HEADER.exec(first > 200 ? "" : ascii(data, 0, first));
    this.n = header ? Number(header[1]) : 0;
    if (!header || this.n * SHORTEST_LINE > data.length)
      this.refuse(1, "the pool header is malformed or counts other than the lines");
    this.z = header[2] ? bytes(header[2]) : null;
    this.starts = new Uint32Array(this.n + 1);
    this.idLengths = new Uint8Array(this.n);
    this.stratumOf = new Uint32Array(this.n);
    this.weights = new Uint32Array(this.n);
    this.eligible = new Uint8Array(this.n);
    this.numbered = 0;
    this.read(first + 1);
  }

  refuse(line, what, code = "pool-grammar") {
    throw new Fault(code, `pool of ${this.name}: line ${line}: ${what}`, { list: this.name, row: line });
  }

  read(at) {
    const strata = new Names();
    const statuses = new Names();
    const counts = [];
    for (let row = 0; row < this.n; row++) {
      if (at >= this.data.length) this.refuse(1, "the pool header is malformed or counts other than the lines");
      this.starts[row] = at;
      at = this.readRow(row, at, strata, statuses, counts);
      if (row > 0 && !this.ascends(row)) this.refuse(row + 2, "ids must ascend, each once");
    }
    if (at !== this.data.length) this.refuse(1, "the pool header is malformed or counts other than the lines");
    this.starts[this.n] = at;
    this.strata = strata.texts;
    this.statuses = Object.fromEntries(statuses.texts.map((status, i) => [status, counts[i]]));
  }

  // One line: id TAB stratum TAB weight TAB status LF; gives where the next begins.
  readRow(row, at, strata, statuses, counts) {
    const { data } = this;
    const start = at;
    if (!(MARKS[data[at++]] & CODE_FIRST)) this.refuse(row + 2, "the id is malformed");
    while (MARKS[data[at]] & CODE) at++;
    if (at - start > 64) this.refuse(row + 2, "the id is malformed");
    if (data[at] === COLON) at = this.readNumber(row, at + 1);
    if (data[at] !== TAB) this.refuse(row + 2, "the id is malformed");
    this.idLengths[row] = at - start;
    let from = ++at;
    if (!(MARKS[data[at++]] & NAME_FIRST)) this.refuse(row + 2, "the stratum is malformed");
    while (MARKS[data[at]] & NAME) at++;
    if (at - from > 32 || data[at] !== TAB) this.refuse(row + 2, "the stratum is malformed");
    this.stratumOf[row] = strata.number(data, from, at);
    from = ++at;
    let weight = 0;
    while (MARKS[data[at]] & DIGIT) weight = weight * 10 + data[at++] - ZERO;
    if (at === from || at - from > 7 || data[from] === ZERO || weight > HEAVIEST || data[at] !== TAB)
      this.refuse(row + 2, "the weight is malformed");
    this.weights[row] = weight;
    from = ++at;
    if (data[at] === E) at++;
    else if (data[at] === X) for (at++; MARKS[data[at]] & REASON; ) at++;
    const length = at - from;
    if (data[at] !== LF || length === 0 || (data[from] === X && (length === 1 || length > 9)))
      this.refuse(row + 2, "the status is malformed");
    this.eligible[row] = data[from] === E ? 1 : 0;
    const status = statuses.number(data, from, at);
    counts[status] = (counts[status] ?? 0) + 1;
    return at + 1;
  }

  // The number behind the colon, of a place or product.
  readNumber(row, at) {
    const from = at;
    while (MARKS[this.data[at]] & DIGIT) at++;
    if (at === from || at - from > 9 || this.data[from] === ZERO) this.refuse(row + 2, "the id is malformed");
    this.numbered++;
    return at;
  }

  ascends(row) {
    const { data, starts, idLengths } = this;
    const [before, here] = [starts[row - 1], starts[row]];
    const shorter = Math.min(idLengths[row - 1], idLengths[row]);
    for (let i = 0; i < shorter; i++) if (data[before + i] !== data[here + i]) return data[before + i] < data[here + i];
    return idLengths[row - 1] < idLengths[row];
  }

  id(row) {
    return ascii(this.data, this.starts[row], this.starts[row] + this.idLengths[row]);
  }

  line(row) {
    return ascii(this.data, this.starts[row], this.starts[row + 1] - 1);
  }

  // The rows of a credit code: its own, or those of its places; by halving, as ids ascend.
  rowsOf(code) {
    const found = [];
    let low = 0;
    let high = this.n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.id(middle) < code) low = middle + 1;
      else high = middle;
    }
    // Between a code and its numbers others may stand that merely begin with it.
    for (let row = low; row < this.n && this.id(row).startsWith(code); row++) {
      if (this.id(row).split(":")[0] === code) found.push(row);
    }
    return found;
  }
}

// The pool that the plan names for a list, and its tree. `rowsOf` gives the rows whose paths are asked for.
export function readPool(plan, entry, data, progress, rowsOf) {
  const { list } = entry;
  const other = (what) => new Fault("pool-other", `pool of ${list} ${what}`, { list });
  const refuse = (what) => {
    throw other(what);
  };
  progress("digest", list, 0, 1);
  const same = hex(hashOf(plan.hash).of(data)) === entry.pool.digest;
  const pool = readPublished(same, other("is not the one that was published: its digest differs"), () => new Pool(data, list));
  if ((pool.z !== null) !== plan.closed) refuse(`is ${pool.z ? "closed" : "open"}, the plan says otherwise`);
  const tree = treeOf(plan.hash, pool, rowsOf(pool), (done, total) => progress("root", list, done, total));
  if (tree.root !== entry.pool.root || pool.n !== entry.pool.n) refuse("is not the one that was published: root or n differ");
  return { pool, tree };
}

// All pools of a draw share one z, and no code stands beside the same code with a number.
export function checkTogether(pools) {
  const all = [...pools.values()];
  const [first] = all;
  if (all.some((pool) => (pool.z === null) !== (first.z === null) || (pool.z && !same(pool.z, first.z)))) {
    throw new Fault("together", "one z for all lists: the pools are not all open, or closed with the same z");
  }
  if (!all.some((pool) => pool.numbered) || all.every((pool) => pool.numbered === pool.n)) return;
  const codes = new Set();
  for (const pool of all)
    for (let row = 0; row < pool.n; row++) {
      const [code, number] = pool.id(row).split(":");
      if (number) codes.add(code);
    }
  for (const pool of all)
    for (let row = 0; row < pool.n; row++) {
      const id = pool.id(row);
      if (codes.has(id)) throw new Fault("together", `a code beside the same code with a number: ${id}`, { id });
    }
}
