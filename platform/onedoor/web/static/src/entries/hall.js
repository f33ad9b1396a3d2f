// The hall's own: full screen and a clock.
const button = document.querySelector("[data-fullscreen]");
if (button && document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
  );
}

const clock = document.querySelector("[data-clock]");
const format = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const tick = () => {
  clock.textContent = format.format(new Date());
};
if (clock) {
  tick();
  setInterval(tick, 1000);
}
