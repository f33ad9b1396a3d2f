// A part of a page that shows a draw as it is now. The stream only says that something changed; the part then asks for the
// true state itself (its hx-get, on the event "changed"). Where no stream is to be had, it asks every few seconds.
const ASK_EVERY = 4000;

function follow(part) {
  let mark = part.dataset.mark;
  let asking = 0;
  const source = new EventSource(part.dataset.events);
  const refresh = () => part.dispatchEvent(new CustomEvent("changed"));
  const stop = () => {
    source.close();
    clearInterval(asking);
  };
  source.addEventListener("state", (event) => {
    if (event.data !== mark) {
      mark = event.data;
      refresh();
    }
  });
  source.addEventListener("end", () => {
    stop();
    refresh();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED && !asking) asking = setInterval(refresh, ASK_EVERY);
  });
  addEventListener("pagehide", stop);
}

export function install() {
  document.querySelectorAll("[data-events]").forEach(follow);
}
