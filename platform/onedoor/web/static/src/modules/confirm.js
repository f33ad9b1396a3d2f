// Dangerous work asks first: data-confirm on a form, a submit button or an htmx element; the words come from the page.
// The question stands at the end of the page, which may not have come yet.
function parsed() {
  if (document.readyState !== "loading") return;
  return new Promise((resolve) => document.addEventListener("readystatechange", resolve, { once: true }));
}

async function ask(text, yes, danger) {
  await parsed();
  const dialog = document.getElementById("confirm");
  const button = dialog.querySelector('[value="yes"]');
  dialog.querySelector(".confirm-text").textContent = text;
  button.textContent = yes || button.dataset.default;
  button.classList.toggle("btn-danger", danger);
  button.classList.toggle("btn-primary", !danger);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const askAbout = (element) => ask(element.dataset.confirm, element.dataset.confirmYes, "confirmDanger" in element.dataset);

// A form leaves it to the server to say what is missing; before a question is asked the browser says it, or a yes would be
// given for nothing. data-needed-with="beacon=numbers hex": needed where that field has one of these values.
function needed(form, { dataset }) {
  if (!dataset.neededWith) return true;
  const [name, values] = dataset.neededWith.split("=");
  return values.split(" ").includes(new FormData(form).get(name));
}

function isFilled(form) {
  for (const field of form.querySelectorAll('[aria-required="true"], [data-needed-with]')) {
    const shown = field.checkVisibility?.() ?? field.offsetParent !== null;
    field.required = shown && needed(form, field);
  }
  return form.reportValidity();
}

function onSubmit(event) {
  const form = event.target;
  const asking = event.submitter?.hasAttribute("data-confirm") ? event.submitter : form;
  if (!asking.dataset?.confirm || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!isFilled(form)) return;
  const submitter = event.submitter;
  askAbout(asking).then((yes) => {
    if (!yes) return;
    const now = form.isConnected ? form : replaced(form);
    if (!now) return;
    now.dataset.confirmed = "1";
    now.requestSubmit(now === form ? (submitter ?? undefined) : undefined);
  });
}

// A live page may have put a fresh copy of the form in place while the question stood open; a form that is not in the
// page is sent nowhere, and the yes would be lost. Where the page no longer offers the act there is none to send.
const replaced = (form) =>
  [...document.forms].find((other) => other.action === form.action && other.dataset.confirm === form.dataset.confirm);

function onHtmxConfirm(event) {
  const element = event.detail.elt;
  if (!element.dataset?.confirm || element.tagName === "FORM") return;
  event.preventDefault();
  askAbout(element).then((yes) => yes && event.detail.issueRequest(true));
}

export function install() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("htmx:confirm", onHtmxConfirm);
}
