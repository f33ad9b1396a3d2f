// The answer about one lot: in words, on a scale, and with everything it was computed from.
import { counted, filled } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;

// Where a number of 64 hex digits stands between 0 and 2^256.
const along = (hex) => (WIDTH * parseInt(hex.slice(0, 12), 16)) / 2 ** 48;

export function answer(template, lot, facts, words) {
  const shown = template.content.cloneNode(true);
  const part = (name) => shown.querySelector(`[data-${name}]`);
  const { title, because } = standing(lot, facts, words.lot, words);
  const number = lot.id.split(":")[1];
  const place = number ? `（${filled(words.lot.number, { number })}）` : "";
  part("answer-title").textContent = filled(words.lot.title, { list: `${words.list(lot.list)}${place}`, answer: title });
  part("because").textContent = because;
  const later = changed(lot, facts.logs, words);
  part("changed").hidden = !later;
  part("changed").textContent = later;
  part("place").textContent = filled(words.lot.place, {
    id: lot.id,
    place: counted(lot.index + 1),
    n: counted(lot.n),
    stratum: words.stratum(lot.stratum),
    status: words.status(lot.status),
  });
  shown.querySelector(".verdict").classList.toggle("verdict-found", lot.drawn);
  const ratio = facts.lists.find((list) => list.list === lot.list)?.mode === "ratio";
  if (ratio && lot.ticket) {
    part("weight").hidden = false;
    part("weight").textContent = filled(words.lot.weight, { weight: counted(lot.weight) });
  }
  if (lot.cutoff && lot.status === "E") scale(part("scale"), lot, because);
  details(shown, part, lot, ratio);
  return shown;
}

function standing(lot, facts, said, words) {
  if (facts.void !== null) return { title: said.notDrawn, because: said.becauseVoid };
  if (lot.drawn) return { title: said.drawn, because: said.becauseDrawn };
  if (lot.status !== "E") return { title: said.notIn, because: filled(said.becauseStatus, { status: words.status(lot.status) }) };
  if (!lot.cutoff) return { title: said.notDrawn, because: said.becauseNoQuota };
  const because = lot.reserve ? filled(said.becauseReserve, { n: counted(lot.reserve) }) : said.becauseNot;
  return { title: said.notDrawn, because };
}

// What became of it after the draw: the last substitution that names it.
function changed(lot, logs, words) {
  const last = logs
    .filter(({ kind, list, out, in: comes }) => kind === "substitute" && list === lot.list && [out, comes].includes(lot.id))
    .at(-1);
  if (!last) return "";
  const reason = words.settings.reasons[last.reason] ?? last.reason;
  return filled(last.in === lot.id ? words.lot.cameIn : words.lot.wentOut, { n: counted(last.n), reason });
}

// All numbers that a ticket can be, those that were drawn, and where this one lies.
function scale(box, lot, label) {
  box.hidden = false;
  const svg = box.querySelector("svg");
  svg.setAttribute("aria-label", label);
  const shape = (name, attributes) => {
    const made = svg.appendChild(document.createElementNS(SVG, name));
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  };
  shape("rect", { x: 0, y: 14, width: WIDTH, height: 18, class: "check-all" });
  shape("rect", { x: 0, y: 14, width: Math.max(3, along(lot.cutoff)), height: 18, class: "check-in" });
  shape("rect", { x: Math.min(WIDTH - 6, along(lot.rank)), y: 4, width: 6, height: 38, class: "check-me" });
}

function details(shown, part, lot, ratio) {
  part("line").textContent = lineOf(lot);
  const rows = { salt: lot.salt, ticket: lot.ticket, rank: ratio ? lot.rank : "", cutoff: lot.cutoff, root: lot.root };
  for (const [name, value] of Object.entries(rows)) {
    const row = shown.querySelector(`[data-row="${name}"]`);
    row.hidden = !value;
    row.querySelector("code").textContent = value ?? "";
  }
  for (const node of lot.path) {
    const item = part("path").appendChild(document.createElement("li"));
    item.appendChild(document.createElement("code")).textContent = node;
  }
  const { list, index, path, salt } = lot;
  const file = JSON.stringify({ index, line: lineOf(lot), list, path, salt, v: "onedoor-lot/1" });
  part("keep").href = URL.createObjectURL(new Blob([file], { type: "application/json" }));
  part("keep").download = `lot-${list}-${lot.id.replace(":", "-")}.json`;
}

const lineOf = ({ id, stratum, weight, status }) => [id, stratum, weight, status].join("\t");
