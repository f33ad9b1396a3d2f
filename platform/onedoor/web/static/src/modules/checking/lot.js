// 我的签号: how one firm stands in each list, computed on its own device (R-D8). From the whole published files while they are
// small, else from the proof and the firm's lots with their paths; or from the lot file that a firm was given.

import { answer } from "./answer.js";
import * as codes from "./code.js";
import * as filing from "./files.js";
import { bytesOf, Runner } from "./runner.js";
import { install as scan } from "./scan.js";
import { Verdict } from "./verdict.js";
import { counted, filled, sized, Words } from "./words.js";

const SMALL = 2e6;
const utf8 = new TextEncoder();

class Page {
  // What was downloaded: all that is published, or the proof alone.
  /** @type {any[] | undefined} */ published;
  /** @type {any[] | undefined} */ proofOnly;

  constructor(element) {
    this.element = element;
    this.settings = JSON.parse(element.dataset.settings);
    this.words = new Words(this.settings);
    this.runner = new Runner(this.settings.worker);
    this.verdict = new Verdict(element.querySelector("[data-verdict]"), this.words);
    this.form = element.querySelector("form");
    this.size = this.settings.files.reduce((sum, file) => sum + file.size, 0);
    this.closed = !this.settings.files.some(({ name }) => name.startsWith("pool-"));
    this.own = [];
    this.queue = Promise.resolve();
  }

  part = (name) => this.element.querySelector(`[data-${name}]`);

  ask(whole = this.size <= SMALL) {
    const { code, wrong, params } = codes.read(this.form.elements.code.value);
    this.complain(wrong ? filled(this.words.lot[wrong], params) : "");
    if (code && this.closed && !this.own.length) this.showAbsent(this.words.lot.closedTitle, this.words.lot.closed);
    else if (code) this.check(() => this.withCode(code, whole), code);
    else this.nothing();
  }

  // A code that is none: no answer about another stays on the page.
  nothing() {
    for (const name of ["run", "used", "server"]) this.part(name).hidden = true;
    this.part("answers").replaceChildren();
    this.form.elements.code.focus();
  }

  complain(sentence) {
    const field = this.form.elements.code;
    this.part("code-wrong").textContent = sentence;
    this.part("code-wrong").hidden = !sentence;
    field.classList.toggle("is-invalid", Boolean(sentence));
    field.setAttribute("aria-describedby", sentence ? "h-code code-wrong" : "h-code");
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  // What is needed for a code: { files, used, told }, told where only the site could say that it is in no list.
  async withCode(code, whole) {
    const onProgress = (step) => this.verdict.fetching(step);
    if (await filing.standAlone(this.own)) return { files: this.own, used: this.words.lot.usedFiles, whole: true };
    if (whole) {
      this.published ??= await filing.download(this.settings.files, onProgress);
      const size = sized(this.published.reduce((sum, { blob }) => sum + blob.size, 0));
      const used = this.own.length ? this.words.lot.usedBeside : filled(this.words.lot.usedWhole, { size });
      return { files: filing.together(this.published, this.own), used, whole: true };
    }
    const proof = await this.proof();
    const lots = await this.lotsOf(code);
    const size = sized([...proof, ...lots].reduce((sum, { blob }) => sum + blob.size, 0));
    return { files: [...proof, ...lots], used: filled(this.words.lot.usedLot, { size }), whole: false };
  }

  async withFiles() {
    if (await filing.standAlone(this.own)) return { files: this.own, used: this.words.lot.usedFiles, whole: true };
    return { files: [...(await this.proof()), ...this.own], used: this.words.lot.usedBeside, whole: true };
  }

  // The proof, and what was changed after the draw: small files, however large the pools.
  async proof() {
    const small = ({ name }) => name === "proof.json" || name.startsWith("log-");
    if (this.published) return this.published.filter(small);
    this.proofOnly ??= await filing.download(this.settings.files.filter(small), (step) => this.verdict.fetching(step));
    return this.proofOnly;
  }

  async lotsOf(code) {
    const reply = await fetch(this.settings.lots.replace("CODE", code));
    if (!reply.ok) throw new Error(`lots: ${reply.status}`);
    return (await reply.json()).map((lot, i) => ({ name: `lot-${i}.json`, blob: new Blob([utf8.encode(JSON.stringify(lot))]) }));
  }

  check(gather, code) {
    this.queue = this.queue
      .then(() => this.checkNow(gather, code))
      .catch((error) => this.fail({ code: "shape", message: String(error), params: {} }));
  }

  async checkNow(gather, code) {
    this.part("server").hidden = true;
    this.part("used").hidden = true;
    this.part("answers").replaceChildren();
    this.part("run").hidden = false;
    this.verdict.running();
    let given;
    try {
      given = await gather();
    } catch (error) {
      this.fail({ code: "fetch", message: String(error.message), params: {} });
      return;
    }
    this.verdict.running();
    const onProgress = (step) => this.verdict.progress(step);
    const { verdict, refused } = await this.runner.run(await bytesOf(given.files), { code, told: !given.whole, onProgress });
    if (refused) this.fail(refused);
    else if (!verdict.valid) this.fail(verdict.fault, this.words.page.invalid);
    else this.tell(verdict, given);
    // Also where what the site answered was found to be wrong.
    if (!refused && (verdict.valid || !given.whole)) this.sayUsed(given);
  }

  fail(fault, title = this.words.page.refused) {
    this.part("run").hidden = false;
    this.verdict.failed(fault, title);
  }

  tell(verdict, { whole }) {
    this.part("run").hidden = true;
    const answers = verdict.lots.map((lot) => answer(this.part("answer"), lot, verdict.facts, this.words));
    // Lists in which, as the site alone says, the code does not stand.
    const untold = verdict.unchecked.filter(({ code }) => code === "lot").map(({ params }) => this.absentFrom(params.list));
    if (answers.length) this.part("answers").replaceChildren(...answers, ...untold);
    else this.absent(verdict.facts, whole);
  }

  sayUsed({ used, whole }) {
    this.part("used-text").textContent = used;
    this.part("used").hidden = false;
    this.part("whole").hidden = whole;
    this.part("whole").textContent = filled(this.words.lot.wholeAgain, { size: sized(this.size) });
  }

  absent(facts, whole) {
    const checked = facts.lists.filter((list) => list.checked);
    const n = counted(checked.reduce((sum, list) => sum + list.n, 0));
    const said = whole ? filled(this.words.lot.absentWhole, { lists: counted(checked.length), n }) : this.words.lot.absentTold;
    this.showAbsent(this.words.lot.absent, said);
  }

  absentFrom(list) {
    return this.absentee(
      filled(this.words.lot.title, { list: this.words.list(list), answer: this.words.lot.untold }),
      this.words.lot.absentTold,
    );
  }

  absentee(title, text) {
    const shown = this.part("absent").content.cloneNode(true);
    shown.querySelector("[data-absent-title]").textContent = title;
    shown.querySelector("[data-absent-text]").textContent = text;
    return shown;
  }

  showAbsent(title, text) {
    this.part("server").hidden = true;
    this.part("answers").replaceChildren(this.absentee(title, text));
  }

  take(files) {
    this.own = files;
    const { code } = codes.read(this.form.elements.code.value);
    if (files.length) this.check(() => this.withFiles(), code);
    else if (code) this.ask();
  }
}

export function install(element) {
  const page = new Page(element);
  page.form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.ask();
  });
  page.part("whole").addEventListener("click", () => page.ask(true));
  filing.install(page.part("drop"), (files) => page.take(files));
  scan(element, (code) => {
    if (!code) {
      page.complain(page.words.lot.noCamera);
      return;
    }
    page.form.elements.code.value = code;
    page.ask();
  });
  // An address with a code, handed on by somebody: what the server said of it is computed here as well.
  if (page.form.elements.code.value && !page.form.querySelector(".is-invalid")) page.ask();
}
