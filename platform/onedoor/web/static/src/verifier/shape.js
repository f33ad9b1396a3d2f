// Strict checks of single values of a document; each throws a Fault that says where.
import { Fault } from "./fault.js";

export const NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;
export const STRATUM = /^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$/;
export const OBJECT = /^[0-9A-Z][0-9A-Z._-]{0,63}(?::[1-9][0-9]{0,8})?$/;
const HEX = /^(?:[0-9a-f]{2})*$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** @returns {never} */
export function refuse(where, what) {
  throw new Fault("shape", `${where}: ${what}`, { where });
}

// An object with exactly these keys.
export function fields(value, keys, where) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) refuse(where, "must be an object");
  for (const key of keys) if (!Object.hasOwn(value, key)) refuse(where, `the key ${key} is missing`);
  for (const key of Object.keys(value))
    if (!keys.includes(key)) refuse(where, `the key ${key.slice(0, 40)} does not belong here`);
  return value;
}

export const items = (value, where) => (Array.isArray(value) ? value : refuse(where, "must be a list"));

export function pair(value, where) {
  return items(value, where).length === 2 ? value : refuse(where, "must be a pair");
}

// Not empty, no control characters; that it is in NFC was seen when it was read.
export function text(value, where) {
  if (typeof value !== "string" || !value) refuse(where, "must be text, not empty");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\0-\x1f\x7f-\x9f]/.test(value)) refuse(where, "control characters in text");
  return value;
}

export function matching(pattern, value, where) {
  // `$` matches before a last line feed in no JavaScript pattern without the flag m, so nothing slips by behind it.
  return typeof value === "string" && pattern.test(value) ? value : refuse(where, "not a valid name");
}

export function count(value, where, least = 0, most = Number.MAX_SAFE_INTEGER) {
  return Number.isSafeInteger(value) && value >= least && value <= most
    ? value
    : refuse(where, `must be an integer from ${least}`);
}

// Lower-case hex of `size` bytes, or of any number for null.
export function hexadecimal(value, where, size = 32) {
  const good = typeof value === "string" && HEX.test(value) && (size === null || value.length === 2 * size);
  return good ? value : refuse(where, `must be ${size === null ? "" : `${size} bytes in `}lower-case hex`);
}

export function moment(value, where) {
  const real = typeof value === "string" && TIME.test(value) && !value.startsWith("0000") && Number.isFinite(Date.parse(value));
  if (!real || new Date(value).toISOString() !== value.replace("Z", ".000Z"))
    refuse(where, "must be a time like 2026-03-02T01:00:00Z");
  return value;
}

export function unique(values, where) {
  if (new Set(values).size !== values.length) refuse(where, "the same name twice");
}
