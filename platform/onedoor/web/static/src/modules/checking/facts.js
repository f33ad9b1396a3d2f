// What the device computed, in figures, digests and tables.
import { counted, filled } from "./words.js";

function cells(row, values) {
  for (const { text, code = false, number = false } of values) {
    const cell = row.insertCell();
    if (number) cell.className = "num";
    const inner = code ? cell.appendChild(document.createElement("code")) : cell;
    inner.textContent = text;
  }
}

function rows(table, lines) {
  const body = table.querySelector("tbody");
  body.replaceChildren();
  for (const line of lines) cells(body.insertRow(), line);
  table.hidden = lines.length === 0;
}

export function showFacts(element, facts, seconds, words) {
  const part = element.querySelector('[data-part="facts"]');
  part.hidden = false;
  const figures = {
    doors: facts.doors === undefined ? null : counted(facts.doors),
    rows: counted(facts.lists.reduce((sum, list) => sum + list.n, 0)),
    slots: facts.teams ? counted(facts.teams.filled) : null,
    time: filled(words.page.seconds, { n: counted(Math.max(0.1, Math.round(seconds * 10) / 10)) }),
  };
  for (const [name, value] of Object.entries(figures)) {
    const figure = part.querySelector(`[data-fact="${name}"]`);
    figure.textContent = value ?? "";
    figure.parentElement.hidden = value === null;
  }
  const digests = { seed: facts.seed, ...facts.digests };
  for (const row of part.querySelectorAll("[data-digest]")) {
    row.querySelector("code").textContent = digests[row.dataset.digest] ?? "";
    row.hidden = !digests[row.dataset.digest];
  }
  const strata = facts.lists.flatMap((list) => list.strata.map((stratum) => ({ list, ...stratum })));
  rows(
    part.querySelector("[data-strata]"),
    strata.map(({ list, stratum, eligible, drawn, cutoff }) => [
      { text: words.list(list.list) },
      { text: words.stratum(stratum) },
      { text: counted(eligible), number: true },
      { text: counted(drawn), number: true },
      { text: cutoff ? `${cutoff.slice(0, 16)}…` : "—", code: true },
    ]),
  );
  // Swedish for the form 2026-03-02 09:00, in which the house writes times in every language.
  const when = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Shanghai" });
  rows(
    part.querySelector("[data-entries]"),
    (facts.register?.ours ?? []).map(({ n, kind, time, own }) => [
      { text: filled(words.page.row, { n: counted(n) }) },
      { text: words.settings.kinds[kind] ?? kind },
      { text: when.format(new Date(time)) },
      { text: own, code: true },
    ]),
  );
}
