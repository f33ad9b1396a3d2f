// Which file is what, by what it holds and not by its name, so that files can be dropped in a heap.
import { alike, hex, once, utf8 } from "./bytes.js";
import { Fault } from "./fault.js";
import { hashOf } from "./hash.js";

const BEGINS = { pool: "onedoor-pool/1\t", roster: "onedoor-roster/1\t" };
const VERSIONS = {
  "onedoor-proof/1": "proof",
  "onedoor-public/1": "proof",
  "onedoor-lot/1": "lot",
  "onedoor-log/1": "log",
  "onedoor-draw/1": "plan",
};
/** @type {[RegExp, string][]} */
const NAMES = [
  [/proof.*\.json$/i, "proof"],
  [/^pool-.*\.txt$/i, "pool"],
  [/^roster.*\.txt$/i, "roster"],
  [/\.jsonl$/i, "register"],
  [/^log-.*\.json$/i, "log"],
  [/^lot-.*\.json$/i, "lot"],
];

// By its content; a file so tampered with that this says nothing is still what its name says, and is then found out.
export function kindOf({ name, data }) {
  return kindOfContent(data) ?? NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

function kindOfContent(data) {
  for (const [kind, start] of Object.entries(BEGINS)) {
    if (utf8(start).every((byte, i) => data[i] === byte)) return kind;
  }
  const text = new TextDecoder().decode(data);
  if (/^\{"digest":"[^"]*","kind":/.test(text)) return "register";
  try {
    return VERSIONS[JSON.parse(text).v] ?? null;
  } catch {
    return null;
  }
}

// [{ name, data }] as `verify` takes them, and what each was taken for. Throws where no verdict could be honest.
export function sortFiles(named) {
  const of = (kind) => all.filter((file) => file.kind === kind);
  const all = named.map(({ name, data }) => ({ name, data, kind: kindOf({ name, data }) }));
  const [proof, ...more] = once(of("proof").map((file) => file.data));
  if (!proof) throw new Fault("no-proof", "there is no proof among the files");
  if (more.length) throw new Fault("two-proofs", "there is more than one proof among the files");
  const [roster, ...others] = of("roster");
  if (others.some(({ data }) => !alike(data, roster.data)))
    throw new Fault("two-rosters", "there are two different rosters among the files");
  const registers = of("register").sort((a, b) => b.data.length - a.data.length);
  return {
    files: {
      proof,
      pools: poolsByList(proof, of("pool")),
      roster: roster?.data,
      register: registers[0]?.data,
      formerRegisters: registers.slice(1).map((file) => file.data),
      logs: of("log"),
      lots: once(of("lot").map((file) => file.data)),
    },
    kinds: all.map(({ name, kind }) => ({ name, kind })),
  };
}

// A pool does not say whose list it is: the name it was published under does, else its digest; else it is another list's over
// again (two lists may have the same bytes), or that one list is left.
function poolsByList(proof, pools) {
  const planned = plannedLists(proof);
  // It is the proof that is at fault then, and the verifier says so.
  if (planned === null) return {};
  const left = new Map(planned.map((entry) => [entry.list, entry]));
  const found = {};
  const take = (list, pool) => {
    found[list] = pool.data;
    left.delete(list);
  };
  const strange = pools.filter((pool) => {
    const list = pool.name.replace(/^.*pool-/, "").replace(/\.txt$/, "");
    if (left.has(list)) take(list, pool);
    return found[list] !== pool.data;
  });
  for (const pool of strange) {
    const own = [...left.values()].find(({ digest, hash }) => hex(hashOf(hash).of(pool.data)) === digest);
    if (!own && Object.values(found).some((data) => alike(data, pool.data))) continue;
    const list = own?.list ?? (left.size === 1 ? [...left.keys()][0] : null);
    if (list === null) throw new Fault("files", `${pool.name} is the pool of no list of this draw`, { name: pool.name });
    take(list, pool);
  }
  return found;
}

// What the plan says of its lists; null if it cannot be read. The verifier judges the proof itself.
function plannedLists(proof) {
  try {
    const { plan } = JSON.parse(new TextDecoder().decode(proof));
    const hash = plan.hash === "sm3" ? "sm3" : "sha256";
    return plan.lists.map(({ list, pool }) => ({ list: String(list), digest: pool.digest, hash }));
  } catch {
    return null;
  }
}
