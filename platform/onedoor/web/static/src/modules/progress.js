// A job that was running and has ended: the page around it is no longer true, so it is loaded again, once.
// A look that fails (the server restarts, the phone has no network) is passed over; the next one comes in a second.
export function install() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (!requestConfig?.elt?.hasAttribute?.("data-job-running")) return;
    if (xhr.status >= 400) {
      event.detail.shouldSwap = false;
    } else if (xhr.responseText.includes("data-job-ended")) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
}
