// A visit dragged to another day leads to the form that moves it, with that day in it; by keyboard its own link leads there.
const KIND = "text/x-onedoor-visit";

function over(event) {
  const cell = event.target.closest("[data-day]");
  if (cell && event.dataTransfer.types.includes(KIND)) event.preventDefault();
}

function drop(event) {
  const cell = event.target.closest("[data-day]");
  const address = event.dataTransfer.getData(KIND);
  if (!cell || !address) return;
  event.preventDefault();
  const wished = new URL(address, window.location.href);
  if (wished.origin !== window.location.origin) return;
  wished.searchParams.set("day", cell.dataset.day);
  window.location.assign(wished);
}

export function install() {
  for (const table of document.querySelectorAll("[data-calendar]")) {
    table.addEventListener("dragstart", (event) => {
      const entry = event.target.closest("[data-move]");
      if (entry && event instanceof DragEvent) event.dataTransfer?.setData(KIND, entry.dataset.move);
    });
    table.addEventListener("dragover", over);
    table.addEventListener("drop", drop);
  }
}
