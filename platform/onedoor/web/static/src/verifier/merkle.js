// RFC 9162's Merkle tree over the lines of a pool, in words and in place: a level is written over the one below it. Pairing
// level by level, with a last odd node going up unchanged, gives the tree that the RFC splits at powers of two.
import { bytes, hex, joined, utf8 } from "./bytes.js";
import { bytesOf, hashOf, wordsOf } from "./hash.js";
import { Salter } from "./salt.js";

const STEP = 1 << 15;

// The root in hex, and for each wanted row its salt and its path from the leaf up.
export function treeOf(hashName, pool, wanted, progress) {
  const hash = hashOf(hashName);
  if (pool.n === 0) return { root: hex(hash.of(new Uint8Array())), lots: [] };
  const nodes = leavesOf(hash, hashName, pool, progress);
  const ways = wanted.map((row) => ({ row, at: row, path: [] }));
  for (let size = pool.n; size > 1; size = (size + 1) >> 1) {
    for (const way of ways) {
      const neighbour = way.at ^ 1;
      if (neighbour < size) way.path.push(hex(bytesOf(nodes, 8 * neighbour)));
      way.at >>= 1;
    }
    for (let i = 0; i + 1 < size; i += 2) {
      hash.node(nodes, 8 * i, 8 * i + 8, nodes, 4 * i);
      if (i % STEP === 0) progress(2 * pool.n - size + i / 2, 2 * pool.n);
    }
    if (size % 2) nodes.copyWithin(4 * (size - 1), 8 * (size - 1), 8 * size);
  }
  const salter = pool.z ? new Salter(hashName, pool.z) : null;
  const salt = (row) => (salter ? hex(salter.of(pool, row)) : "");
  return { root: hex(bytesOf(nodes, 0)), lots: ways.map(({ row, path }) => ({ row, path, salt: salt(row) })) };
}

// H(00 ‖ line), in a closed draw H(00 ‖ salt ‖ line).
function leavesOf(hash, hashName, pool, progress) {
  const { data, starts } = pool;
  const { message } = hash;
  const nodes = new Int32Array(8 * pool.n);
  const salter = pool.z ? new Salter(hashName, pool.z) : null;
  const before = salter ? 33 : 1;
  message[0] = 0;
  for (let row = 0; row < pool.n; row++) {
    if (salter) message.set(salter.of(pool, row), 1);
    const start = starts[row];
    const length = starts[row + 1] - 1 - start;
    for (let i = 0; i < length; i++) message[before + i] = data[start + i];
    hash.short(before + length, nodes, 8 * row);
    if (row % STEP === 0) progress(row, 2 * pool.n);
  }
  return nodes;
}

// The root to which a line leads by a path, in hex, or null for a path of another length (RFC 9162, 2.1.3.2).
export function rootOfLine(hash, line, salt, index, size, path) {
  if (index >= size) return null;
  let node = hash.of(joined([Uint8Array.of(0), salt, utf8(line)]));
  let last = size - 1;
  let step = 0;
  for (let at = index; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at % 2 === 0 && at === last) continue;
    if (step === path.length) return null;
    const neighbour = bytes(path[step++]);
    const both = at % 2 ? [neighbour, node] : [node, neighbour];
    const out = new Int32Array(8);
    hash.node(Int32Array.of(...wordsOf(both[0]), ...wordsOf(both[1])), 0, 8, out, 0);
    node = bytesOf(out, 0);
  }
  return step === path.length ? hex(node) : null;
}
