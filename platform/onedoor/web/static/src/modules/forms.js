// Forms: leaving with unsaved work asks, errors take the focus, a form is sent once, a search settles before it is sent.
import { whenReleased } from "./pressed.js";

const changed = new WeakSet();

function isTouched(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  // Of what is no number or no day the browser shows nothing.
  if (!field.options) return "defaultValue" in field && field.value !== field.defaultValue && field.value !== "";
  const chosen = [...field.options].filter((option) => option.defaultSelected);
  if (!chosen.length && !field.multiple) return field.selectedIndex > 0;
  return [...field.options].some((option) => option.selected !== chosen.includes(option));
}

// A field may be called "method", and then form.method is that field.
export const isPost = (form) => form.getAttribute("method") === "post";

// Something stands in it that the server did not write.
export const isWrittenIn = (form) => [...form.elements].some(isTouched);

function onBeforeUnload(event) {
  for (const form of document.querySelectorAll("form[data-ask-leave]")) {
    if (changed.has(form)) event.preventDefault();
  }
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || !isPost(form) || form.hasAttribute("hx-post")) return;
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
    timer = setTimeout(say, 350);
  };
  const say = () => whenReleased(() => input.dispatchEvent(new CustomEvent("settled", { bubbles: true })));
  // While a Chinese word is being composed there is nothing to search for yet.
  input.addEventListener("input", (event) => event.isComposing || send());
  input.addEventListener("compositionend", send);
  // Leaving the field says again what was said, in the moment in which something else is pressed.
  input.addEventListener("change", (event) => event.stopPropagation());
  // Who types as soon as there is a field is there before this script.
  if (isWrittenIn(input.form)) send();
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
