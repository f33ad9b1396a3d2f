// Bytes of the protocol: hex, u32, LP and tag (draw.md, "Bytes").
const PREFIX = "onedoor-draw/1/";
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);
export const ascii = (data, from = 0, to = data.length) => String.fromCharCode(...data.subarray(from, to));

export function bytes(hex) {
  const found = new Uint8Array(hex.length / 2);
  for (let i = 0; i < found.length; i++) found[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return found;
}

export function hex(data) {
  let text = "";
  for (const byte of data) text += byte.toString(16).padStart(2, "0");
  return text;
}

export const u32 = (number) => Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);

export function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export const same = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);

// LP(x): the length in four bytes, then the bytes; text stands for its UTF-8.
export function lp(part) {
  const data = typeof part === "string" ? utf8(part) : part;
  return joined([u32(data.length), data]);
}

export const tag = (hash, label, ...parts) => hash.of(joined([PREFIX + label, ...parts].map(lp)));

export const alike = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);

// A browser names a second download of a file otherwise: what has the very same bytes is given once.
export const once = (files) => files.filter((one, i) => !files.slice(0, i).some((other) => alike(one, other)));
