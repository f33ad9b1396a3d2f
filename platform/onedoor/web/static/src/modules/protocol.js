// The part of the draw protocol that a committing party needs on its own device (docs/adr/0002-draw.md): tag, commit,
// the plan's and the texts' digests, the register's chain. Bytes in, hex out; SHA-256 by the browser itself, SM3 by us.
import { sm3 } from "./sm3.js";

const encoder = new TextEncoder();
const PREFIX = "onedoor-draw/1/";
const ZEROS = "0".repeat(64);

export const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function u32(number) {
  const four = new Uint8Array(4);
  new DataView(four.buffer).setUint32(0, number);
  return four;
}

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const digest = async (hash, data) =>
  hash === "sm3" ? sm3(data) : new Uint8Array(await crypto.subtle.digest("SHA-256", data));

async function tagged(hash, label, parts) {
  const raw = [PREFIX + label, ...parts].map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const data = joined(raw.flatMap((part) => [u32(part.length), part]));
  return digest(hash, data);
}

// The register's own digests are always SHA-256; a draw's are what its plan says.
export const tag = (label, ...parts) => tagged("sha256", label, parts);
const of = (hash, label, ...parts) => tagged(hash, label, parts);

export const commit = async (line, seq, draw, party, nonce, hash = "sha256") =>
  hex(await of(hash, "commit", line, u32(seq), draw, party, nonce));
export const planDigest = async (canonical, hash = "sha256") => hex(await of(hash, "plan", canonical));
export const textsDigest = async (plan, texts, hash = "sha256") =>
  hex(await of(hash, "texts", bytes(plan), u32(texts.length), ...texts.flat()));

// The entries of a register file whose chain holds, with the digest of each; throws where it does not.
export async function readRegister(file) {
  const lines = new TextDecoder("utf-8", { fatal: true }).decode(file).split("\n").filter(Boolean);
  const entries = [];
  let before = { n: 0, own: ZEROS, time: "" };
  for (const line of lines) {
    const entry = JSON.parse(line);
    if (entry.n !== before.n + 1 || entry.prev !== before.own || entry.time < before.time) throw new Error(`register: ${line}`);
    entry.own = hex(await tag("entry", line));
    entries.push(entry);
    before = entry;
  }
  return entries;
}
