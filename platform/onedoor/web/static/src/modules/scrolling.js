// A table wider than its place takes the focus, so that it can be scrolled by keyboard too; one that fits is no stop.
function mark(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

export function install() {
  const watch = new ResizeObserver((seen) => seen.forEach(({ target }) => mark(target.closest(".list-table"))));
  const find = () =>
    document.querySelectorAll(".list-table:not([role])").forEach((box) => {
      mark(box);
      watch.observe(box);
      for (const table of box.children) watch.observe(table);
    });
  find();
  document.addEventListener("htmx:afterSettle", find);
}
