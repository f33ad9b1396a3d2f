// The part of the draw protocol that a committing party needs on its own device (docs/adr/0002-draw.md): commit, the plan's
// and the texts' digests, the register. Bytes in, hex out; the bytes, hashes and register are the verifier's.
import { bytes, hex, tag, u32 } from "../verifier/bytes.js";
import { hashOf } from "../verifier/hash.js";
import { parseRegister } from "../verifier/register.js";

export { bytes, hex };

const of = (hash, label, ...parts) => hex(tag(hashOf(hash), label, ...parts));

export const commit = (line, seq, draw, party, nonce, hash = "sha256") => of(hash, "commit", line, u32(seq), draw, party, nonce);
export const planDigest = (canonical, hash = "sha256") => of(hash, "plan", canonical);
export const textsDigest = (plan, texts, hash = "sha256") => of(hash, "texts", bytes(plan), u32(texts.length), ...texts.flat());

// The entries of a register file whose chain holds, with the digest of each as `own`; rejected where it does not.
export const readRegister = async (file) => parseRegister(file);
