// Sentences come with the page in the reader's language; "{list}" and the like are filled in here.
export const filled = (sentence, params = {}) => sentence.replace(/\{(\w+)\}/g, (mark, name) => params[name] ?? mark);

export const counted = (number) => number.toLocaleString(document.documentElement.lang);

export function sized(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${counted(Math.round(bytes / 1000))} KB` : `${counted(Math.round(bytes / 1e5) / 10)} MB`;
}

export class Words {
  // The words of the page, by what they are about.
  /** @type {any} */ files;
  /** @type {any} */ lot;
  /** @type {any} */ page;
  /** @type {any} */ unchecked;

  constructor(settings) {
    Object.assign(this, settings.words);
    this.settings = settings;
  }

  // A list is called by its bureau; by its own name too where one bureau has several.
  list(name) {
    const bureau = this.settings.bureaus[name];
    if (!bureau) return name;
    const several = Object.values(this.settings.bureaus).filter((other) => other === bureau).length > 1;
    return several ? `${bureau}（${name}）` : bureau;
  }

  stratum = (code) => this.settings.strata[code] ?? code;

  status = (code) => this.settings.statuses[code] ?? filled(this.lot.other, { code });

  // Which of the files `where` is in: a line of the register, a change, a lot, or else the proof.
  file(where) {
    const line = where.match(/^register: line (\d+)/)?.[1];
    if (line) return filled(this.files.register, { n: line });
    const log = where.match(/^log file (.+?)(?:: [a-z]+)?$/)?.[1];
    if (log) return filled(this.files.log, { name: log });
    return where.startsWith("lot") ? this.files.lot : this.files.proof;
  }

  // What stands in a sentence: names of lists in words, numbers with their commas, several names with "and".
  params(raw) {
    const found = Object.entries(raw).map(([key, value]) => {
      if (key === "list") return [key, this.list(value)];
      if (key === "stratum") return [key, this.stratum(value)];
      if (key === "where") return ["file", this.file(value)];
      if (Array.isArray(value)) return [key, new Intl.ListFormat(document.documentElement.lang).format(value)];
      return [key, typeof value === "number" ? counted(value) : value];
    });
    return Object.fromEntries(found);
  }

  // Where the file is known the sentence that names it is said.
  say(group, { code, params }, otherwise = "") {
    const sentence = (params.where && this[group][`${code}-file`]) || this[group][code];
    return sentence ? filled(sentence, this.params(params)) : otherwise;
  }
}
