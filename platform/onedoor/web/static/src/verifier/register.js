// The public register: its chain and order, and what it says of one draw (draw.md, "Register"). Its own digests are SHA-256.
import { hex, tag } from "./bytes.js";
import { Fault } from "./fault.js";
import { hashOf } from "./hash.js";
import { canonical, parseCanonical } from "./json.js";
import { SEQ_LIMIT } from "./plan.js";
import { count, fields, hexadecimal, matching, moment, NAME, refuse } from "./shape.js";

const KEYS = ["n", "prev", "time", "line", "seq", "kind", "digest"];
const KINDS = ["plan", "texts", "reveals", "proof", "void", "log"];
const LF = 10;

// The entries, each with its own digest as `own`.
export function parseRegister(data) {
  const hash = hashOf("sha256");
  const entries = [];
  const lines = new Map();
  let before = { n: 0, own: "0".repeat(64), time: "" };
  for (let from = 0; from < data.length; ) {
    const end = data.indexOf(LF, from);
    const raw = data.subarray(from, end < 0 ? data.length : end);
    const where = `register: line ${entries.length + 1}`;
    const entry = checkEntry(parseCanonical(raw, where), where);
    if (entry.n !== before.n + 1 || entry.prev !== before.own)
      chainBroken(where, entry, "n or prev does not follow the entry before");
    if (entry.time < before.time) chainBroken(where, entry, "the time goes back");
    checkOrder(lines, entry);
    before = { ...entry, own: hex(tag(hash, "entry", raw)) };
    entries.push(before);
    from += raw.length + 1;
  }
  return entries;
}

function checkEntry(entry, where) {
  fields(entry, KEYS, where);
  count(entry.n, `${where}: n`, 1);
  hexadecimal(entry.prev, `${where}: prev`);
  moment(entry.time, `${where}: time`);
  matching(NAME, entry.line, `${where}: line`);
  count(entry.seq, `${where}: seq`, 1, SEQ_LIMIT);
  if (!KINDS.includes(entry.kind)) refuse(`${where}: kind`, `must be one of ${KINDS.join(", ")}`);
  hexadecimal(entry.digest, `${where}: digest`);
  return entry;
}

function chainBroken(where, entry, what) {
  throw new Fault("register-chain", `${where}: chain broken at ${entry.n}: ${what}`, { n: entry.n });
}

// One plan, then one texts, perhaps one reveals, then one proof or void, then logs; the next seq starts only then.
function checkOrder(lines, entry) {
  const line = lines.get(entry.line) ?? { seq: 0, ended: true, draws: new Map() };
  lines.set(entry.line, line);
  const kinds = line.draws.get(entry.seq) ?? [];
  if (!admitted(line, entry, kinds)) {
    throw new Fault("register-order", `register: ${entry.kind} out of order at ${entry.n}`, { n: entry.n });
  }
  if (entry.kind === "plan") Object.assign(line, { seq: entry.seq, ended: false });
  if (entry.kind === "proof" || entry.kind === "void") line.ended = true;
  line.draws.set(entry.seq, [...kinds.filter((kind) => kind !== "log"), entry.kind]);
}

function admitted(line, { seq, kind }, kinds) {
  if (kind === "plan") return seq === line.seq + 1 && line.ended;
  if (kind === "log") return kinds.includes("proof");
  if (seq !== line.seq || line.ended) return false;
  const last = kinds.at(-1);
  if (kind === "texts") return last === "plan";
  if (kind === "reveals") return last === "texts";
  return last === "texts" || last === "reveals";
}

// That the register has this draw with these digests, in time. `digests.end` is null where the proof's cannot be computed.
export function checkDraw(entries, proof, digests) {
  const { plan } = proof;
  const end = proof.void === null ? "proof" : "void";
  const ours = entries.filter((entry) => entry.line === plan.line && entry.seq === plan.seq && entry.kind !== "log");
  const kinds = ["plan", "texts", ...(plan.beacon ? ["reveals"] : []), end];
  const found = ours.map((entry) => entry.kind);
  if (canonical(found) !== canonical(kinds)) {
    throw new Fault(
      "register-draw",
      `register: for this draw it has the entries ${found.join(", ") || "none"}, not ${kinds.join(", ")}`,
    );
  }
  for (const entry of ours) {
    const digest = entry.kind === end ? digests.end : digests[entry.kind];
    if (digest !== null && entry.digest !== digest) {
      throw new Fault("register-draw", `register: ${entry.kind} is another than was registered`, { kind: entry.kind });
    }
  }
  if (plan.beacon) {
    const [reveals, last] = ours.slice(-2);
    const inTime = reveals.time < plan.beacon.time && (end === "void" || last.time >= plan.beacon.time);
    if (!inTime) throw new Fault("register-draw", "register: reveals, beacon and proof out of time");
  }
  checkBefore(entries, plan);
  return ours;
}

function checkBefore(entries, plan) {
  if (plan.prev === null) return;
  const before = entries.filter(
    (entry) => entry.line === plan.line && entry.seq === plan.seq - 1 && ["proof", "void"].includes(entry.kind),
  );
  if (before.length !== 1 || before[0].digest !== plan.prev)
    throw new Fault("register-draw", "register: prev is not the draw before");
}

// Every line and number with a plan and no end, and every void one, in the order of their plans.
export function unendedAndVoid(entries) {
  const last = new Map();
  for (const { line, seq, kind } of entries) if (kind !== "log") last.set(`${line} ${seq}`, kind);
  const of = (fits) => [...last].filter(([, kind]) => fits(kind)).map(([name]) => name);
  return { unended: of((kind) => kind !== "proof" && kind !== "void"), isVoid: of((kind) => kind === "void") };
}

export function checkHead(entries, { n, digest }) {
  const missing = "register: the noted head is not in this register";
  const last = entries.length;
  // An older copy of the register ends before what was noted since.
  if (n > last)
    throw new Fault("register-short", `${missing}: it ends at ${last}, before the noted ${n}: take the register as it is now`, {
      n,
      last,
    });
  if (entries[n - 1]?.own !== digest) throw new Fault("register-head", `${missing}: its entry ${n} is another`, { n });
}
