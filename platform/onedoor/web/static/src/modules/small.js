// Small things a page asks for by an attribute: copying, printing. And the side bar shows where one is.
async function copy(text) {
  // The clipboard interface exists on https and on this machine only; an office's intranet is often neither.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

async function onClick(event) {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if (button.hasAttribute("data-print")) return window.print();
  await copy(button.dataset.copy);
  if (button.querySelector(".copied")) return;
  const said = document.createElement("span");
  said.className = "copied";
  said.setAttribute("role", "status");
  said.textContent = button.dataset.copied;
  button.append(said);
  setTimeout(() => said.remove(), 2000);
}

export function install() {
  document.addEventListener("click", onClick);
  document.querySelector(".side-nav [aria-current]")?.scrollIntoView({ block: "nearest" });
}
