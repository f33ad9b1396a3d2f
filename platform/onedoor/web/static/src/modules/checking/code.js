// Unified social credit codes (GB 32100-2015), as a person types or a camera reads them.
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

// What an entity without a code is known by meanwhile.
const PROVISIONAL = /^ZB[0-9]{6}-[0-9]{6,8}$/;

export const normal = (text) =>
  text
    .normalize("NFKC")
    .replace(/[\s\u200b-\u200f\u2060\ufeff'‘’]/g, "")
    .toUpperCase();

export function checkMark(first17) {
  let sum = 0;
  let weight = 1;
  for (const mark of first17) {
    sum += ALPHABET.indexOf(mark) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31];
}

// { code } or what is wrong with it: { wrong, params }.
export function read(text) {
  const code = normal(text);
  if (!code) return { wrong: "empty", params: {} };
  if (PROVISIONAL.test(code)) return { code };
  if (code.length !== 18) return { wrong: "length", params: { length: code.length } };
  const place = [...code].findIndex((mark) => !ALPHABET.includes(mark));
  if (place >= 0) return { wrong: "mark", params: { place: place + 1, char: code[place] } };
  const expected = checkMark(code.slice(0, 17));
  return expected === code[17] ? { code } : { wrong: "check", params: { expected, actual: code[17] } };
}

// The first valid code in a text, such as the address in a business licence's QR code.
export function findIn(text) {
  const all = [...normal(text).matchAll(/(?=([0-9A-HJ-NPQRTUWXY]{18}))/g)].map((match) => match[1]);
  return all.find((code) => read(code).code) ?? null;
}
