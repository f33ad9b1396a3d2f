// The page of a party that commits: its nonce is made here, kept in this browser and in a file, and leaves only after this
// browser has read the register itself and found that it closes the texts of the very plan the party committed to.
import { bytes, commit, hex, planDigest, readRegister, textsDigest } from "./protocol.js";

const keyOf = (draw) => `onedoor-nonce/${draw.line}/${draw.seq}/${draw.draw}/${draw.party}`;

async function raw(url) {
  const answer = await fetch(url, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

function keepFile(kept) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
  link.download = `nonce-${kept.line}-${kept.seq}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Nothing is sent before the nonce is kept; one that is kept is not made again: its commitment may have reached the
// server though the answer was lost, or have been sent from another window.
async function onCommit(page, draw) {
  const form = page.querySelector("[data-commit-form]");
  for (const field of form.querySelectorAll("[aria-required]")) field.required = true;
  if (!form.reportValidity()) return;
  const entries = await readRegister(await raw(page.dataset.register));
  const kept = read(keyOf(draw)) ?? made(draw, entries.at(-1));
  localStorage.setItem(keyOf(draw), JSON.stringify(kept));
  keepFile(kept);
  form.elements.digest.value = await commitment(draw, kept);
  form.submit();
}

function made(draw, head) {
  const nonce = hex(crypto.getRandomValues(new Uint8Array(32)));
  return { ...draw, nonce, head: head ? { n: head.n, digest: head.own } : null };
}

function commitment(draw, kept) {
  return commit(draw.line, draw.seq, draw.draw, draw.party, bytes(kept.nonce), draw.hash);
}

// Each check names itself; the first that fails ends them.
async function* checks(page, draw, kept) {
  const own = await commitment(draw, kept);
  yield ["nonce", own === page.dataset.commit];
  const entries = await readRegister(await raw(page.dataset.register)).catch(() => null);
  yield ["chain", entries !== null && (!kept.head || entries[kept.head.n - 1]?.own === kept.head.digest)];
  const of = (kind) => entries.filter((entry) => entry.line === draw.line && entry.seq === draw.seq && entry.kind === kind);
  const document_ = await raw(page.dataset.plan);
  const plan = JSON.parse(new TextDecoder().decode(document_));
  const digest = await planDigest(document_, draw.hash);
  const mine = plan.parties.some((party) => party.id === draw.party && party.commit === own);
  const same = plan.line === draw.line && plan.seq === draw.seq && plan.draw === draw.draw && plan.hash === draw.hash;
  yield ["plan", mine && same && of("plan").length === 1 && of("plan")[0].digest === digest];
  const texts = JSON.parse(new TextDecoder().decode(await raw(page.dataset.texts)));
  yield ["texts", of("texts").length === 1 && of("texts")[0].digest === (await textsDigest(digest, texts, draw.hash))];
}

// What a check came to: still under way ("busy"), "good", "bad", or "left" undone since one before it failed.
function mark(row, how) {
  row.querySelector("[data-result]").textContent = row.dataset[how];
  row.classList.toggle("is-good", how === "good");
  row.classList.toggle("is-bad", how === "bad");
}

async function pass(page, draw, kept) {
  const left = new Map(Array.from(page.querySelectorAll("[data-check]"), (row) => [row.dataset.check, row]));
  for (const row of left.values()) mark(row, "busy");
  try {
    for await (const [name, passed] of checks(page, draw, kept)) {
      mark(left.get(name), passed ? "good" : "bad");
      left.delete(name);
      if (!passed) return false;
    }
  } finally {
    for (const row of left.values()) mark(row, "left");
  }
  return true;
}

async function onReveal(page, draw, kept) {
  page.querySelector("[data-no-nonce]").hidden = Boolean(kept);
  page.querySelector("[data-checks]").hidden = !kept;
  if (!kept || !(await pass(page, draw, kept))) return;
  const form = page.querySelector("[data-reveal-form]");
  form.elements.nonce.value = kept.nonce;
  form.submit();
}

// A kept nonce, if it is that of this draw and, once this party has committed, the one that it committed to.
async function fitting(page, draw, kept) {
  if (!kept || keyOf(kept) !== keyOf(draw) || !/^[0-9a-f]{64}$/.test(kept.nonce)) return null;
  const committed = page.dataset.commit;
  return !committed || committed === (await commitment(draw, kept)) ? kept : null;
}

async function fromFile(page, draw, file) {
  const text = await file.text();
  try {
    return await fitting(page, draw, JSON.parse(text));
  } catch {
    return null;
  }
}

function say(page, name) {
  for (const element of page.querySelectorAll("[data-say]")) element.hidden = element.dataset.say !== name;
}

export function install() {
  const page = document.querySelector("[data-secret]");
  if (!page) return;
  if (!globalThis.crypto?.subtle) return say(page, "insecure");
  const draw = JSON.parse(page.dataset.secret);
  const found = read(keyOf(draw));
  let keeping = fitting(page, draw, found);
  if (page.dataset.commit) keeping.then((kept) => say(page, kept ? "kept" : found ? "other" : "missing"));
  const guarded = (act) => async (event) => {
    event.currentTarget.disabled = true;
    await act().catch(() => say(page, "failed"));
    event.target.disabled = false;
  };
  page.querySelector("[data-do-commit]")?.addEventListener(
    "click",
    guarded(() => onCommit(page, draw)),
  );
  page.querySelector("[data-do-reveal]")?.addEventListener(
    "click",
    guarded(async () => onReveal(page, draw, await keeping)),
  );
  page.querySelector("[data-keep-file]")?.addEventListener("click", async () => {
    const kept = await keeping;
    if (kept) keepFile(kept);
  });
  page.querySelector("[data-nonce-file]")?.addEventListener("change", async (event) => {
    keeping = fromFile(page, draw, event.target.files[0]);
    const kept = await keeping;
    if (kept) localStorage.setItem(keyOf(draw), JSON.stringify(kept));
    say(page, kept ? "kept" : "strange");
  });
}
