// One's own lot: whether its line is in the published pool, and whether it was drawn (draw.md, "Proof").
import { bytes, hex, utf8 } from "./bytes.js";
import { Fault } from "./fault.js";
import { bytesOf, hashOf } from "./hash.js";
import { rootOfLine } from "./merkle.js";
import { Pool } from "./pool.js";
import { drawnIds } from "./proof.js";
import { Salter } from "./salt.js";
import { rankOf, rankWithin, Tickets } from "./selection.js";
import { count, fields, hexadecimal, items, matching, NAME, refuse } from "./shape.js";

const MOST_STEPS = 64;

function checkShape(lot) {
  fields(lot, ["v", "list", "line", "index", "path", "salt"], "lot");
  if (lot.v !== "onedoor-lot/1") refuse("lot", "the version is not onedoor-lot/1");
  matching(NAME, lot.list, "lot.list");
  if (typeof lot.line !== "string") refuse("lot.line", "must be text");
  count(lot.index, "lot.index");
  if (items(lot.path, "lot.path").length > MOST_STEPS) refuse("lot.path", "is too long");
  for (const node of lot.path) hexadecimal(node, "lot.path");
  hexadecimal(lot.salt, "lot.salt", null);
  return lot;
}

// A pool of one line obeys the grammar if and only if the line does.
function readLine(lot) {
  if (/[^\t\x20-\x7e]/.test(lot.line)) refuse("lot.line", "is malformed");
  try {
    const pool = new Pool(utf8(`onedoor-pool/1\t1\n${lot.line}\n`), lot.list);
    const [id, stratum, , status] = lot.line.split("\t");
    return { id, stratum, weight: pool.weights[0], status };
  } catch (fault) {
    throw new Fault("lot-shape", `lot.line: ${fault.message}`);
  }
}

// Everything a page shows of a lot; throws where it is malformed, not of this draw, or contradicted by the proof's drawn.
// `z` is the secret of a closed draw, where it is known: then its salt must be the object's.
export function checkLot(proof, value, z) {
  const lot = checkShape(value);
  const { plan } = proof;
  const place = plan.lists.findIndex((entry) => entry.list === lot.list);
  if (place < 0) throw new Fault("lot-list", `lot: the plan has no list ${lot.list}`, { list: lot.list });
  const entry = plan.lists[place];
  const salt = bytes(lot.salt);
  if (salt.length !== (plan.closed ? 32 : 0))
    throw new Fault("lot-shape", "lot: salt length: it has 32 bytes in a closed draw and none in an open one");
  const row = readLine(lot);
  if (z && hex(new Salter(plan.hash, z).ofId(row.id)) !== lot.salt)
    throw new Fault("lot-root", "lot: the salt is not this object's", { list: lot.list });
  const root = rootOfLine(hashOf(plan.hash), lot.line, salt, lot.index, entry.pool.n, lot.path);
  if (root !== entry.pool.root)
    throw new Fault("lot-root", "lot: this line is not in the pool that was published", { list: lot.list });
  const found = { list: lot.list, ...row, index: lot.index, n: entry.pool.n, path: lot.path, salt: lot.salt, root, drawn: false };
  if (proof.seed === null) return { ...found, ticket: null, rank: null, cutoff: null };
  const ticket = new Tickets(plan.hash, bytes(proof.seed)).ofId(row.id, salt);
  const rank = rankOf(entry.mode, ticket, row.weight);
  const stratum = proof.result[place].strata.find((each) => each.stratum === row.stratum);
  if (row.status === "E" && !stratum)
    throw new Fault("lot-contradicts", `lot: stratum ${row.stratum} has an eligible object and no quota`, { id: row.id });
  const cutoff = stratum?.cutoff ?? null;
  const drawn = row.status === "E" && cutoff !== null && rankWithin(rank, cutoff);
  contradicted(proof, place, row, drawn);
  return {
    ...found,
    drawn,
    ticket: hex(bytesOf(ticket, 0)),
    rank: hex(bytesOf(rank, 0)),
    cutoff,
    reserve: reservePlace(proof, place, row),
  };
}

// What a host answered that was asked for all lots of a code, each of them checked: another's lot is no answer, and whom the
// proof names stands in the list. Gives the lists in which, by that answer, the code does not stand.
export function checkAnswer(proof, code, lots) {
  const own = (id) => id.split(":")[0] === code;
  const strange = lots.find(({ id }) => !own(id));
  if (strange) throw new Fault("lot-other", `lot: it is that of ${strange.id}, not of ${code}`, { id: strange.id, code });
  return proof.plan.lists.filter(({ list }, place) => {
    const given = lots.filter((lot) => lot.list === list).map(({ id }) => id);
    if (namedIds(proof, place).some((id) => own(id) && !given.includes(id))) {
      throw new Fault("lot-missing", `lot: the answer leaves out ${code}, which the proof names in ${list}`, { list, code });
    }
    return given.length === 0;
  });
}

// Drawn, or a substitute.
function namedIds(proof, place) {
  const { strata = [], drawn = [] } = proof.result[place] ?? {};
  return [...drawn, ...strata.flatMap((stratum) => [...(stratum.drawn ?? []), ...(stratum.reserve ?? [])])];
}

function contradicted(proof, place, row, drawn) {
  const { strata, drawn: flat } = proof.result[place];
  const own = flat ?? strata.find((stratum) => stratum.stratum === row.stratum)?.drawn ?? [];
  if (own.includes(row.id) !== drawn || (!drawn && drawnIds(proof)[place].includes(row.id))) {
    throw new Fault("lot-contradicts", "the proof's drawn contradict this lot", { id: row.id });
  }
}

// Where one stands among the substitutes, from 1; 0 for none.
function reservePlace(proof, place, row) {
  const stratum = proof.result[place].strata.find((each) => each.stratum === row.stratum);
  return (stratum?.reserve ?? []).indexOf(row.id) + 1;
}

// The lots of a credit code, or of its places, from a pool and the paths found with its tree.
export const lotsOf = (pool, list, tree) =>
  tree.lots.map(({ row, path, salt }) => ({ v: "onedoor-lot/1", list, line: pool.line(row), index: row, path, salt }));
