// Files to check: the published ones, downloaded once, and those that the reader drops or chooses.
import { sized } from "./words.js";

const PROOF = /"v":"onedoor-(?:proof|public)\/1"/;
const LARGEST_PROOF = 5e7;

export async function download(files, onProgress) {
  const kept = [];
  const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
  let before = 0;
  for (const { name, label, url, size } of files) {
    const tell = (done) => onProgress({ label, part: Math.min(1, (before + done) / total) });
    tell(0);
    const blob = await one(url, tell);
    kept.push({ name, label, blob });
    before += size;
  }
  return kept;
}

async function one(url, onBytes) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const reader = answer.body.getReader();
  const pieces = [];
  let done = 0;
  for (;;) {
    const { value, done: end } = await reader.read();
    if (end) return new Blob(pieces);
    pieces.push(value);
    done += value.length;
    onBytes(done);
  }
}

// The reader's own files stand alone if a proof is among them.
export async function standAlone(own) {
  const texts = await Promise.all(own.map(({ blob }) => (blob.size < LARGEST_PROOF ? blob.text() : "")));
  return own.some(({ name }, i) => name.endsWith("proof.json") || PROOF.test(texts[i]));
}

// Else they take the place of the published ones of their names.
export const together = (published, own) => [...published.filter(({ name }) => !own.some((file) => file.name === name)), ...own];

// Calls back with all files chosen or dropped on this place so far, as [{ name, blob }]; with none when they are put away.
export function install(place, onFiles) {
  let own = [];
  const set = (files) => {
    own = files;
    place.querySelector("[data-chosen]").replaceChildren(...own.map(lineOf));
    place.querySelector("[data-reset]").hidden = own.length === 0;
    onFiles(own);
  };
  const give = (list) => {
    const more = Array.from(list, (file) => ({ name: file.name, blob: file }));
    if (more.length) set(together(own, more));
  };
  place.querySelector("[data-reset]").addEventListener("click", () => set([]));
  const field = place.querySelector("[data-choose]");
  field.addEventListener("change", () => {
    give([...field.files]);
    field.value = "";
  });
  const over = (event) => {
    event.preventDefault();
    place.classList.toggle("is-over", event.type === "dragover");
  };
  // Chosen before this script was there.
  if (field.files.length) field.dispatchEvent(new Event("change"));
  for (const type of ["dragover", "dragleave"]) place.addEventListener(type, over);
  place.addEventListener("drop", (event) => {
    over(event);
    give(event.dataTransfer.files);
  });
}

function lineOf({ name, blob }) {
  const item = document.createElement("li");
  item.textContent = `${name} (${sized(blob.size)})`;
  return item;
}
