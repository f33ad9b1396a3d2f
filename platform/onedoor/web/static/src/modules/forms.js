// Forms: leaving with unsaved work asks, errors take the focus, a form is sent once, a search settles before it is sent.
const changed = new WeakSet();

function onBeforeUnload(event) {
  for (const form of document.querySelectorAll("form[data-ask-leave]")) {
    if (changed.has(form)) event.preventDefault();
  }
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  changed.delete(form);
  const buttons = [...form.elements].filter((control) => control.type === "submit");
  // After this tick, so that the pressed button's own name and value are still sent.
  setTimeout(() => buttons.forEach((button) => button.setAttribute("disabled", "")), 0);
  const free = () => buttons.forEach((button) => button.removeAttribute("disabled"));
  // The browser may bring the page back as it was left, and an answer that is a file leaves the page where it is.
  addEventListener("pageshow", free, { once: true });
  setTimeout(free, 4000);
}

let pressed = false;

function settle(input) {
  let timer = 0;
  const send = () => {
    clearTimeout(timer);
    timer = setTimeout(say, 350);
  };
  // A list that comes anew under a pressed button takes the click with it: what is pressed is finished first.
  const say = () => (pressed ? send() : input.dispatchEvent(new CustomEvent("settled", { bubbles: true })));
  // While a Chinese word is being composed there is nothing to search for yet.
  input.addEventListener("input", (event) => event.isComposing || send());
  input.addEventListener("compositionend", send);
  // Leaving the field says again what was said, in the moment in which something else is pressed.
  input.addEventListener("change", (event) => event.stopPropagation());
}

export function install() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-ask-leave")) changed.add(form);
  });
  // A form that came back from the server with what was typed, and is not kept yet.
  document.querySelectorAll("[data-unsaved]").forEach((field) => changed.add(field.form));
  addEventListener("beforeunload", onBeforeUnload);
  document.addEventListener("submit", sendOnce);
  addEventListener("pointerdown", () => (pressed = true), true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (pressed = false), true);
  document.querySelectorAll("[data-settle]").forEach(settle);
  document.querySelector("[data-focus]")?.focus();
}
