// Documents: canonical JSON, and the refusal of all else (draw.md, "Bytes").
import { stranger } from "./characters.js";
import { Fault } from "./fault.js";

const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const KEYS = /"(?:[^"\\]|\\.)*"\s*:/g;

// `what` says which file it is, and of the register which line.
function refuse(what, why, code = "canonical", more = {}) {
  throw new Fault(code, `${what}: ${why}`, { where: what, ...more });
}

// Keys sorted, no spaces. Values are those of a parsed document: text, integers, true, false, null, lists and objects.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.keys(value).sort();
  return `{${pairs.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

// A document that is its canonical bytes: equal to what would be written of it, so no key stands twice, no number has a
// point, and no space, escape or order is another.
export function parseCanonical(data, what) {
  const { text, value } = parse(data, what);
  if (canonical(value) !== text) refuse(what, "not canonical bytes");
  return value;
}

// A document with any spacing and order, for a file that a firm may have opened and kept again.
export function parseLoose(data, what) {
  const { text, value } = parse(data, what);
  if ((text.match(KEYS) ?? []).length !== countKeys(value)) refuse(what, "a duplicate key");
  if (/\d[.eE]/.test(text.replace(STRINGS, ""))) refuse(what, "a number is not an integer");
  return value;
}

function parse(data, what) {
  let text, value;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    refuse(what, "not UTF-8");
  }
  try {
    value = JSON.parse(text);
  } catch {
    refuse(what, "not JSON");
  }
  checkValue(value, what, 0);
  return { text, value };
}

function checkValue(value, what, depth) {
  if (depth > 16) refuse(what, "nested too deeply");
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    refuse(what, "a number is not an integer below 2^53");
  }
  if (typeof value === "string") checkText(value, what);
  if (value === null || typeof value !== "object") return;
  for (const key of Object.keys(value)) {
    if (!/^[\0-\x7f]*$/.test(key)) refuse(what, "a key is not ASCII");
    checkValue(value[key], what, depth + 1);
  }
}

function checkText(text, what) {
  if (/^[\0-\x7f]*$/.test(text)) return;
  const char = stranger(text);
  if (char) refuse(what, `text holds ${char}, none of the protocol's characters`, "characters", { char });
  if (text.normalize("NFC") !== text) refuse(what, "text is not in NFC");
}

function countKeys(value) {
  if (value === null || typeof value !== "object") return 0;
  const inner = Object.values(value).reduce((sum, one) => sum + countKeys(one), 0);
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}
