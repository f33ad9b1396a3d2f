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
  askAbout(asking).then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "1";
    form.requestSubmit(event.submitter ?? undefined);
  });
}

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
