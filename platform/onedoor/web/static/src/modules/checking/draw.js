// The whole verification of a draw on the reader's device: the published files, or the reader's own (R-D8).

import { showFacts } from "./facts.js";
import * as filing from "./files.js";
import { bytesOf, Runner } from "./runner.js";
import { Verdict } from "./verdict.js";
import { counted, filled, sized, Words } from "./words.js";

// What is downloaded and computed without being asked for: a few hundred thousand lines.
const AT_ONCE = 8e6;

class Page {
  constructor(element) {
    this.element = element;
    this.settings = JSON.parse(element.dataset.settings);
    this.words = new Words(this.settings);
    this.verdict = new Verdict(element.querySelector("[data-verdict]"), this.words);
    this.runner = new Runner(this.settings.worker);
    this.published = null;
    this.own = [];
    this.head = undefined;
    this.queue = Promise.resolve();
  }

  start() {
    this.element.hidden = false;
    const size = this.settings.files.reduce((sum, file) => sum + file.size, 0);
    if (size <= AT_ONCE) this.check();
    else this.verdict.ask(sized(size), () => this.check());
  }

  // One check after another: a file dropped while one runs waits for its turn.
  check() {
    this.queue = this.queue
      .then(() => this.checkNow())
      .catch((error) => this.verdict.failed({ code: "shape", message: String(error) }));
  }

  async checkNow() {
    this.verdict.running();
    for (const part of this.element.querySelectorAll("[data-part]")) part.hidden = true;
    const files = await this.files();
    if (!files) return;
    this.verdict.running();
    const began = performance.now();
    const onProgress = (step) => this.verdict.progress(step);
    const said = await this.runner.run(await bytesOf(files), { head: this.head, onProgress });
    this.tell(said, (performance.now() - began) / 1000);
  }

  async files() {
    try {
      this.beside = 0;
      if (await filing.standAlone(this.own)) return this.own;
      this.published ??= await filing.download(this.settings.files, (step) => this.verdict.fetching(step));
      const files = filing.together(this.published, this.own);
      if (this.own.length) this.beside = files.length - this.own.length;
      return files;
    } catch (error) {
      this.verdict.failed({ code: "fetch", message: String(error.message), params: {} }, this.words.page.refused);
      return null;
    }
  }

  tell({ verdict, refused, kinds }, seconds) {
    if (refused) {
      this.verdict.failed(refused, this.words.page.refused);
      this.verdict.beside(this.beside);
      return;
    }
    this.list(
      "done",
      verdict.done.map((each) => this.words.say("done", each)),
    );
    this.list(
      "unchecked",
      verdict.unchecked.map((each) => this.words.say("unchecked", each, `${this.words.unchecked.other}${each.message}`)),
    );
    if (!verdict.valid) this.verdict.failed(verdict.fault);
    else this.verdict.passed(this.praise(verdict.facts, kinds, seconds));
    this.verdict.beside(this.beside);
    if (verdict.valid) showFacts(this.element, verdict.facts, seconds, this.words);
  }

  praise(facts, kinds, seconds) {
    const used = counted(kinds.filter(({ kind }) => kind && kind !== "plan").length);
    if (facts.void !== null) return filled(this.words.page.validVoid, { files: used });
    return filled(this.words.page.validText, { files: used, seconds: counted(Math.max(0.1, Math.round(seconds * 10) / 10)) });
  }

  list(name, sentences) {
    const items = sentences.filter(Boolean).map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    });
    this.element.querySelector(`[data-list="${name}"]`).replaceChildren(...items);
    this.element.querySelector(`[data-part="${name}"]`).hidden = items.length === 0;
  }

  take(files) {
    this.own = files;
    this.check();
  }

  compare(form) {
    const n = form.elements.n.value.trim();
    const digest = form.elements.digest.value.replace(/\s/g, "").toLowerCase();
    const empty = !n && !digest;
    const good = empty || (/^[1-9]\d{0,8}$/.test(n) && /^[0-9a-f]{64}$/.test(digest));
    this.element.querySelector("[data-head-wrong]").hidden = good;
    for (const field of [form.elements.n, form.elements.digest]) field.toggleAttribute("aria-invalid", !good);
    if (!good) return;
    this.head = empty ? undefined : { n: Number(n), digest };
    this.check();
    this.verdict.panel.scrollIntoView({ block: "start" });
  }
}

export function install(element) {
  const page = new Page(element);
  page.start();
  filing.install(element.querySelector("[data-drop]"), (files) => page.take(files));
  const form = element.querySelector("[data-head-form]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.compare(form);
  });
}
