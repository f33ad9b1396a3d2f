// Something wrong with a file of a draw. `code` is what the page has words for, `params` the particulars (a list, a row, a
// name), the message one English sentence for the record.
export class Fault extends Error {
  constructor(code, message, params = {}) {
    super(message);
    this.code = code;
    this.params = params;
  }
}

const LF = 10;
const CR = 13;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

// What an editor or a mail program makes of a file of lines: `refuse` is told the line and what to do.
export function checkEnds(data, refuse) {
  const anew = "as an editor leaves it: download the file anew";
  if (BYTE_ORDER_MARK.every((byte, i) => data[i] === byte)) refuse(1, `a byte order mark at its beginning, ${anew}`);
  if (data.includes(CR)) refuse(lineAt(data, data.indexOf(CR)), `CR LF instead of LF, ${anew}`);
  if (data[data.length - 1] !== LF) refuse(lineAt(data, data.length), `no LF at its end, ${anew}`);
}

// The number of the line, from 1, that a byte stands in.
export function lineAt(data, place) {
  let line = 1;
  for (let at = data.indexOf(LF); at >= 0 && at < place; at = data.indexOf(LF, at + 1)) line++;
  return line;
}

// Reads a file that was published. If this is not the one, `other` is thrown, with the first line that is malformed if there
// is any; what an editor left is said alone, as it tells all.
export function readPublished(same, other, read) {
  let found;
  try {
    found = read();
  } catch (fault) {
    if (same || !(fault instanceof Fault) || fault.code.endsWith("-ends")) throw fault;
    throw new Fault(`${other.code}-line`, `${fault.message}; ${other.message}`, { ...other.params, ...fault.params });
  }
  if (!same) throw other;
  return found;
}
