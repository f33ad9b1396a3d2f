// A job that was running and has ended: the page around it is no longer true, so it is loaded again, once.
// A look that fails (the server restarts, the phone has no network) is passed over; the next one comes in a second.
// Who has just followed a link is on the way to another page: loading this one again would call that journey off and
// leave them here, so it waits until they are surely not leaving (they stayed, or the link was a file).
// Who has begun to write into a form keeps the page and what they wrote: the job alone says that it has ended.
import { isPost, isWrittenIn } from "./forms.js";

const LEAVING = 30000;
let left = -Infinity;
let waiting = false;

function again() {
  const rest = left + LEAVING - performance.now();
  if (rest <= 0) return location.reload();
  waiting = true;
  setTimeout(again, rest);
}

const isBeingWritten = () => [...document.forms].some((form) => isPost(form) && isWrittenIn(form));

export function install() {
  addEventListener("beforeunload", () => {
    left = performance.now();
  });
  addEventListener("pageshow", () => {
    left = -Infinity;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (!requestConfig?.elt?.hasAttribute?.("data-job-running")) return;
    if (xhr.status >= 400) {
      event.detail.shouldSwap = false;
    } else if (xhr.responseText.includes("data-job-ended") && !isBeingWritten()) {
      event.detail.shouldSwap = false;
      if (!waiting) again();
    }
  });
}
