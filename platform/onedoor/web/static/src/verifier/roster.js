// A roster file: the inspectors who may be drawn, and their recusals (draw.md, "Inspectors").
import { checkEnds, Fault, lineAt } from "./fault.js";
import { NAME, OBJECT } from "./shape.js";

const HEADER = /^onedoor-roster\/1\t(0|[1-9][0-9]{0,15})\t[0-9a-f]{64}$/;
const CAP = /^(?:0|[1-9][0-9]{0,15})$/;

function refuse(line, what, code = "roster-grammar") {
  throw new Fault(code, `roster: line ${line}: ${what}`, { row: line });
}

// { inspectors: [{ id, bureau, qualifications, lead, cap }], recused: a Set of "inspector TAB object" }
export function parseRoster(data) {
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  checkEnds(data, (line, what) => refuse(line, what, "roster-ends"));
  const strange = text.search(/[^\0-\x7f]/);
  if (strange >= 0) refuse(lineAt(data, strange), "a byte that is not ASCII");
  const lines = text.slice(0, -1).split("\n");
  const header = HEADER.exec(lines[0]);
  const size = header ? Number(header[1]) : 0;
  if (!header || size > lines.length - 1) refuse(1, "the roster header is malformed or counts more than there are");
  const inspectors = lines.slice(1, size + 1).map((line, i) => readInspector(line, i + 2));
  const known = new Set(inspectors.map((inspector) => inspector.id));
  const twice = inspectors.findIndex(({ id }, i) => i > 0 && id === inspectors[i - 1].id);
  if (twice >= 0) refuse(twice + 2, `the inspector ${inspectors[twice].id} stands twice`);
  const recused = new Set(lines.slice(size + 1).map((line, i) => readRecusal(line, size + 2 + i, known)));
  for (let i = 2; i < lines.length; i++)
    if (i !== size + 1 && lines[i] <= lines[i - 1]) refuse(i + 1, "lines must ascend, each once");
  return { inspectors, recused };
}

function readInspector(line, number) {
  const columns = line.split("\t");
  if (columns.length !== 5) refuse(number, "an inspector's line has 5 columns");
  const [id, bureau, listed, lead, cap] = columns;
  const qualifications = listed ? listed.split(",") : [];
  if (![id, bureau, ...qualifications].every((name) => NAME.test(name)))
    refuse(number, "the inspector, bureau or a qualification is malformed");
  if (qualifications.some((one, i) => i > 0 && one <= qualifications[i - 1]))
    refuse(number, "qualifications must ascend, each once");
  if (!/^[01]$/.test(lead) || !CAP.test(cap) || !Number.isSafeInteger(Number(cap))) {
    refuse(number, "lead must be 0 or 1, and the cap a whole number below 2^53");
  }
  return { id, bureau, qualifications: new Set(qualifications), lead: lead === "1", cap: Number(cap) };
}

function readRecusal(line, number, known) {
  const [mark, inspector, object, reason, ...more] = line.split("\t");
  if (mark !== "!" || reason === undefined || more.length) refuse(number, "a recusal is '!', inspector, object and reason");
  if (!known.has(inspector)) refuse(number, "the recusal names an inspector who is not in the file");
  if (!OBJECT.test(object) || !/^[A-Z]{1,8}$/.test(reason)) refuse(number, "the recusal's object or reason is malformed");
  return `${inspector}\t${object}`;
}
