// The hall's own: full screen, a clock, the drawn screen by screen, and a witness's code as large as the screen.
import { install as rolling } from "../modules/rolling.js";

const button = document.querySelector("[data-fullscreen]");
if (button && document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
  );
}

const clock = document.querySelector("[data-clock]");
const format = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const tick = () => {
  clock.textContent = format.format(new Date());
};
if (clock) {
  tick();
  setInterval(tick, 1000);
}

rolling();

// The board may be renewed while a code is shown: it stays open, unless its witness has spoken.
let open = "";
let state = document.querySelector("[data-state]")?.dataset.state;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (button) document.getElementById(button.dataset.show).showModal();
});
document.addEventListener("htmx:beforeSwap", () => {
  open = document.querySelector("dialog.hall-dialog[open]")?.id ?? "";
});
document.addEventListener("htmx:afterSwap", () => {
  if (open) document.getElementById(open)?.showModal();
  const now = document.querySelector("[data-state]")?.dataset.state;
  // What has just been drawn before everybody's eyes comes in one after the other; what one finds drawn is there.
  if (now === "drawn" && state !== "drawn") document.querySelector(".hall-drawn")?.classList.add("is-fresh");
  state = now;
});
