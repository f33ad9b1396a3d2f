// Dangerous work asks first: data-confirm on a form, a submit button or an htmx element; the words come from the page.
function ask(text, yes, danger) {
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

const askAbout = (element) =>
  ask(element.dataset.confirm, element.dataset.confirmYes, "confirmDanger" in element.dataset);

function onSubmit(event) {
  const form = event.target;
  const asking = event.submitter?.hasAttribute("data-confirm") ? event.submitter : form;
  if (!asking.dataset?.confirm || form.dataset.confirmed) {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
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
