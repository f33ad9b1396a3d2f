// The panel that says how far the check is, and then the verdict in words with the exact reason beside it.
import { filled } from "./words.js";

// How much of the whole each step takes, about, so that the bar goes evenly. A list's digest and its tree are one step after
// another, list by list.
const SHARES = {
  shape: [0, 0.02],
  digest: [0.02, 0.02],
  root: [0.02, 0.55],
  tickets: [0.55, 0.85],
  teams: [0.85, 0.97],
  register: [0.97, 1],
};
const STEP_OF_LISTS = ["root", "tickets"];

export class Verdict {
  constructor(panel, words) {
    this.panel = panel;
    this.words = words;
    this.waiting = this.part("title").textContent;
    this.lists = Math.max(1, Object.keys(words.settings.bureaus).length);
    this.seen = new Map();
  }

  part = (name) => this.panel.querySelector(`[data-${name}]`);

  show(name, text) {
    const part = this.part(name);
    part.hidden = !text;
    if (text && text !== true) part.textContent = text;
  }

  look(kind) {
    this.panel.classList.remove("verdict-yes", "verdict-no");
    if (kind) this.panel.classList.add(`verdict-${kind}`);
    this.show("mark", Boolean(kind));
    this.part("mark-yes").hidden = kind !== "yes";
    this.part("mark-no").hidden = kind !== "no";
    this.show("start", false);
    this.show("running", !kind);
    this.show("text", "");
    this.show("beside", "");
    this.show("technical", false);
  }

  // Until then nothing is said of a list this large.
  ask(size, onStart) {
    this.look(null);
    this.show("running", false);
    this.show("start", true);
    this.part("start-size").textContent = size;
    this.part("do-start").addEventListener("click", onStart, { once: true });
  }

  running() {
    this.look(null);
    this.show("title", this.waiting);
    this.part("bar").value = 0;
    this.seen.clear();
    this.show("now", " ");
  }

  fetching({ label, part }) {
    this.show("now", filled(this.words.steps.fetch, { name: label }));
    this.part("bar").value = Math.round(1000 * part);
  }

  // Each step goes through all lists before the next begins; the bar never goes back.
  progress({ step, list, done, total }) {
    const lists = this.seen.get(step) ?? [];
    if (!lists.includes(list)) this.seen.set(step, [...lists, list]);
    const place = STEP_OF_LISTS.includes(step) ? this.seen.get(step).indexOf(list) : 0;
    const part = STEP_OF_LISTS.includes(step)
      ? (place + Math.min(1, done / Math.max(1, total))) / this.lists
      : done / Math.max(1, total);
    const [from, to] = SHARES[step];
    const bar = this.part("bar");
    bar.value = Math.max(bar.value, Math.round(1000 * (from + (to - from) * Math.min(1, part))));
    this.show("now", this.words.say("steps", { code: step, params: { list } }));
  }

  // Whose files were checked, where not all are the reader's own.
  beside(count) {
    this.show("beside", count ? filled(this.words.page.beside, { n: count }) : "");
  }

  passed(text) {
    this.look("yes");
    this.show("title", this.words.page.valid);
    this.show("text", text);
  }

  failed(fault, title = this.words.page.invalid) {
    this.look("no");
    this.show("title", title);
    this.show("text", this.words.say("faults", fault, this.words.faults.shape));
    this.show("technical", Boolean(fault.message));
    this.part("technical-words").textContent = this.words.page.technical;
    this.part("technical-text").textContent = fault.message;
  }
}
