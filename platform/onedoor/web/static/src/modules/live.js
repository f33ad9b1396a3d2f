// A part of a page that shows a draw as it is now. The stream only says that something changed, and its mark; the part then
// asks for the true state itself (its hx-get, on the event "changed") and keeps asking until what it shows bears that mark,
// so that an answer lost on the way leaves nothing stale. A stream that fell silent is opened again; where none is to be
// had, the part asks every few seconds. [data-live] says whether the page follows.
const ASK_EVERY = 4000;
const ASK_AGAIN = 2500;
const SILENCE = 40000;

// Who is at a button by keyboard is at it still when it has come anew: what it says and where it leads tell which it is.
const placeOf = (one) => (one.matches("a, button, summary") ? `${one.textContent} ${one.href ?? one.form?.action ?? ""}` : null);

function returnTo(place) {
  const same = [...document.querySelectorAll("a, button, summary")].find((one) => placeOf(one) === place);
  same?.focus({ preventScroll: true });
}

function follow(part) {
  const address = part.dataset.events;
  let source = null;
  let wanted = null;
  let ended = false;
  let heard = 0;
  let asked = 0;

  const shown = () => part.querySelector("[data-mark]")?.dataset.mark ?? part.dataset.mark;
  const say = (name) => {
    for (const sign of document.querySelectorAll("[data-live]")) sign.hidden = sign.dataset.live !== name;
  };
  const ask = () => {
    asked = performance.now();
    part.dispatchEvent(new CustomEvent("changed"));
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (ended) return;
    close();
    heard = performance.now();
    source = new EventSource(address);
    source.addEventListener("open", () => {
      heard = performance.now();
      say("on");
    });
    source.addEventListener("still", () => {
      heard = performance.now();
      say("on");
    });
    source.addEventListener("state", (event) => {
      heard = performance.now();
      say("on");
      wanted = event.data;
      if (wanted !== shown()) ask();
    });
    source.addEventListener("end", (event) => {
      ended = true;
      close();
      say("ended");
      if (event.data === "gone") location.reload();
    });
    source.addEventListener("error", () => say("off"));
  };

  open();
  // One look a second at oneself: is what is shown what was told of, does the stream still speak?
  setInterval(() => {
    const now = performance.now();
    if (wanted !== null && wanted !== shown()) {
      if (now - asked > ASK_AGAIN) ask();
    } else if (!ended && source && source.readyState === EventSource.CLOSED) {
      if (now - asked > ASK_EVERY) ask();
      if (now - heard > SILENCE) open();
    } else if (!ended && now - heard > SILENCE) {
      say("off");
      open();
    }
  }, 1000);
  let place = null;
  part.addEventListener("htmx:beforeSwap", () => {
    place = placeOf(document.activeElement);
  });
  part.addEventListener("htmx:afterSwap", () => {
    if (place && document.activeElement === document.body) returnTo(place);
  });
  part.addEventListener("htmx:sendError", () => say("off"));
  part.addEventListener("htmx:afterSwap", () => say(ended ? "ended" : "on"));
  // What the device says of its network is a hint to look, not an answer: the server may stand on this very machine.
  addEventListener("offline", open);
  addEventListener("online", () => {
    open();
    ask();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    open();
    ask();
  });
}

export function install() {
  document.querySelectorAll("[data-events]").forEach(follow);
}
