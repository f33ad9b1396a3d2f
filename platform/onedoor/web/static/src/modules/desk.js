// The inbox by keyboard: j and k go to the next and the former matter, a approves, r returns with the reason.
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

function step(by) {
  const links = [...document.querySelectorAll(".desk-side a")];
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[here < 0 ? 0 : here + by];
  if (next) next.click();
}

// The end of what is decided upon was on the screen; where a page marks none, there is nothing to have read.
let seen = true;

function watchTheEnd() {
  const end = document.querySelector("[data-content-end]");
  if (!end) return;
  seen = false;
  new IntersectionObserver((entries) => {
    seen = seen || entries.some((entry) => entry.isIntersecting);
  }).observe(end);
}

function approve() {
  if (!seen) {
    // A key goes on through the content, it does not skip it.
    window.scrollBy({ top: window.innerHeight * 0.8 });
    return;
  }
  const button = document.querySelector('#decide button[value="approve"]:enabled');
  if (button) button.form.requestSubmit(button);
}

function giveBack() {
  const reason = document.querySelector('#decide textarea[name="reason"]');
  if (!reason) return;
  if (reason.value.trim()) {
    const button = document.querySelector('#decide button[value="return"]:enabled');
    button?.form.requestSubmit(button);
  } else {
    reason.focus();
  }
}

const keys = { j: () => step(1), k: () => step(-1), a: approve, r: giveBack };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  // While a question is open or a word is being typed the keys are letters; Ctrl+Enter in the reason sends the return.
  if (document.querySelector("dialog[open]") || typing(event.target)) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function onSend(event) {
  if (event.key !== "Enter" || !event.ctrlKey || !event.target.matches('#decide textarea[name="reason"]')) return;
  giveBack();
}

export function install() {
  watchTheEnd();
  document.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onSend);
}
