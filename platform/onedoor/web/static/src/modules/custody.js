// The page of a holder of closed lists: this browser takes every file, keeps it, and signs only if the digests it computed
// itself are those under which the lists were frozen.
import { hex } from "../verifier/bytes.js";
import { hashOf } from "../verifier/hash.js";

function keep(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function receive(page, hash) {
  const form = page.querySelector("[data-receipt]");
  let good = true;
  for (const row of page.querySelectorAll("[data-file]")) {
    const answer = await fetch(row.dataset.file, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${row.dataset.file}: ${answer.status}`);
    const content = new Uint8Array(await answer.arrayBuffer());
    const digest = hash(content);
    const same = digest === row.dataset.digest;
    const told = row.querySelector("[data-result]");
    told.textContent = same ? told.dataset.good : told.dataset.bad;
    good &&= same;
    keep(content, row.dataset.file.split("/").at(-1));
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: `digest-${row.dataset.list}`, value: digest });
    form.append(field);
  }
  return good;
}

export function install() {
  const page = document.querySelector("[data-custody]");
  if (!page) return;
  const say = (name) => {
    for (const element of page.querySelectorAll("[data-say]")) element.hidden = element.dataset.say !== name;
  };
  const made = hashOf(page.dataset.custody);
  const hash = (content) => hex(made.of(content));
  page.querySelector("[data-do-receive]").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    page.querySelectorAll("[data-receipt] [name^=digest-]").forEach((field) => field.remove());
    const good = await receive(page, hash).catch(() => null);
    if (good) page.querySelector("[data-receipt]").submit();
    else {
      say(good === null ? "failed" : "differs");
      button.disabled = false;
    }
  });
}
