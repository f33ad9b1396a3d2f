// Runs the browser's verifier in node: each line of the standard input is a case in JSON, its files in base64; each is
// answered with a line, its verdict in JSON, before the next is read.
import { createInterface } from "node:readline";
import { sortFiles } from "../../platform/onedoor/web/static/src/verifier/sort.js";
import { verify } from "../../platform/onedoor/web/static/src/verifier/verify.js";

const raw = (text) => (text == null ? undefined : new Uint8Array(Buffer.from(text, "base64")));

function judge({ proof, pools, roster, register, head, logs, lots, code, told, heap }) {
  if (heap) return sorted(heap.map(([name, data]) => ({ name, data: raw(data) })));
  const files = {
    proof: raw(proof),
    pools: Object.fromEntries(Object.entries(pools ?? {}).map(([name, data]) => [name, raw(data)])),
    roster: raw(roster),
    register: raw(register),
    head: head && { n: head[0], digest: head[1] },
    logs: Object.entries(logs ?? {}).map(([name, data]) => ({ name, data: raw(data) })),
    lots: (lots ?? []).map(raw),
  };
  return verify(files, { code, told });
}

function sorted(named) {
  try {
    const { files, kinds } = sortFiles(named);
    return { kinds, ...verify(files) };
  } catch ({ code }) {
    return { refused: code };
  }
}

createInterface({ input: process.stdin }).on("line", (line) =>
  process.stdout.write(`${JSON.stringify(judge(JSON.parse(line)))}\n`),
);
