// Many drawn on one screen: as many at once as fit on it, turned by themselves until somebody stops it (or at once, for
// whoever asked for little motion). Without this, and on a phone, the list is simply long.
const EVERY = 9000;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const wide = matchMedia("(min-width: 1200px)");
let at = 0;
let stopped = false;

function perScreen(list) {
  const rows = Math.max(2, Math.floor((innerHeight * 0.5) / Math.max(list.firstElementChild.offsetHeight, 60)));
  return rows * getComputedStyle(list).gridTemplateColumns.split(" ").length;
}

function show(list, tools, to) {
  const all = [...list.children];
  if (!all.length) return;
  for (const item of all) item.hidden = false;
  const many = wide.matches ? perScreen(list) : all.length;
  const pages = Math.ceil(all.length / many);
  at = ((to % pages) + pages) % pages;
  all.forEach((item, place) => {
    item.hidden = Math.floor(place / many) !== at;
  });
  tools.hidden = pages < 2;
  const words = tools.querySelector("[data-roll-at]");
  words.textContent = words.dataset.words.replace("{page}", at + 1).replace("{pages}", pages);
  const stop = tools.querySelector("[data-roll-stop]");
  stop.textContent = stopped ? stop.dataset.go : stop.dataset.stop;
}

function current(to = at) {
  const list = document.querySelector("[data-roll]");
  const tools = document.querySelector("[data-roll-tools]");
  if (list && tools) show(list, tools, to);
}

export function install() {
  stopped = still.matches;
  current();
  document.addEventListener("htmx:afterSettle", () => current());
  addEventListener("resize", () => current());
  document.addEventListener("click", (event) => {
    const stop = event.target.closest("[data-roll-stop]");
    if (stop) stopped = !stopped;
    else if (event.target.closest("[data-roll-back]")) [at, stopped] = [at - 1, true];
    else if (event.target.closest("[data-roll-on]")) [at, stopped] = [at + 1, true];
    else return;
    current();
  });
  setInterval(() => stopped || document.hidden || current(at + 1), EVERY);
}
