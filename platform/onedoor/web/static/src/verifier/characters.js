// The characters of the protocol's text: those that every version of Unicode since 9.0 normalizes alike (draw.md, "Bytes").
const RANGES = [
  "\\0-\\u0377\\u0391-\\u03a1\\u03a3-\\u03ce\\u0400-\\u052f\\u0606-\\u061b\\u061e-\\u06dc\\u06de-\\u06ff\\u0750-\\u077f",
  "\\u0e01-\\u0e3a\\u0e3f-\\u0e5b\\u0f00-\\u0f47\\u0f49-\\u0f6c\\u0f71-\\u0f97\\u0f99-\\u0fbc\\u0fbe-\\u0fcc",
  "\\u0fce-\\u0fda\\u1000-\\u109f\\u1100-\\u11ff\\u1800-\\u180e\\u1810-\\u1819\\u1820-\\u1878\\u1880-\\u18aa",
  "\\u1950-\\u196d\\u1970-\\u1974\\u1980-\\u19ab\\u19b0-\\u19c9\\u19d0-\\u19da\\u19de-\\u19ff\\u1a20-\\u1a5e",
  "\\u1a60-\\u1a7c\\u1a7f-\\u1a89\\u1a90-\\u1a99\\u1aa0-\\u1aad\\u1e00-\\u1eff\\u2000-\\u200a\\u200c-\\u200d",
  "\\u2010-\\u2027\\u202f-\\u205f\\u2070-\\u20f0\\u2100-\\u2bff\\u2e80-\\u2fdf\\u2ff0-\\u303f\\u3041-\\u3096",
  "\\u3099-\\u30ff\\u3105-\\u312f\\u3131-\\u318e\\u3190-\\ua48c\\ua490-\\ua4c6\\ua4d0-\\ua4ff\\uac00-\\ud7a3",
  "\\uf900-\\ufa6d\\ufa70-\\ufad9\\ufe00-\\ufe0f\\ufe30-\\ufe52\\ufe54-\\ufe66\\ufe68-\\ufe6b\\uff01-\\uff9f",
  "\\uffe0-\\uffe6\\u{1f000}-\\u{1faff}\\u{20000}-\\u{2fa1d}\\u{30000}-\\u{3fffd}\\u{e0100}-\\u{e01ef}",
];
const FIT = new RegExp(`^[${RANGES.join("")}]$`, "u");

// The first character that is none of them, as U+1E08F; null if all are.
export function stranger(text) {
  const char = [...text].find((each) => !FIT.test(each));
  return char === undefined ? null : `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
