// The side bar of a narrow window: it comes over the page, has the focus to itself, and goes at Escape, at its button, or at
// a click beside it.
export function install() {
  const side = document.getElementById("side");
  const opener = document.querySelector("[data-menu-open]");
  if (!side || !opener) return;
  const rest = document.querySelectorAll(".skip-link, .office-top, .office-main");
  const backdrop = document.createElement("div");
  backdrop.className = "offcanvas-backdrop fade show";

  function show(open) {
    side.classList.toggle("show", open);
    for (const element of rest) element.toggleAttribute("inert", open);
    document.body.style.overflow = open ? "hidden" : "";
    if (open) {
      side.setAttribute("role", "dialog");
      side.setAttribute("aria-modal", "true");
      document.body.append(backdrop);
      side.focus();
    } else {
      side.removeAttribute("role");
      side.removeAttribute("aria-modal");
      backdrop.remove();
      opener.focus();
    }
  }

  opener.addEventListener("click", () => show(true));
  side.querySelector("[data-menu-close]").addEventListener("click", () => show(false));
  backdrop.addEventListener("click", () => show(false));
  side.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  // A window that grows has room for both.
  matchMedia("(min-width: 992px)").addEventListener("change", () => side.classList.contains("show") && show(false));
}
