import { joined, lp } from "./bytes.js";
import { bytesOf, hashOf } from "./hash.js";

// salt(id) of a closed draw, for one row after another.
export class Salter {
  constructor(hashName, z) {
    this.hash = hashOf(hashName);
    const before = joined([lp("onedoor-draw/1/salt"), lp(z)]);
    this.hash.message.set(before);
    this.at = before.length;
    this.words = new Int32Array(8);
  }

  ofId(id) {
    return this.of({ data: Uint8Array.from(id, (mark) => mark.charCodeAt(0)), starts: [0], idLengths: [id.length] }, 0);
  }

  of(pool, row) {
    const { message } = this.hash;
    const length = pool.idLengths[row];
    message[this.at] = message[this.at + 1] = message[this.at + 2] = 0;
    message[this.at + 3] = length;
    const start = pool.starts[row];
    for (let i = 0; i < length; i++) message[this.at + 4 + i] = pool.data[start + i];
    this.hash.short(this.at + 4 + length, this.words, 0);
    return bytesOf(this.words, 0);
  }
}
