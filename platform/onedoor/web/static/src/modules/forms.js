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

function settle(input) {
  let timer = 0;
  const send = () => {
    clearTimeout(timer);
    timer = setTimeout(() => input.dispatchEvent(new CustomEvent("settled", { bubbles: true })), 350);
  };
  // While a Chinese word is being composed there is nothing to search for yet.
  input.addEventListener("input", (event) => event.isComposing || send());
  input.addEventListener("compositionend", send);
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
  document.querySelectorAll("[data-settle]").forEach(settle);
  document.querySelector("[data-focus]")?.focus();
}
