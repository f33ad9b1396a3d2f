// The verifier of draws as a dedicated worker. It needs nothing but the files it is given: no page, no network.
//
//   const worker = new Worker("/static/build/verifier.js");
//   worker.postMessage({ files: [{ name: "proof.json", data: Uint8Array }, { name: "pool-990100-SCJG.txt", data }, …],
//                        head: { n, digest }, code: "91…" });        // head and code may be left out
//   worker.onmessage = ({ data }) => …
//
// It answers with { progress: { step, list, done, total } } as it goes, at most ten times a second, and last with
// { verdict, kinds }: verdict as in verifier/verify.js ({ valid, fault, done, unchecked, facts, lots }), kinds what each file
// was taken for. With { refused: { code, message, params } } there is no verdict, as the files are none that one could be
// about. The names matter little: files are known by what they hold (verifier/sort.js). `code` is a credit code whose lots are
// wanted; `told`: the lots among the files are what a host answered when asked for them. For a measurement: the time from postMessage to the verdict.
import { sortFiles } from "../verifier/sort.js";
import { verify } from "../verifier/verify.js";

const OFTEN = 100;

function reporter() {
  let last = 0;
  let was = "";
  return (step, list, done, total) => {
    const now = performance.now();
    if (now - last < OFTEN && step + list === was) return;
    last = now;
    was = step + list;
    postMessage({ progress: { step, list, done, total } });
  };
}

addEventListener("message", ({ data: { files, head, code, told } }) => {
  let sorted;
  try {
    sorted = sortFiles(files);
  } catch ({ code: kind, message, params }) {
    postMessage({ refused: { code: kind, message, params } });
    return;
  }
  const verdict = verify({ ...sorted.files, head }, { progress: reporter(), code, told });
  postMessage({ verdict, kinds: sorted.kinds });
});
