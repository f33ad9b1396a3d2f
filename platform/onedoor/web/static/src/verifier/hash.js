// `H` of the protocol: SHA-256 or SM3, our own, since the browser's is asynchronous, knows no SM3, and is kept from pages on
// plain http, as an office's intranet is. Digests in bulk are eight words each in an Int32Array: nothing is allocated per hash.
import { Fault } from "./fault.js";
import * as sha256 from "./sha256.js";
import * as sm3 from "./sm3.js";

const ROOM = 1024;

class Hash {
  constructor({ START, SCHEDULE, compress }) {
    this.start = START;
    this.compress = compress;
    this.state = new Int32Array(8);
    this.w = new Int32Array(SCHEDULE);
    this.message = new Uint8Array(ROOM);
  }

  // The digest of any bytes, as bytes.
  of(data) {
    const whole = data.length - (data.length % 64);
    this.state.set(this.start);
    for (let at = 0; at < whole; at += 64) {
      this.load(data, at);
      this.compress(this.state, this.w);
    }
    this.message.set(data.subarray(whole));
    this.pad(data.length - whole, data.length);
    return bytesOf(this.state, 0);
  }

  // The digest of the first `length` bytes of `message`, into eight words of `out`; what is in `message` stays.
  short(length, out, at) {
    this.state.set(this.start);
    this.pad(length, length);
    out.set(this.state, at);
  }

  // A node of a Merkle tree: H(01 ‖ left ‖ right), words to words; the 65 bytes are words shifted by one byte.
  node(words, left, right, out, at) {
    const { w, state } = this;
    let before = 1;
    for (let i = 0; i < 8; i++) {
      const word = words[left + i];
      w[i] = (before << 24) | (word >>> 8);
      before = word;
    }
    for (let i = 0; i < 8; i++) {
      const word = words[right + i];
      w[i + 8] = (before << 24) | (word >>> 8);
      before = word;
    }
    state.set(this.start);
    this.compress(state, w);
    w.fill(0, 0, 15);
    w[0] = (before << 24) | 0x800000;
    w[15] = 520;
    this.compress(state, w);
    out.set(state, at);
  }

  // Works in the last `rest` bytes, which stand at the start of `message`, with the padding of `total` bytes.
  pad(rest, total) {
    const { message } = this;
    const end = (rest + 72) & ~63;
    message[rest] = 0x80;
    for (let i = rest + 1; i < end; i++) message[i] = 0;
    for (let i = end - 1, bits = total * 8; bits > 0; i--, bits = Math.floor(bits / 256)) message[i] = bits & 255;
    for (let at = 0; at < end; at += 64) {
      this.load(message, at);
      this.compress(this.state, this.w);
    }
  }

  load(data, at) {
    const { w } = this;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
  }
}

// Eight words of a digest, as bytes.
export function bytesOf(words, at) {
  const found = new Uint8Array(32);
  for (let i = 0; i < 32; i++) found[i] = words[at + (i >> 2)] >>> (24 - 8 * (i & 3));
  return found;
}

// Bytes of a digest, as eight words.
export function wordsOf(data) {
  const found = new Int32Array(8);
  for (let i = 0; i < 32; i++) found[i >> 2] |= data[i] << (24 - 8 * (i & 3));
  return found;
}

const KINDS = { sha256, sm3 };

export function hashOf(name) {
  if (!Object.hasOwn(KINDS, name)) throw new Fault("shape", "plan.hash: must be sha256 or sm3", { where: "plan.hash" });
  return new Hash(KINDS[name]);
}
